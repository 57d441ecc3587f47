-- An inquiry is open at as_of when nothing after it in its conversation closes it (see responses.sql).
INSERT INTO facts BY NAME
SELECT 'open_inquiry' AS fact, t_us, rep, team, latest_channel AS channel
FROM conversation_events AS inquiry
WHERE type = 'crm.inquiry.received'
    AND NOT EXISTS (
        FROM conversation_events AS closing
        WHERE closing.closes AND closing.conversation = inquiry.conversation AND closing.place > inquiry.place
    );
