-- Our latest price of a product ÷ the mean of each competitor's latest; null, n 0, where one side is missing.
INSERT INTO results BY NAME
WITH latest AS (
    SELECT product, seller, price
    FROM distinct_events
    WHERE type = 'crm.price.observed'
    QUALIFY row_number() OVER (PARTITION BY product, seller ORDER BY place DESC) = 1
), sides AS (
    SELECT
        product,
        CAST(any_value(price) FILTER (WHERE seller = 'own') AS DOUBLE) AS own,
        CAST(sum(price) FILTER (WHERE seller != 'own') AS DOUBLE) AS others,
        count(*) FILTER (WHERE seller != 'own') AS competitors
    FROM latest
    GROUP BY product
), indexes AS (
    SELECT product, competitors, own / nullif(others / nullif(competitors, 0), 0) AS value FROM sides
)
SELECT
    'price_index' AS kpi, 'now' AS window_name, NULL AS period,
    CAST(to_json({product: product}) AS VARCHAR) AS dims, false AS is_whole, value,
    CASE WHEN value IS NULL THEN 0 ELSE competitors END AS n
FROM indexes;
