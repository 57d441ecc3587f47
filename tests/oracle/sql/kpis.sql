-- Every KPI of definitions.sql in every window and group in which one of its facts lies.
CREATE OR REPLACE TEMP TABLE results AS
WITH sums AS (
    SELECT
        kpi, top, bottom, scale, window_name, period, dims,
        count(*) FILTER (WHERE is_above) AS count_above,
        count(*) FILTER (WHERE is_below) AS count_below,
        sum(value) FILTER (WHERE is_above) AS sum_above,
        sum(value) FILTER (WHERE is_below) AS sum_below,
        count(DISTINCT CASE WHEN top = 'accounts' AND is_above THEN account END) AS accounts_above,
        count(DISTINCT CASE WHEN bottom = 'accounts' AND is_below THEN account END) AS accounts_below,
        max(value) FILTER (WHERE is_above AND top = 'max') AS max_above,
        list(value) FILTER (WHERE top IN ('p50', 'p90')) AS samples
    FROM facts
    JOIN parts USING (fact)
    JOIN fact_groups USING (fact_no, grouping_name)
    JOIN fact_windows USING (fact_no)
    WHERE (of_reps IS NULL OR of_reps = (grouping_name IN ('rep', 'stages_rep')))
        AND windows IN ('every', 'now', window_name) AND list_contains(getvariable('asked'), kpi)
    GROUP BY ALL
), sides AS (
    SELECT
        kpi, top, bottom, scale, window_name, period, dims,
        CASE top
            WHEN 'count' THEN count_above
            WHEN 'accounts' THEN accounts_above
            WHEN 'sum' THEN CAST(coalesce(sum_above, 0) AS DOUBLE)
            WHEN 'max' THEN CAST(max_above AS DOUBLE)
            WHEN 'p50' THEN CAST(list_sort(samples)[(50 * count_above + 99) // 100] AS DOUBLE) -- ceil(q * n), from 1
            WHEN 'p90' THEN CAST(list_sort(samples)[(90 * count_above + 99) // 100] AS DOUBLE)
        END AS above,
        CASE bottom
            WHEN '-' THEN 1
            WHEN 'count' THEN count_below
            WHEN 'accounts' THEN accounts_below
            WHEN 'sum' THEN CAST(coalesce(sum_below, 0) AS DOUBLE)
        END AS below,
        CASE
            WHEN bottom IN ('count', 'sum') THEN count_below
            WHEN bottom = 'accounts' THEN accounts_below
            WHEN top = 'accounts' THEN accounts_above
            ELSE count_above
        END AS counted
    FROM sums
)
SELECT
    kpi, window_name, period, dims,
    bottom = '-' AND top IN ('count', 'accounts') AS is_whole,
    scale * above / nullif(below, 0) AS value,
    CASE WHEN below = 0 THEN 0 ELSE counted END AS n -- a ratio with denominator 0 is null with n 0
FROM sides;
