-- An answer responds to the earliest inquiry that is open, and closes all that are; `resolved` closes them unanswered.
-- So the answers and resolutions cut a conversation into rounds, each of inquiries and the one event that closes them.
CREATE OR REPLACE TEMP TABLE conversation_events AS
SELECT
    place, t_us, type, rep, team, account, conversation, channel,
    type IN ('crm.inquiry.answered', 'crm.inquiry.resolved') AS closes,
    last_value(channel IGNORE NULLS) OVER so_far AS latest_channel, -- its own, else of the events before it
    count_if(type IN ('crm.inquiry.answered', 'crm.inquiry.resolved')) OVER so_far
        - CAST(type IN ('crm.inquiry.answered', 'crm.inquiry.resolved') AS BIGINT) AS round
FROM events
WHERE type LIKE 'crm.inquiry.%'
WINDOW so_far AS (PARTITION BY conversation ORDER BY place ROWS UNBOUNDED PRECEDING);

CREATE OR REPLACE TEMP TABLE responses AS
WITH earliest_inquiries AS (
    SELECT conversation, round, t_us, latest_channel
    FROM conversation_events
    WHERE type = 'crm.inquiry.received'
    QUALIFY row_number() OVER (PARTITION BY conversation, round ORDER BY place) = 1
)
SELECT
    answer.t_us, answer.rep, answer.team, answer.account,
    coalesce(answer.channel, inquiry.latest_channel, answer.latest_channel) AS channel,
    answer.t_us - inquiry.t_us AS waited_us
FROM conversation_events AS answer
JOIN earliest_inquiries AS inquiry USING (conversation, round)
WHERE answer.type = 'crm.inquiry.answered';

INSERT INTO facts BY NAME
SELECT 'response' AS fact, * EXCLUDE (waited_us), waited_us / 1e6 AS value FROM responses;

INSERT INTO facts BY NAME
SELECT 'response_within_1h' AS fact, * EXCLUDE (waited_us) FROM responses WHERE waited_us <= 3_600_000_000;

INSERT INTO facts BY NAME
SELECT 'response_within_24h' AS fact, * EXCLUDE (waited_us) FROM responses WHERE waited_us <= 86_400_000_000;
