-- What each KPI is made of, made once: value = scale * top of the facts above / bottom of the facts below.
--   top:     'count' how many, 'sum' of their values, 'accounts' how many different ones, 'max' of their values,
--            'p50' and 'p90' the value at the nearest rank
--   bottom:  'count', 'sum', 'accounts' as above; '-' where there is nothing below
-- n is how many the bottom counts (of a sum: its facts), without one how many are above.
-- What does not fit here has a file of its own: growth.sql, quotas.sql, churn.sql, clv.sql, prices.sql.
CREATE OR REPLACE TEMP TABLE definitions AS
SELECT * FROM (VALUES
    -- what reps do
    ('calls', 'count', ['call'], '-', [], 1, 'every', ['company', 'team', 'rep', 'channel']),
    ('emails_sent', 'count', ['email_sent'], '-', [], 1, 'every', ['company', 'team', 'rep', 'channel']),
    ('meetings_scheduled', 'count', ['meeting_scheduled'], '-', [], 1, 'every', ['company', 'team', 'rep', 'channel']),
    ('meetings_held', 'count', ['meeting_held'], '-', [], 1, 'every', ['company', 'team', 'rep', 'channel']),
    ('activities', 'count', ['call', 'email_sent', 'meeting_held'], '-', [], 1, 'every', ['company', 'team', 'rep']),
    ('value_added_calls', 'count', ['value_added_call'], '-', [], 1, 'every', ['company', 'team', 'rep']),
    ('value_added_share', 'count', ['value_added_call'], 'count', ['call'], 1, 'every', ['company', 'team', 'rep']),
    ('recontactable_customers', 'accounts', ['recontactable'], '-', [], 1, 'every', ['company', 'team', 'rep']),
    ('call_duration_mean', 'sum', ['timed_call'], 'count', ['timed_call'], 1, 'every', ['company', 'team', 'rep']),
    ('replies', 'count', ['reply'], '-', [], 1, 'every', ['company', 'team', 'rep', 'campaign']),
    ('reply_rate', 'count', ['reply'], 'count', ['email_sent'], 1, 'every', ['company', 'team', 'rep', 'campaign']),
    ('positive_reply_rate', 'count', ['positive_reply'], 'count', ['reply'], 1, 'every',
        ['company', 'team', 'rep', 'campaign']),

    -- inquiries and quotes
    ('response_time_mean', 'sum', ['response'], 'count', ['response'], 1, 'every',
        ['company', 'team', 'rep', 'channel']),
    ('response_time_p50', 'p50', ['response'], '-', [], 1, 'every', ['company', 'team', 'rep', 'channel']),
    ('response_time_p90', 'p90', ['response'], '-', [], 1, 'every', ['company', 'team', 'rep', 'channel']),
    ('response_within_1h', 'count', ['response_within_1h'], 'count', ['response'], 1, 'every',
        ['company', 'team', 'rep', 'channel']),
    ('response_within_24h', 'count', ['response_within_24h'], 'count', ['response'], 1, 'every',
        ['company', 'team', 'rep', 'channel']),
    ('response_time_per_customer', 'sum', ['response'], 'accounts', ['response'], 1, 'every',
        ['company', 'team', 'rep']),
    ('open_inquiries', 'count', ['open_inquiry'], '-', [], 1, 'now', ['company', 'team', 'rep', 'channel']),
    ('oldest_open_inquiry_s', 'max', ['open_inquiry'], '-', [], 1, 'now', ['company', 'team', 'rep', 'channel']),
    ('first_contact_resolution', 'count', ['first_contact_resolved'], 'count', ['conversation_resolved'], 1, 'every',
        ['company', 'team', 'rep']),
    ('quote_turnaround_mean', 'sum', ['quote_turnaround'], 'count', ['quote_turnaround'], 1, 'every',
        ['company', 'team', 'rep']),
    ('quote_turnaround_p50', 'p50', ['quote_turnaround'], '-', [], 1, 'every', ['company', 'team', 'rep']),
    ('quote_turnaround_p90', 'p90', ['quote_turnaround'], '-', [], 1, 'every', ['company', 'team', 'rep']),

    -- leads
    ('leads_created', 'count', ['lead_created'], '-', [], 1, 'every',
        ['company', 'team', 'rep', 'campaign', 'channel']),
    ('leads_converted', 'count', ['lead_converted'], '-', [], 1, 'every',
        ['company', 'team', 'rep', 'campaign', 'channel']),
    ('lead_conversion_rate', 'count', ['lead_converted'], 'count', ['lead_created'], 100, 'every',
        ['company', 'team', 'rep', 'campaign', 'channel']),
    ('lead_conversion_cohort', 'count', ['lead_cohort_converted'], 'count', ['lead_created'], 1, 'every',
        ['company', 'team', 'rep', 'campaign', 'channel']),
    ('lead_quality', 'sum', ['lead_created'], 'count', ['lead_created'], 1 / 3, 'every',
        ['company', 'team', 'rep', 'channel']),
    ('lead_response_time_mean', 'sum', ['lead_touched'], 'count', ['lead_touched'], 1, 'every',
        ['company', 'team', 'rep']),

    -- deals
    ('deals_created', 'count', ['deal_created'], '-', [], 1, 'every',
        ['company', 'team', 'rep', 'product', 'segment']),
    ('deals_won', 'count', ['deal_won'], '-', [], 1, 'every', ['company', 'team', 'rep', 'product', 'segment']),
    ('deals_lost', 'count', ['deal_lost'], '-', [], 1, 'every', ['company', 'team', 'rep', 'product', 'segment']),
    ('deals_canceled', 'count', ['deal_canceled'], '-', [], 1, 'every',
        ['company', 'team', 'rep', 'product', 'segment']),
    ('win_rate', 'count', ['deal_won'], 'count', ['deal_created'], 1, 'every',
        ['company', 'team', 'rep', 'product', 'segment']),
    ('win_rate_decided', 'count', ['deal_won'], 'count', ['deal_won', 'deal_lost', 'deal_canceled'], 1, 'every',
        ['company', 'team', 'rep', 'product', 'segment']),
    ('win_rate_cohort', 'count', ['deal_cohort_won'], 'count', ['deal_created'], 1, 'every',
        ['company', 'team', 'rep']),
    ('won_revenue', 'sum', ['deal_won'], '-', [], 1, 'every',
        ['company', 'team', 'rep', 'product', 'segment', 'region']),
    ('average_deal_size', 'sum', ['deal_won'], 'count', ['deal_won'], 1, 'every',
        ['company', 'team', 'rep', 'product', 'segment', 'region']),
    ('open_deals', 'count', ['open_deal'], '-', [], 1, 'now', ['company', 'team', 'rep', 'stage']),
    ('open_pipeline_value', 'sum', ['open_deal'], '-', [], 1, 'now', ['company', 'team', 'rep', 'stage']),
    ('sales_cycle_mean', 'sum', ['sales_cycle'], 'count', ['sales_cycle'], 1, 'every',
        ['company', 'team', 'rep', 'segment']),
    ('sales_cycle_p50', 'p50', ['sales_cycle'], '-', [], 1, 'every', ['company', 'team', 'rep', 'segment']),
    ('stage_transitions', 'count', ['stage_transition'], '-', [], 1, 'every', ['company', 'team', 'rep', 'stages']),
    ('stage_conversion', 'count', ['stage_converted'], 'count', ['stage_first_entered'], 1, 'every',
        ['stages', 'stages_team', 'stages_rep']),
    ('time_in_stage_mean', 'sum', ['stay'], 'count', ['stay'], 1, 'every', ['company', 'team', 'rep', 'stage']),
    ('content_shared', 'count', ['content_shared'], '-', [], 1, 'every', ['company', 'team', 'rep', 'content']),
    ('content_win_rate', 'count', ['content_deal_won'], 'count', ['content_deal_decided'], 1, 'every',
        ['company', 'team', 'rep']),
    ('content_win_rate', 'count', ['content_won'], 'count', ['content_decided'], 1, 'every', ['content']),

    -- orders
    ('purchases', 'count', ['order'], '-', [], 1, 'every',
        ['company', 'team', 'rep', 'product', 'channel', 'campaign']),
    ('revenue', 'sum', ['revenue'], '-', [], 1, 'every',
        ['company', 'team', 'rep', 'product', 'channel', 'campaign']),
    ('average_purchase_value', 'sum', ['revenue'], 'count', ['order'], 1, 'every', ['company', 'team', 'rep']),
    ('active_customers', 'accounts', ['order'], '-', [], 1, 'every', ['company', 'team', 'rep', 'segment']),
    ('purchase_frequency', 'count', ['order'], 'accounts', ['order'], 1, 'every',
        ['company', 'team', 'rep', 'segment']),
    ('arpu', 'sum', ['revenue'], 'accounts', ['order'], 1, 'every', ['company', 'team', 'rep']),
    ('margin_per_customer', 'sum', ['revenue', 'order_cost'], 'accounts', ['order'], 1, 'every',
        ['company', 'team', 'rep', 'segment']),
    ('customer_lifetime_years', 'sum', ['customer_span'], 'count', ['customer_span'], 1 / (365.25 * 86400), 'all_time',
        ['company', 'account_segment']),
    ('ltv', 'sum', ['revenue', 'order_cost', 'account_cost'], 'accounts', ['order'], 1, 'all_time',
        ['company', 'team', 'rep', 'account_segment']),

    -- customers
    ('registrations', 'accounts', ['customer_registered'], '-', [], 1, 'every', ['company', 'team', 'rep', 'segment']),
    ('activations', 'accounts', ['customer_activated'], '-', [], 1, 'every', ['company', 'team', 'rep', 'segment']),
    ('cancellations', 'accounts', ['customer_canceled'], '-', [], 1, 'every', ['company', 'team', 'rep', 'segment']),
    ('activation_rate', 'accounts', ['customer_activated'], 'accounts', ['customer_registered'], 1, 'every',
        ['company', 'team', 'rep', 'segment']),
    ('customers', 'count', ['active_account'], '-', [], 1, 'now', ['company', 'team', 'rep', 'account_segment']),
    ('nps', 'sum', ['nps_answer'], 'count', ['nps_answer'], 1, 'every', ['company', 'team', 'rep']),
    ('csat_mean', 'sum', ['csat_answer'], 'count', ['csat_answer'], 1, 'every', ['company', 'team', 'rep']),
    ('sentiment_score', 'sum', ['sentiment'], 'count', ['sentiment'], 1, 'every', ['company', 'team', 'rep']),

    -- alerts
    ('alert_acknowledge_time_mean', 'sum', ['alert_acknowledged'], 'count', ['alert_acknowledged'], 1, 'every',
        ['company', 'team', 'rep', 'alert_rule']),
    ('alert_acknowledge_time_p50', 'p50', ['alert_acknowledged'], '-', [], 1, 'every', ['company', 'team', 'rep', 'alert_rule']),
    ('alert_acknowledge_time_p90', 'p90', ['alert_acknowledged'], '-', [], 1, 'every', ['company', 'team', 'rep', 'alert_rule']),
    ('alert_resolve_time_mean', 'sum', ['alert_resolved'], 'count', ['alert_resolved'], 1, 'every',
        ['company', 'team', 'rep', 'alert_rule']),
    ('alert_resolve_time_p50', 'p50', ['alert_resolved'], '-', [], 1, 'every', ['company', 'team', 'rep', 'alert_rule']),
    ('alert_resolve_time_p90', 'p90', ['alert_resolved'], '-', [], 1, 'every', ['company', 'team', 'rep', 'alert_rule']),

    -- campaigns
    ('campaign_cost', 'sum', ['campaign_cost'], '-', [], 1, 'every', ['company', 'campaign']),
    ('cost_per_lead', 'sum', ['campaign_cost'], 'count', ['lead_created'], 1, 'every', ['company', 'campaign']),
    ('campaign_return', 'sum', ['revenue'], 'sum', ['campaign_cost'], 1, 'every', ['company', 'campaign'])
) AS kpis (kpi, top, above, bottom, below, scale, windows, groupings);

-- The same, a row per KPI, fact and grouping.
CREATE OR REPLACE TEMP TABLE parts AS
WITH by_grouping AS (
    SELECT * EXCLUDE (groupings, scale), CAST(scale AS DOUBLE) AS scale, unnest(groupings) AS grouping_name
    FROM definitions
), by_fact AS (
    SELECT *, unnest(list_distinct(above || below)) AS fact FROM by_grouping
)
SELECT
    kpi, top, bottom, scale, windows, grouping_name, fact,
    list_contains(above, fact) AS is_above,
    list_contains(below, fact) AS is_below
FROM by_fact;
