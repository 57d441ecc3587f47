-- What customers say: scores, and the sentiment of replies and feedback.
-- An nps answer is worth 100 from a promoter, -100 from a detractor: their mean is the nps.
INSERT INTO facts BY NAME
SELECT 'nps_answer' AS fact, t_us, rep, team, CASE WHEN score >= 9 THEN 100 WHEN score <= 6 THEN -100 ELSE 0 END AS value
FROM events
WHERE type = 'crm.survey.answered' AND kind = 'nps';

INSERT INTO facts BY NAME
SELECT 'csat_answer' AS fact, t_us, rep, team, score AS value
FROM events
WHERE type = 'crm.survey.answered' AND kind = 'csat';

INSERT INTO facts BY NAME
SELECT
    'sentiment' AS fact, t_us, rep, team,
    CASE sentiment WHEN 'positive' THEN 1 WHEN 'neutral' THEN 0 WHEN 'negative' THEN -1 END AS value
FROM events
WHERE type IN ('crm.email.replied', 'crm.feedback.received') AND sentiment IS NOT NULL;
