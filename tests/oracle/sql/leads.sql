-- A lead is created once and converted once: of several such events the first.
CREATE OR REPLACE TEMP TABLE lead_events AS
SELECT
    place, t_us, type, rep, team, account, lead, contact,
    last_value(campaign IGNORE NULLS) OVER so_far AS campaign,
    last_value(channel IGNORE NULLS) OVER so_far AS channel,
    row_number() OVER (PARTITION BY lead, type ORDER BY place) = 1 AS is_first
FROM events
WHERE type LIKE 'crm.lead.%'
WINDOW so_far AS (PARTITION BY lead ORDER BY place ROWS UNBOUNDED PRECEDING);

CREATE OR REPLACE TEMP TABLE lead_creations AS
SELECT lead, place, t_us, rep, team, account, campaign, channel, contact
FROM lead_events
WHERE type = 'crm.lead.created' AND is_first;

-- The value is how many of name, e-mail and phone are filled.
INSERT INTO facts BY NAME
SELECT
    'lead_created' AS fact, t_us, rep, team, campaign, channel,
    CAST(coalesce(contact.name, '') != '' AS BIGINT)
        + CAST(coalesce(contact.email, '') != '' AS BIGINT)
        + CAST(coalesce(contact.phone, '') != '' AS BIGINT) AS value
FROM lead_creations;

INSERT INTO facts BY NAME
SELECT 'lead_converted' AS fact, t_us, rep, team, campaign, channel
FROM lead_events
WHERE type = 'crm.lead.converted' AND is_first;

-- The cohort counts at the creation, for whom and where it was created; converted at any time, be it before.
INSERT INTO facts BY NAME
SELECT 'lead_cohort_converted' AS fact, t_us, rep, team, campaign, channel
FROM lead_creations
WHERE lead IN (SELECT lead FROM lead_events WHERE type = 'crm.lead.converted');

-- From the creation to the first call, e-mail or meeting held after it, with the lead (only calls and e-mails can say
-- so) or with its account.
INSERT INTO facts BY NAME
WITH touches AS (
    SELECT place, t_us, rep, team, account, CASE WHEN type != 'crm.meeting.held' THEN lead END AS lead
    FROM events
    WHERE type IN ('crm.call.logged', 'crm.email.sent', 'crm.meeting.held')
)
SELECT 'lead_touched' AS fact, touch.t_us, touch.rep, touch.team, (touch.t_us - creation.t_us) / 1e6 AS value
FROM lead_creations AS creation
JOIN touches AS touch
    ON touch.place > creation.place AND (touch.account = creation.account OR touch.lead = creation.lead)
QUALIFY row_number() OVER (PARTITION BY creation.lead ORDER BY touch.place) = 1;
