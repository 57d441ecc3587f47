-- What each KPI is made of, made once. `above`: the facts above the line; `below`: those that n counts.
--   count    how many above                 sum      their values added
--   mean     the values' mean               share    how many above / how many below
--   p50, p90 the value at the nearest rank
CREATE OR REPLACE TEMP TABLE definitions AS
SELECT * FROM (VALUES
    ('calls', 'count', ['call'], ['call'], ['company', 'team', 'rep', 'channel']),
    ('emails_sent', 'count', ['email_sent'], ['email_sent'], ['company', 'team', 'rep', 'channel']),
    ('meetings_scheduled', 'count', ['meeting_scheduled'], ['meeting_scheduled'], ['company', 'team', 'rep', 'channel']),
    ('meetings_held', 'count', ['meeting_held'], ['meeting_held'], ['company', 'team', 'rep', 'channel']),
    ('activities', 'count', ['call', 'email_sent', 'meeting_held'], ['call', 'email_sent', 'meeting_held'],
        ['company', 'team', 'rep']),
    ('response_time_mean', 'mean', ['response'], ['response'], ['company', 'team', 'rep', 'channel']),
    ('response_time_p50', 'p50', ['response'], ['response'], ['company', 'team', 'rep', 'channel']),
    ('response_time_p90', 'p90', ['response'], ['response'], ['company', 'team', 'rep', 'channel']),
    ('response_within_1h', 'share', ['response_within_1h'], ['response'], ['company', 'team', 'rep', 'channel']),
    ('response_within_24h', 'share', ['response_within_24h'], ['response'], ['company', 'team', 'rep', 'channel']),
    ('open_inquiries', 'count', ['open_inquiry'], ['open_inquiry'], ['company', 'team', 'rep', 'channel']),
    ('deals_created', 'count', ['deal_created'], ['deal_created'], ['company', 'team', 'rep', 'product', 'segment']),
    ('deals_won', 'count', ['deal_won'], ['deal_won'], ['company', 'team', 'rep', 'product', 'segment']),
    ('deals_lost', 'count', ['deal_lost'], ['deal_lost'], ['company', 'team', 'rep', 'product', 'segment']),
    ('deals_canceled', 'count', ['deal_canceled'], ['deal_canceled'], ['company', 'team', 'rep', 'product', 'segment']),
    ('win_rate', 'share', ['deal_won'], ['deal_created'], ['company', 'team', 'rep', 'product', 'segment']),
    ('win_rate_decided', 'share', ['deal_won'], ['deal_won', 'deal_lost', 'deal_canceled'],
        ['company', 'team', 'rep', 'product', 'segment']),
    ('won_revenue', 'sum', ['deal_won'], ['deal_won'], ['company', 'team', 'rep', 'product', 'segment', 'region']),
    ('average_deal_size', 'mean', ['deal_won'], ['deal_won'],
        ['company', 'team', 'rep', 'product', 'segment', 'region']),
    ('sales_cycle_mean', 'mean', ['sales_cycle'], ['sales_cycle'], ['company', 'team', 'rep', 'segment']),
    ('sales_cycle_p50', 'p50', ['sales_cycle'], ['sales_cycle'], ['company', 'team', 'rep', 'segment']),
    ('stage_transitions', 'count', ['stage_transition'], ['stage_transition'], ['company', 'team', 'rep', 'stages']),
    ('stage_conversion', 'share', ['stage_converted'], ['stage_first_entered'],
        ['stages', 'stages_team', 'stages_rep']),
    ('time_in_stage_mean', 'mean', ['stay'], ['stay'], ['company', 'team', 'rep', 'stage'])
) AS kpis (kpi, formula, above, below, groupings);

-- The same, a row per KPI, fact and grouping.
CREATE OR REPLACE TEMP TABLE parts AS
WITH by_grouping AS (
    SELECT kpi, formula, above, below, unnest(groupings) AS grouping_name FROM definitions
), by_fact AS (
    SELECT *, unnest(list_distinct(above || below)) AS fact FROM by_grouping
)
SELECT
    kpi, formula, grouping_name, fact,
    list_contains(above, fact) AS is_above,
    list_contains(below, fact) AS is_below
FROM by_fact;
