-- Every KPI in every window and group in which one of its facts lies.
WITH sums AS (
    SELECT
        kpi, formula, window_name, period, dims,
        count(*) FILTER (WHERE is_above) AS above,
        count(*) FILTER (WHERE is_below) AS n,
        fsum(value) FILTER (WHERE is_above) AS total,
        list(value) FILTER (WHERE formula IN ('p50', 'p90')) AS samples
    FROM facts
    JOIN parts USING (fact)
    JOIN fact_groups USING (fact_no, grouping_name)
    JOIN fact_windows USING (fact_no)
    GROUP BY ALL
)
SELECT
    kpi, window_name, period, dims, formula = 'count' AS is_whole,
    CASE formula
        WHEN 'count' THEN above
        WHEN 'sum' THEN total
        WHEN 'mean' THEN total / n
        WHEN 'share' THEN above / nullif(n, 0)
        WHEN 'p50' THEN list_sort(samples)[(50 * n + 99) // 100] -- nearest rank: ceil(q * n), from 1
        WHEN 'p90' THEN list_sort(samples)[(90 * n + 99) // 100]
    END AS value,
    n
FROM sums;
