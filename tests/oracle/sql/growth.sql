-- Revenue of the deals won, per calendar period and group: what growth and quotas compare.
CREATE OR REPLACE TEMP TABLE won_facts AS
SELECT window_name, number, dims, t_us, value AS amount
FROM facts
JOIN fact_dates USING (fact_no)
JOIN date_periods USING (date)
JOIN periods USING (window_name, period)
JOIN fact_groups USING (fact_no)
WHERE fact = 'deal_won' AND grouping_name IN ('company', 'team', 'rep');

-- Growth of a period against the one before: it exists when either has a win. With `same_elapsed`, of the period
-- before the running one counts only what was won as long after its start as as_of is after the running one's.
INSERT INTO results BY NAME
WITH starts AS (
    SELECT
        *,
        epoch_us(timezone(getvariable('timezone'), CAST(first_date AS TIMESTAMP))) AS start_us
    FROM periods
), sides AS (
    SELECT 'sales_growth' AS kpi, window_name, number, dims, amount AS current, NULL AS before FROM won_facts
    UNION ALL
    SELECT 'sales_growth', window_name, number + 1, dims, NULL, amount FROM won_facts
    UNION ALL
    SELECT 'sales_growth_same_elapsed', window_name, number, dims, amount, NULL FROM won_facts
    UNION ALL
    SELECT 'sales_growth_same_elapsed', window_name, number + 1, dims, NULL, amount
    FROM won_facts
    JOIN starts AS own USING (window_name, number)
    JOIN starts AS next ON next.window_name = won_facts.window_name AND next.number = won_facts.number + 1
    WHERE NOT next.is_running OR won_facts.t_us - own.start_us <= getvariable('as_of_us') - next.start_us
), sums AS (
    SELECT
        kpi, window_name, number, dims,
        coalesce(sum(current), 0) AS current, coalesce(sum(before), 0) AS before, count(before) AS deals_before
    FROM sides
    GROUP BY ALL
)
SELECT
    kpi, window_name, period, dims, false AS is_whole,
    CAST(current - before AS DOUBLE) / nullif(CAST(before AS DOUBLE), 0) AS value,
    CASE WHEN before = 0 THEN 0 ELSE deals_before END AS n
FROM sums
JOIN periods USING (window_name, number) -- the period after the running one has not begun
WHERE is_asked;
