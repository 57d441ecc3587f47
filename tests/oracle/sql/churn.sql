-- Of the accounts active at a period's start (by events before it), those that canceled in it, whether they came back
-- or not. For whom: rep and team of what made the account active, the account's latest segment.
INSERT INTO results BY NAME
WITH active_at_start AS (
    SELECT spell.*, window_name, period, coalesce(until_date <= last_date, false) AS left_in_it
    FROM customer_spells AS spell
    JOIN periods ON since_date < first_date AND (until_date IS NULL OR until_date >= first_date)
    WHERE is_asked
), by_group AS (
    SELECT
        window_name, period, left_in_it,
        unnest(
            ['{}', CAST(to_json({team: team}) AS VARCHAR)]
            || if(rep IS NULL, [], [CAST(to_json({rep: rep}) AS VARCHAR)])
            || if(latest_segment IS NULL, [], [CAST(to_json({segment: latest_segment}) AS VARCHAR)])
        ) AS dims
    FROM active_at_start
    LEFT JOIN account_segments USING (account)
), rates AS (
    SELECT window_name, period, dims, count(*) FILTER (WHERE left_in_it) AS lost, count(*) AS n FROM by_group GROUP BY ALL
)
SELECT 'churn_rate' AS kpi, window_name, period, dims, false AS is_whole, lost / n AS value, n FROM rates
UNION ALL
SELECT 'retention_rate', window_name, period, dims, false, (n - lost) / n, n FROM rates;
