-- What became of alerts: each event is a fact, and says itself how long the alert had been firing.
INSERT INTO facts BY NAME
SELECT 'alert_acknowledged' AS fact, t_us, rep, team, alert_rule, duration_s AS value
FROM events
WHERE type = 'crm.alert.acknowledged';

INSERT INTO facts BY NAME
SELECT 'alert_resolved' AS fact, t_us, rep, team, alert_rule, duration_s AS value
FROM events
WHERE type = 'crm.alert.resolved';
