-- The distinct events up to as_of. `place` is their one order: (time, source, id).
CREATE OR REPLACE TEMP TABLE places AS
WITH first_copies AS (
    SELECT source, id, min(arrival) AS arrival, arg_min(t_us, arrival) AS t_us FROM arrivals GROUP BY source, id
)
SELECT row_number() OVER (ORDER BY t_us, source, id) AS place, arrival
FROM first_copies
WHERE t_us <= getvariable('as_of_us');

CREATE OR REPLACE TEMP TABLE distinct_events AS
SELECT place, arrivals.* EXCLUDE (arrival, source, id)
FROM arrivals
JOIN places USING (arrival);

-- Who was in which team from when on; of several updates at one time the last in order.
CREATE OR REPLACE TEMP TABLE directory AS
SELECT rep, t_us AS since_us, team
FROM distinct_events
WHERE type = 'crm.rep.updated'
QUALIFY row_number() OVER (PARTITION BY rep, t_us ORDER BY place DESC) = 1;

-- Where each rep works now, by the last update; of whom it says none, or none that there is, in the business time zone.
CREATE OR REPLACE TEMP TABLE rep_zones AS
SELECT rep, zones.name AS zone
FROM (
    SELECT rep, arg_max({zone: timezone}, place).zone AS zone
    FROM distinct_events
    WHERE type = 'crm.rep.updated'
    GROUP BY rep
) AS latest
JOIN pg_timezone_names() AS zones ON zones.name = latest.zone;

-- Every event gets the rep and the team that it counts for.
CREATE OR REPLACE TEMP TABLE events AS
WITH owners AS (
    SELECT
        place,
        last_value(
            CASE WHEN type IN ('crm.deal.created', 'crm.deal.owner_changed') THEN rep END IGNORE NULLS
        ) OVER (PARTITION BY deal ORDER BY place ROWS UNBOUNDED PRECEDING) AS owner
    FROM distinct_events
    WHERE type LIKE 'crm.deal.%'
), owned AS (
    SELECT place, t_us, coalesce(rep, owner) AS rep, team AS own_team
    FROM distinct_events
    LEFT JOIN owners USING (place)
), placed AS (
    SELECT place, owned.rep, coalesce(own_team, directory.team, 'unassigned') AS team
    FROM owned
    ASOF LEFT JOIN directory ON owned.rep = directory.rep AND owned.t_us >= directory.since_us
)
SELECT distinct_events.* EXCLUDE (rep, team), placed.rep, placed.team
FROM distinct_events
JOIN placed USING (place);

-- The segment of an account is the one named by its latest event, of any type, that names one.
CREATE OR REPLACE TEMP TABLE account_segments AS
SELECT account, segment AS latest_segment
FROM distinct_events
WHERE account IS NOT NULL
    AND segment IS NOT NULL
    AND type NOT IN ('crm.price.observed', 'crm.rep.updated', 'crm.target.set') -- these have no account
    AND type NOT LIKE 'crm.alert.%' -- nor have these
QUALIFY row_number() OVER (PARTITION BY account ORDER BY place DESC) = 1;
