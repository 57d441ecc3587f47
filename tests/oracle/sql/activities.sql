-- Calls, e-mails and meetings: each event is a fact.
INSERT INTO facts BY NAME
SELECT
    CASE type
        WHEN 'crm.call.logged' THEN 'call'
        WHEN 'crm.email.sent' THEN 'email_sent'
        WHEN 'crm.email.replied' THEN 'reply'
        WHEN 'crm.meeting.scheduled' THEN 'meeting_scheduled'
        WHEN 'crm.meeting.held' THEN 'meeting_held'
    END AS fact,
    t_us, rep, team, channel, campaign
FROM events
WHERE type IN (
    'crm.call.logged', 'crm.email.sent', 'crm.email.replied', 'crm.meeting.scheduled', 'crm.meeting.held'
);

INSERT INTO facts BY NAME
SELECT 'value_added_call' AS fact, t_us, rep, team
FROM events
WHERE type = 'crm.call.logged' AND value_added;

INSERT INTO facts BY NAME
SELECT 'timed_call' AS fact, t_us, rep, team, duration_s AS value
FROM events
WHERE type = 'crm.call.logged' AND duration_s IS NOT NULL;

INSERT INTO facts BY NAME
SELECT 'positive_reply' AS fact, t_us, rep, team, campaign
FROM events
WHERE type = 'crm.email.replied' AND sentiment = 'positive';

INSERT INTO facts BY NAME
SELECT 'recontactable' AS fact, t_us, rep, team, account
FROM events
WHERE recontactable
    AND type IN (
        'crm.call.logged', 'crm.email.sent', 'crm.meeting.scheduled', 'crm.meeting.held', 'crm.meeting.canceled'
    );
