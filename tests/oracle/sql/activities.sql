-- Calls, e-mails and meetings: each event is a fact.
INSERT INTO facts BY NAME
SELECT
    CASE type
        WHEN 'crm.call.logged' THEN 'call'
        WHEN 'crm.email.sent' THEN 'email_sent'
        WHEN 'crm.meeting.scheduled' THEN 'meeting_scheduled'
        WHEN 'crm.meeting.held' THEN 'meeting_held'
    END AS fact,
    t_us, rep, team, channel
FROM events
WHERE type IN ('crm.call.logged', 'crm.email.sent', 'crm.meeting.scheduled', 'crm.meeting.held');
