-- Quotas: the last target set for won_revenue, of a period and exactly these dimensions.
CREATE OR REPLACE TEMP TABLE quotas AS
WITH targets AS (
    SELECT
        place, "window" AS window_name, period, value AS quota,
        CASE
            WHEN cardinality(dims) = 0 THEN '{}'
            WHEN map_keys(dims) = ['team'] THEN CAST(to_json({team: dims['team']}) AS VARCHAR)
            WHEN map_keys(dims) = ['rep'] THEN CAST(to_json({rep: dims['rep']}) AS VARCHAR)
        END AS dims,
        CASE WHEN map_keys(dims) = ['rep'] THEN dims['rep'] END AS rep
    FROM distinct_events
    WHERE type = 'crm.target.set' AND kpi = 'won_revenue'
)
SELECT * FROM targets
WHERE dims IS NOT NULL -- the KPI is not kept by anything else
QUALIFY row_number() OVER (PARTITION BY window_name, period, dims ORDER BY place DESC) = 1;

CREATE OR REPLACE TEMP TABLE attainments AS
SELECT
    window_name, period, quotas.dims, quotas.rep,
    CAST(coalesce(sum(amount), 0) AS DOUBLE) / nullif(CAST(quota AS DOUBLE), 0) AS attainment,
    count(amount) AS deals
FROM quotas
JOIN periods USING (window_name, period)
LEFT JOIN won_facts
    ON won_facts.window_name = quotas.window_name AND won_facts.number = periods.number AND won_facts.dims = quotas.dims
WHERE is_asked
GROUP BY quotas.window_name, quotas.period, quotas.dims, quotas.rep, quota;

-- A key exists where a target was set. (A record that says null, n 0, of wins without a target is none too many.)
INSERT INTO results BY NAME
SELECT
    'quota_attainment' AS kpi, window_name, period, dims, false AS is_whole,
    attainment AS value,
    CASE WHEN attainment IS NULL THEN 0 ELSE deals END AS n
FROM attainments;

-- Of the reps with a target, those who reached it: in the company, and in the team that the rep is in now.
INSERT INTO results BY NAME
WITH teams_now AS (
    SELECT rep, max_by(team, since_us) AS team FROM directory GROUP BY rep
), by_group AS (
    SELECT
        attainments.*,
        unnest(['{}', CAST(to_json({team: coalesce(team, 'unassigned')}) AS VARCHAR)]) AS group_dims
    FROM attainments
    LEFT JOIN teams_now USING (rep)
    WHERE attainments.rep IS NOT NULL
)
SELECT
    'quota_attainment_share' AS kpi, window_name, period, group_dims AS dims, false AS is_whole,
    count(*) FILTER (WHERE attainment >= 1) / count(*) AS value,
    count(*) AS n
FROM by_group
GROUP BY window_name, period, group_dims;
