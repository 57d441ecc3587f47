-- What a customer is worth: revenue ÷ purchases × purchases ÷ buyers, both of the last 365 days, × mean lifetime in
-- years, ever; in the company, and over the accounts whose latest segment it is. n: accounts with an order.
INSERT INTO results BY NAME
WITH recent AS (
    SELECT fact_no FROM fact_windows WHERE window_name = 'rolling_365d'
), sums AS (
    SELECT
        dims,
        CAST(sum(value) FILTER (WHERE fact = 'revenue' AND recent.fact_no IS NOT NULL) AS DOUBLE) AS revenue,
        count(*) FILTER (WHERE fact = 'order' AND recent.fact_no IS NOT NULL) AS purchases,
        count(DISTINCT CASE WHEN fact = 'order' AND recent.fact_no IS NOT NULL THEN account END) AS buyers,
        CAST(sum(value) FILTER (WHERE fact = 'customer_span') AS DOUBLE) / (365.25 * 86400) AS years,
        count(*) FILTER (WHERE fact = 'customer_span') AS accounts
    FROM facts
    JOIN fact_groups USING (fact_no)
    LEFT JOIN recent USING (fact_no)
    WHERE fact IN ('revenue', 'order', 'customer_span') AND grouping_name IN ('company', 'account_segment')
    GROUP BY dims
)
SELECT
    'clv' AS kpi, 'all_time' AS window_name, NULL AS period, dims, false AS is_whole,
    revenue / nullif(purchases, 0) * (purchases / nullif(buyers, 0)) * (years / accounts) AS value,
    CASE WHEN purchases = 0 THEN 0 ELSE accounts END AS n -- null, n 0
FROM sums
WHERE accounts > 0;
