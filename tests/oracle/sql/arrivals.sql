-- What arrived: one row per CloudEvent, copies included, `arrival` counting from 0.
-- $1: the events as one JSON array. Fields no KPI here reads are left behind.
CREATE OR REPLACE TEMP TABLE arrivals AS
WITH parsed AS (
    SELECT from_json($1, '[{
        "source": "VARCHAR", "id": "VARCHAR", "type": "VARCHAR", "time": "VARCHAR",
        "data": {
            "account": "VARCHAR", "rep": "VARCHAR", "team": "VARCHAR", "timezone": "VARCHAR", "campaign": "VARCHAR",
            "channel": "VARCHAR", "product": "VARCHAR", "segment": "VARCHAR", "region": "VARCHAR",
            "conversation": "VARCHAR", "deal": "VARCHAR", "lead": "VARCHAR", "quote": "VARCHAR", "order": "VARCHAR",
            "stage": "VARCHAR", "from_stage": "VARCHAR", "to_stage": "VARCHAR",
            "amount": "DECIMAL(24,6)", "cost": "DECIMAL(24,6)", "duration_s": "DECIMAL(24,6)",
            "value_added": "BOOLEAN", "recontactable": "BOOLEAN", "final": "BOOLEAN",
            "contact": {"name": "VARCHAR", "email": "VARCHAR", "phone": "VARCHAR"},
            "sentiment": "VARCHAR", "kind": "VARCHAR", "score": "DECIMAL(24,6)", "content": "VARCHAR",
            "alert_rule": "VARCHAR", "seller": "VARCHAR", "price": "DECIMAL(24,6)",
            "kpi": "VARCHAR", "window": "VARCHAR", "period": "VARCHAR", "dims": "MAP(VARCHAR, VARCHAR)",
            "value": "DECIMAL(24,6)"
        }
    }]') AS all_events
), numbered AS (
    SELECT unnest(all_events) AS event, unnest(range(len(all_events))) AS arrival
    FROM parsed
), fields AS (
    SELECT arrival, event.source, event.id, event.type, upper(event.time) AS written, unnest(event.data)
    FROM numbered
)
SELECT
    * EXCLUDE (written),
    -- RFC 3339: the local second, its fraction (digits beyond microseconds are cut), less the offset.
    epoch_us(CAST(replace(substr(written, 1, 19), 'T', ' ') AS TIMESTAMP))
        + CAST(rpad(substr(regexp_extract(written, '\.([0-9]+)', 1), 1, 6), 6, '0') AS BIGINT)
        - CASE
            WHEN written LIKE '%Z' THEN 0
            ELSE CAST(substr(written, -6, 1) || '1' AS BIGINT) * 60_000_000
                * (60 * CAST(substr(written, -5, 2) AS BIGINT) + CAST(substr(written, -2) AS BIGINT))
        END AS t_us
FROM fields;
