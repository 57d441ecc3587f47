-- Orders and refunds: each event counts, and a refund has its order's dimensions.
CREATE OR REPLACE TEMP TABLE order_events AS
SELECT
    place, t_us, type, rep, team, account, amount, cost,
    last_value(product IGNORE NULLS) OVER so_far AS product,
    last_value(channel IGNORE NULLS) OVER so_far AS channel,
    last_value(campaign IGNORE NULLS) OVER so_far AS campaign,
    last_value(segment IGNORE NULLS) OVER so_far AS segment,
    CASE type WHEN 'crm.order.refunded' THEN -1 ELSE 1 END AS sign
FROM events
WHERE type LIKE 'crm.order.%'
WINDOW so_far AS (PARTITION BY "order" ORDER BY place ROWS UNBOUNDED PRECEDING);

INSERT INTO facts BY NAME
SELECT 'order' AS fact, t_us, rep, team, account, product, channel, campaign, segment
FROM order_events
WHERE type = 'crm.order.placed';

INSERT INTO facts BY NAME
SELECT 'revenue' AS fact, t_us, rep, team, account, product, channel, campaign, segment, sign * amount AS value
FROM order_events;

-- What an order costs is money less, what a refund saves is money more.
INSERT INTO facts BY NAME
SELECT 'order_cost' AS fact, t_us, rep, team, account, product, channel, campaign, segment, -sign * cost AS value
FROM order_events
WHERE cost IS NOT NULL;

-- How long an account has been buying: a fact of the account, without rep and team.
INSERT INTO facts BY NAME
SELECT 'customer_span' AS fact, max(t_us) AS t_us, account, (max(t_us) - min(t_us)) / 1e6 AS value
FROM order_events
WHERE type = 'crm.order.placed'
GROUP BY account;
