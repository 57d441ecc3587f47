-- Deals created and not decided at as_of: in the stage entered last, for the amount known, for whom the last creation
-- or change of owner says.
INSERT INTO facts BY NAME
WITH owners AS (
    SELECT deal, rep, team
    FROM deal_events
    WHERE type IN ('crm.deal.created', 'crm.deal.owner_changed')
    QUALIFY row_number() OVER (PARTITION BY deal ORDER BY place DESC) = 1
), stages_now AS (
    SELECT deal, max_by(entered, place) AS stage FROM entries GROUP BY deal
), amounts_now AS (
    SELECT deal, amount FROM deal_events
    QUALIFY row_number() OVER (PARTITION BY deal ORDER BY place DESC) = 1
)
SELECT
    'open_deal' AS fact, true AS is_gauge, creation.t_us, owners.rep, owners.team, stages_now.stage,
    coalesce(amounts_now.amount, 0) AS value
FROM deal_events AS creation
JOIN owners USING (deal)
JOIN stages_now USING (deal)
JOIN amounts_now USING (deal)
WHERE creation.is_creation AND creation.deal NOT IN (SELECT deal FROM decisions);
