-- Shared content: each event is a fact.
INSERT INTO facts BY NAME
SELECT 'content_shared' AS fact, t_us, rep, team, content
FROM events
WHERE type = 'crm.content.shared';

-- Decisions that content was shared before: one fact a deal, and one for each content shared.
CREATE OR REPLACE TEMP TABLE content_decisions AS
SELECT DISTINCT decisions.deal, shared.content, decisions.fact = 'deal_won' AS is_won, decisions.t_us, decisions.rep, decisions.team
FROM decisions
JOIN events AS shared
    ON shared.type = 'crm.content.shared' AND shared.deal = decisions.deal AND shared.place < decisions.place;

INSERT INTO facts BY NAME
SELECT unnest(['content_deal_decided'] || if(is_won, ['content_deal_won'], [])) AS fact, t_us, rep, team
FROM (SELECT DISTINCT ON (deal) * FROM content_decisions);

INSERT INTO facts BY NAME
SELECT unnest(['content_decided'] || if(is_won, ['content_won'], [])) AS fact, t_us, content
FROM content_decisions;
