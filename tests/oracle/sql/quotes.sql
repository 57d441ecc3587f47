-- From a quote's first request to the first final sending after it.
INSERT INTO facts BY NAME
WITH requests AS (
    SELECT quote, min(place) AS place, min(t_us) AS t_us
    FROM events
    WHERE type = 'crm.quote.requested'
    GROUP BY quote
)
SELECT 'quote_turnaround' AS fact, sent.t_us, sent.rep, sent.team, (sent.t_us - requests.t_us) / 1e6 AS value
FROM events AS sent
JOIN requests ON requests.quote = sent.quote AND requests.place < sent.place
WHERE sent.type = 'crm.quote.sent' AND coalesce(sent.final, true)
QUALIFY row_number() OVER (PARTITION BY sent.quote ORDER BY sent.place) = 1;
