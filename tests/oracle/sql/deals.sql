-- Deals: created once, decided by the last of won, lost, canceled and reopened.
CREATE OR REPLACE TEMP TABLE deal_events AS
SELECT
    place, t_us, type, rep, team, deal, stage, from_stage, to_stage,
    last_value(product IGNORE NULLS) OVER so_far AS product,
    last_value(segment IGNORE NULLS) OVER so_far AS segment,
    last_value(region IGNORE NULLS) OVER so_far AS region,
    last_value(
        CASE WHEN type NOT IN ('crm.deal.stage_changed', 'crm.deal.owner_changed') THEN amount END IGNORE NULLS
    ) OVER so_far AS amount, -- its own, else the latest before it
    type = 'crm.deal.created' AND row_number() OVER (PARTITION BY deal, type ORDER BY place) = 1 AS is_creation
FROM events
WHERE type LIKE 'crm.deal.%'
WINDOW so_far AS (PARTITION BY deal ORDER BY place ROWS UNBOUNDED PRECEDING);

INSERT INTO facts BY NAME
SELECT 'deal_created' AS fact, t_us, rep, team, product, segment
FROM deal_events
WHERE is_creation;

CREATE OR REPLACE TEMP TABLE decisions AS
WITH last_words AS (
    SELECT * FROM deal_events
    WHERE type IN ('crm.deal.won', 'crm.deal.lost', 'crm.deal.canceled', 'crm.deal.reopened')
    QUALIFY row_number() OVER (PARTITION BY deal ORDER BY place DESC) = 1
)
SELECT replace(type, 'crm.deal.', 'deal_') AS fact, *
FROM last_words
WHERE type != 'crm.deal.reopened';

INSERT INTO facts BY NAME
SELECT fact, t_us, rep, team, product, segment, region, coalesce(amount, 0) AS value
FROM decisions;

-- From the first follow-up (a creation, or a call, e-mail or meeting held that carries the deal) to won.
INSERT INTO facts BY NAME
WITH first_follow_ups AS (
    SELECT deal, min(place) AS place, min(t_us) AS t_us
    FROM events
    WHERE deal IS NOT NULL
        AND type IN ('crm.deal.created', 'crm.call.logged', 'crm.email.sent', 'crm.meeting.held')
    GROUP BY deal
)
SELECT
    'sales_cycle' AS fact, won.t_us, won.rep, won.team, won.segment,
    (won.t_us - first_follow_ups.t_us) / 1e6 AS value
FROM decisions AS won
JOIN first_follow_ups USING (deal)
WHERE won.fact = 'deal_won' AND first_follow_ups.place < won.place;

-- The cohort counts at the creation, for whom it was created.
INSERT INTO facts BY NAME
SELECT 'deal_cohort_won' AS fact, t_us, rep, team
FROM deal_events
WHERE is_creation AND deal IN (SELECT deal FROM decisions WHERE fact = 'deal_won');
