-- Stages: a deal enters one by its creation and by every stage change. Later creations enter nothing.
CREATE OR REPLACE TEMP TABLE entries AS
SELECT
    deal, place, t_us, rep, team,
    is_creation,
    from_stage AS given_from_stage,
    CASE WHEN is_creation THEN stage ELSE to_stage END AS entered
FROM deal_events
WHERE is_creation OR type = 'crm.deal.stage_changed';

-- Transitions: from the stage given, else from the one known so far; a creation from none.
INSERT INTO facts BY NAME
SELECT
    'stage_transition' AS fact, t_us, rep, team,
    CASE
        WHEN NOT is_creation
            THEN coalesce(given_from_stage, lag(entered) OVER (PARTITION BY deal ORDER BY place))
    END AS from_stage,
    entered AS to_stage
FROM entries;

-- Conversion: of the deals that first entered a stage here, those that entered its neighbour in the pipeline after.
CREATE OR REPLACE TEMP TABLE first_entries AS
WITH neighbours AS (
    SELECT
        unnest(getvariable('pipeline')[:-2]) AS from_stage,
        unnest(getvariable('pipeline')[2:]) AS to_stage
), firsts AS (
    SELECT * FROM entries
    QUALIFY row_number() OVER (PARTITION BY deal, entered ORDER BY place) = 1
)
SELECT firsts.deal, firsts.place, firsts.t_us, firsts.rep, firsts.team, neighbours.*
FROM firsts
JOIN neighbours ON neighbours.from_stage = firsts.entered;

INSERT INTO facts BY NAME
SELECT 'stage_first_entered' AS fact, * EXCLUDE (deal, place) FROM first_entries;

INSERT INTO facts BY NAME
SELECT 'stage_converted' AS fact, * EXCLUDE (deal, place)
FROM first_entries AS base
WHERE EXISTS (
    FROM entries AS later
    WHERE later.deal = base.deal AND later.entered = base.to_stage AND later.place > base.place
);

-- Stays: after each event the deal stays in the stage entered, in none (decided), or, reopened, anew in the stage known.
-- A stay is a run of events after which it is the same stage; the event that starts the next run ends it, unless that
-- is a reopening: then nothing was left.
INSERT INTO facts BY NAME
WITH boundaries AS (
    SELECT deal, place, t_us, rep, team, entered, entered AS stays_in, false AS is_reopened FROM entries
    UNION ALL
    SELECT deal, place, t_us, rep, team, NULL, NULL, false FROM deal_events
    WHERE type IN ('crm.deal.won', 'crm.deal.lost', 'crm.deal.canceled')
    UNION ALL
    SELECT
        deal, place, t_us, rep, team, NULL,
        (SELECT max_by(entries.entered, entries.place) FROM entries
         WHERE entries.deal = reopened.deal AND entries.place < reopened.place),
        true
    FROM deal_events AS reopened
    WHERE type = 'crm.deal.reopened'
), turns AS (
    SELECT * FROM boundaries
    QUALIFY is_reopened OR lag(stays_in) OVER (PARTITION BY deal ORDER BY place) IS DISTINCT FROM stays_in
)
SELECT
    'stay' AS fact, t_us, rep, team,
    lag(stays_in) OVER by_deal AS stage,
    (t_us - lag(t_us) OVER by_deal) / 1e6 AS value
FROM turns
WINDOW by_deal AS (PARTITION BY deal ORDER BY place)
QUALIFY stage IS NOT NULL AND NOT is_reopened;
