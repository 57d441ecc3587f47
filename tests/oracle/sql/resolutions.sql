-- A conversation is resolved once, by its first `resolved`. It was resolved at first contact when exactly one answer
-- had come by then, and nothing reopens it within seven days.
INSERT INTO facts BY NAME
WITH resolved AS (
    SELECT conversation, place, t_us, rep, team
    FROM events
    WHERE type = 'crm.inquiry.resolved'
    QUALIFY row_number() OVER (PARTITION BY conversation ORDER BY place) = 1
), judged AS (
    SELECT
        resolved.*,
        count(*) FILTER (WHERE other.type = 'crm.inquiry.answered' AND other.place < resolved.place) AS answers,
        count(*) FILTER (
            WHERE other.type = 'crm.inquiry.reopened'
                AND other.place > resolved.place
                AND other.t_us - resolved.t_us <= 7 * 86_400_000_000
        ) AS reopenings
    FROM resolved
    JOIN events AS other ON other.conversation = resolved.conversation AND other.type LIKE 'crm.inquiry.%'
    GROUP BY ALL
)
SELECT unnest(['conversation_resolved'] || if(answers = 1 AND reopenings = 0, ['first_contact_resolved'], [])) AS fact,
    t_us, rep, team
FROM judged;
