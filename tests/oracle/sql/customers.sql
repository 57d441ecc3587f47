-- Customers come and go.
INSERT INTO facts BY NAME
SELECT replace(type, 'crm.customer.', 'customer_') AS fact, t_us, rep, team, account, segment
FROM events
WHERE type LIKE 'crm.customer.%';

-- An account is active from its activation or an order on, until it cancels. What comes while it is active already, or
-- a cancellation while it is not, changes nothing: `turns` are the events that do.
CREATE OR REPLACE TEMP TABLE customer_spells AS
WITH marks AS (
    SELECT account, place, t_us, rep, team, type != 'crm.customer.canceled' AS activates
    FROM events
    WHERE type IN ('crm.customer.activated', 'crm.customer.canceled', 'crm.order.placed')
), turns AS (
    SELECT * FROM marks
    WINDOW by_account AS (PARTITION BY account ORDER BY place)
    QUALIFY lag(activates) OVER by_account IS DISTINCT FROM activates
)
SELECT
    account, rep, team, t_us AS since_us, activates,
    CAST(timezone(getvariable('timezone'), make_timestamptz(t_us)) AS DATE) AS since_date,
    CAST(timezone(getvariable('timezone'), make_timestamptz(lead(t_us) OVER by_account)) AS DATE) AS until_date
FROM turns
WINDOW by_account AS (PARTITION BY account ORDER BY place)
QUALIFY activates;

INSERT INTO facts BY NAME
SELECT 'active_account' AS fact, true AS is_gauge, since_us AS t_us, rep, team, account
FROM customer_spells
WHERE until_date IS NULL;
