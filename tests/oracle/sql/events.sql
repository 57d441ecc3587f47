-- The distinct events up to as_of. `place` is their one order: (time, source, id).
-- Every event gets the rep and the team that it counts for.
CREATE OR REPLACE TEMP TABLE distinct_events AS
WITH first_copies AS (
    SELECT * FROM arrivals
    QUALIFY row_number() OVER (PARTITION BY source, id ORDER BY arrival) = 1
)
SELECT row_number() OVER (ORDER BY t_us, source, id) AS place, * EXCLUDE (arrival, source, id)
FROM first_copies
WHERE t_us <= getvariable('as_of_us');

-- Who was in which team from when on; of several updates at one time the last in order.
CREATE OR REPLACE TEMP TABLE directory AS
SELECT rep, t_us AS since_us, team
FROM distinct_events
WHERE type = 'crm.rep.updated'
QUALIFY row_number() OVER (PARTITION BY rep, t_us ORDER BY place DESC) = 1;

CREATE OR REPLACE TEMP TABLE events AS
WITH owned AS (
    SELECT
        * REPLACE (
            CASE
                WHEN type LIKE 'crm.deal.%' THEN coalesce(rep, last_value(
                    CASE WHEN type IN ('crm.deal.created', 'crm.deal.owner_changed') THEN rep END IGNORE NULLS
                ) OVER so_far)
                ELSE rep
            END AS rep
        )
    FROM distinct_events
    WINDOW so_far AS (
        PARTITION BY deal, type LIKE 'crm.deal.%' ORDER BY place ROWS UNBOUNDED PRECEDING
    )
)
SELECT owned.* REPLACE (coalesce(owned.team, directory.team, 'unassigned') AS team)
FROM owned
ASOF LEFT JOIN directory ON owned.rep = directory.rep AND owned.t_us >= directory.since_us;
