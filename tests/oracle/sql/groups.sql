-- To which groups each fact belongs: `dims` is the group's dimensions as JSON, names in alphabetical order.
-- A dimension that a fact has not puts it in no group of that dimension; only a stage it comes from may be none.
CREATE OR REPLACE TEMP TABLE fact_groups AS
SELECT fact_no, 'company' AS grouping_name, '{}' AS dims FROM facts
UNION ALL SELECT fact_no, 'team', CAST(to_json({team: team}) AS VARCHAR) FROM facts WHERE team IS NOT NULL
UNION ALL SELECT fact_no, 'rep', CAST(to_json({rep: rep}) AS VARCHAR) FROM facts WHERE rep IS NOT NULL
UNION ALL SELECT fact_no, 'campaign', CAST(to_json({campaign: campaign}) AS VARCHAR) FROM facts WHERE campaign IS NOT NULL
UNION ALL SELECT fact_no, 'channel', CAST(to_json({channel: channel}) AS VARCHAR) FROM facts WHERE channel IS NOT NULL
UNION ALL SELECT fact_no, 'product', CAST(to_json({product: product}) AS VARCHAR) FROM facts WHERE product IS NOT NULL
UNION ALL SELECT fact_no, 'segment', CAST(to_json({segment: segment}) AS VARCHAR) FROM facts WHERE segment IS NOT NULL
UNION ALL SELECT fact_no, 'region', CAST(to_json({region: region}) AS VARCHAR) FROM facts WHERE region IS NOT NULL
UNION ALL SELECT fact_no, 'stage', CAST(to_json({stage: stage}) AS VARCHAR) FROM facts WHERE stage IS NOT NULL
UNION ALL SELECT fact_no, 'content', CAST(to_json({content: content}) AS VARCHAR) FROM facts WHERE content IS NOT NULL
UNION ALL SELECT fact_no, 'alert_rule', CAST(to_json({alert_rule: alert_rule}) AS VARCHAR) FROM facts WHERE alert_rule IS NOT NULL
UNION ALL
SELECT fact_no, 'stages', CAST(to_json({from_stage: from_stage, to_stage: to_stage}) AS VARCHAR)
FROM facts WHERE to_stage IS NOT NULL
UNION ALL
SELECT fact_no, 'stages_team', CAST(to_json({from_stage: from_stage, team: team, to_stage: to_stage}) AS VARCHAR)
FROM facts WHERE to_stage IS NOT NULL
UNION ALL
SELECT fact_no, 'stages_rep', CAST(to_json({from_stage: from_stage, rep: rep, to_stage: to_stage}) AS VARCHAR)
FROM facts WHERE to_stage IS NOT NULL AND rep IS NOT NULL
UNION ALL -- not the segment that the fact has, but its account's latest
SELECT fact_no, 'account_segment', CAST(to_json({segment: latest_segment}) AS VARCHAR)
FROM facts JOIN account_segments USING (account);
