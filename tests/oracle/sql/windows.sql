-- In which windows each fact lies. Calendar periods are those of the business time zone; `quarter` and `year` count
-- from the fiscal start and bear the calendar year in which the fiscal year ends.
CREATE OR REPLACE TEMP TABLE fact_dates AS
SELECT fact_no, CAST(timezone(getvariable('timezone'), make_timestamptz(t_us)) AS DATE) AS date
FROM facts;

SET VARIABLE today = CAST(timezone(getvariable('timezone'), make_timestamptz(getvariable('as_of_us'))) AS DATE);

-- The period of each date, from a year before anything happened until today.
CREATE OR REPLACE TEMP TABLE date_periods AS
WITH firsts AS (
    SELECT CAST(timezone(getvariable('timezone'), make_timestamptz(min(t_us))) AS DATE) - 366 AS date
    FROM distinct_events
), dates AS (
    SELECT CAST(unnest(generate_series(date, getvariable('today'), INTERVAL 1 DAY)) AS DATE) AS date FROM firsts
), fiscal AS (
    SELECT
        date,
        (month(date) - getvariable('fiscal_start') + 12) % 12 AS fiscal_month, -- from 0
        year(date) + CAST(getvariable('fiscal_start') > 1 AND month(date) >= getvariable('fiscal_start') AS BIGINT)
            AS fiscal_year
    FROM dates
)
SELECT date, 'day' AS window_name, strftime(date, '%Y-%m-%d') AS period FROM fiscal
UNION ALL SELECT date, 'week', strftime(date, '%G-W%V') FROM fiscal
UNION ALL SELECT date, 'month', strftime(date, '%Y-%m') FROM fiscal
UNION ALL SELECT date, 'quarter', format('{:04d}-Q{}', fiscal_year, fiscal_month // 3 + 1) FROM fiscal
UNION ALL SELECT date, 'year', format('{:04d}', fiscal_year) FROM fiscal;

-- The periods, numbered in their order: the one before has the number before. The first of each begins too late.
CREATE OR REPLACE TEMP TABLE periods AS
SELECT
    window_name, period, min(date) AS first_date, max(date) AS last_date,
    row_number() OVER (PARTITION BY window_name ORDER BY min(date)) AS number,
    max(date) = getvariable('today') AS is_running,
    getvariable('all_periods') OR max(date) = getvariable('today') AS is_asked
FROM date_periods
GROUP BY window_name, period;

-- `week_before`: rolling windows have the seven days before too, from whole hours on: of what left, a key says 0.
-- `of_reps`: whether the window is that of groups with a rep, or of those without; NULL where it is of both.
CREATE OR REPLACE TEMP TABLE fact_windows AS
WITH rolling AS (
    SELECT
        window_name,
        if(getvariable('week_before'), 3_600_000_000, pane_us) AS pane_us,
        if(getvariable('week_before'), hours + 168, panes) AS panes
    FROM (VALUES
        ('rolling_24h', 300_000_000, 288, 24),
        ('rolling_7d', 3_600_000_000, 168, 168),
        ('rolling_30d', 3_600_000_000, 720, 720)
    ) AS lengths (window_name, pane_us, panes, hours)
), counted AS (
    SELECT fact_no, t_us, date, rep FROM facts JOIN fact_dates USING (fact_no) WHERE NOT is_gauge
), own_days AS ( -- when the running day began: of a rep where he works, NULL of all others
    SELECT
        rep,
        epoch_us(timezone(zone, date_trunc('day', timezone(zone, make_timestamptz(getvariable('as_of_us'))))))
            AS start_us
    FROM (
        SELECT NULL AS rep, getvariable('timezone') AS zone
        UNION ALL SELECT rep, coalesce(zone, getvariable('timezone'))
        FROM (SELECT DISTINCT rep FROM counted WHERE rep IS NOT NULL) LEFT JOIN rep_zones USING (rep)
    )
), asked_dates AS (
    SELECT date, window_name, period
    FROM date_periods
    JOIN periods USING (window_name, period)
    WHERE is_asked
)
SELECT fact_no, window_name, NULL AS period, NULL AS of_reps
FROM counted
JOIN rolling ON counted.t_us // rolling.pane_us > getvariable('as_of_us') // rolling.pane_us - rolling.panes
UNION ALL
SELECT fact_no, 'rolling_365d', NULL, NULL
FROM counted
WHERE date > getvariable('today') - 365 - if(getvariable('week_before'), 7, 0)
UNION ALL
SELECT fact_no, 'today', NULL, false
FROM counted
WHERE getvariable('own_days') AND date = getvariable('today')
UNION ALL
SELECT fact_no, 'today', NULL, own_days.rep IS NOT NULL
FROM counted
JOIN own_days ON own_days.rep IS NULL OR own_days.rep = counted.rep
WHERE getvariable('own_days') AND getvariable('week_before')
    AND t_us // 3_600_000_000 BETWEEN (start_us - 604_800_000_000) // 3_600_000_000 AND (start_us - 1) // 3_600_000_000
UNION ALL -- of a rep the day where he works
SELECT fact_no, 'today', NULL, true
FROM counted
LEFT JOIN rep_zones USING (rep)
WHERE getvariable('own_days')
    AND CAST(timezone(coalesce(zone, getvariable('timezone')), make_timestamptz(t_us)) AS DATE)
    = CAST(timezone(coalesce(zone, getvariable('timezone')), make_timestamptz(getvariable('as_of_us'))) AS DATE)
UNION ALL
SELECT fact_no, window_name, period, NULL
FROM counted
JOIN asked_dates USING (date)
UNION ALL
SELECT fact_no, 'all_time', NULL, NULL FROM counted
UNION ALL
SELECT fact_no, 'now', NULL, NULL FROM facts WHERE is_gauge;
