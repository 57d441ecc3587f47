-- An inquiry is open at as_of when nothing after it in its conversation closes it (see responses.sql).
-- Its age runs from the start of the pane that it lies in: the finest that is kept for so long.
INSERT INTO facts BY NAME
WITH open_inquiries AS (
    SELECT inquiry.*, getvariable('as_of_us') AS as_of_us
    FROM conversation_events AS inquiry
    WHERE type = 'crm.inquiry.received'
        AND NOT EXISTS (
            FROM conversation_events AS closing
            WHERE closing.closes AND closing.conversation = inquiry.conversation AND closing.place > inquiry.place
        )
), panes AS (
    SELECT
        *,
        CASE
            WHEN t_us // 300_000_000 > as_of_us // 300_000_000 - 26 * 12 THEN t_us // 300_000_000 * 300_000_000
            WHEN t_us // 3_600_000_000 > as_of_us // 3_600_000_000 - 46 * 24 THEN t_us // 3_600_000_000 * 3_600_000_000
            ELSE epoch_us(timezone( -- midnight of its date
                getvariable('timezone'),
                date_trunc('day', timezone(getvariable('timezone'), make_timestamptz(t_us)))
            ))
        END AS pane_us
    FROM open_inquiries
)
SELECT
    'open_inquiry' AS fact, true AS is_gauge, t_us, rep, team, latest_channel AS channel,
    (as_of_us - pane_us) / 1e6 AS value
FROM panes;
