-- In which windows each fact lies. Calendar periods are those of the business time zone; `quarter` and `year` count
-- from the fiscal start and bear the calendar year in which the fiscal year ends.
CREATE OR REPLACE TEMP TABLE fact_dates AS
SELECT fact_no, CAST(timezone(getvariable('timezone'), make_timestamptz(t_us)) AS DATE) AS date
FROM facts;

SET VARIABLE today = CAST(timezone(getvariable('timezone'), make_timestamptz(getvariable('as_of_us'))) AS DATE);

CREATE OR REPLACE TEMP TABLE date_periods AS
WITH dates AS (
    SELECT date FROM fact_dates UNION SELECT getvariable('today')
), fiscal AS (
    SELECT
        date,
        (month(date) - getvariable('fiscal_start') + 12) % 12 AS fiscal_month, -- from 0
        year(date) + CAST(getvariable('fiscal_start') > 1 AND month(date) >= getvariable('fiscal_start') AS BIGINT)
            AS fiscal_year
    FROM dates
), periods AS (
    SELECT date, 'day' AS window_name, strftime(date, '%Y-%m-%d') AS period FROM fiscal
    UNION ALL SELECT date, 'week', strftime(date, '%G-W%V') FROM fiscal
    UNION ALL SELECT date, 'month', strftime(date, '%Y-%m') FROM fiscal
    UNION ALL SELECT date, 'quarter', format('{:04d}-Q{}', fiscal_year, fiscal_month // 3 + 1) FROM fiscal
    UNION ALL SELECT date, 'year', format('{:04d}', fiscal_year) FROM fiscal
), running AS (
    SELECT window_name, period FROM periods WHERE date = getvariable('today')
)
SELECT * FROM periods
WHERE getvariable('all_periods') OR (window_name, period) IN (SELECT (window_name, period) FROM running);

CREATE OR REPLACE TEMP TABLE fact_windows AS
WITH rolling AS (
    SELECT * FROM (VALUES
        ('rolling_24h', 300_000_000, 288),
        ('rolling_7d', 3_600_000_000, 168),
        ('rolling_30d', 3_600_000_000, 720)
    ) AS lengths (window_name, pane_us, panes)
), counted AS (
    SELECT fact_no, t_us FROM facts WHERE fact != 'open_inquiry'
)
SELECT fact_no, window_name, NULL AS period
FROM counted
JOIN rolling ON counted.t_us // rolling.pane_us > getvariable('as_of_us') // rolling.pane_us - rolling.panes
UNION ALL
SELECT fact_no, 'rolling_365d', NULL
FROM counted
JOIN fact_dates USING (fact_no)
WHERE date > getvariable('today') - 365
UNION ALL
SELECT fact_no, window_name, period
FROM counted
JOIN fact_dates USING (fact_no)
JOIN date_periods USING (date)
UNION ALL
SELECT fact_no, 'all_time', NULL FROM counted
UNION ALL
SELECT fact_no, 'now', NULL FROM facts WHERE fact = 'open_inquiry';
