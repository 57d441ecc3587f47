-- Money spent: on an account (money less, see ltv), on a campaign, or on both.
INSERT INTO facts BY NAME
SELECT 'account_cost' AS fact, t_us, rep, team, account, -amount AS value
FROM events
WHERE type = 'crm.cost.recorded' AND account IS NOT NULL;

INSERT INTO facts BY NAME
SELECT 'campaign_cost' AS fact, t_us, campaign, amount AS value
FROM events
WHERE type = 'crm.cost.recorded' AND campaign IS NOT NULL;
