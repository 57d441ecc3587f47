"""Mistakes that people make in catalogs: each is told with file, line and field, and what to do; none is a traceback."""

import pytest

from schemas.catalog import load_catalog
from schemas.files.document import Faults

HEAD = "catalog: own\nextends: standard\n"
X = HEAD + "kpis:\n  x: "
"""What follows stands in line 4."""

SECTIONS = [
    # The calendar
    ("calendar: Europe/Berlin", "3: calendar: expected fields (name: value), found the text 'Europe/Berlin'"),
    ("calendar: {timezone: Europe/Berln}", "3: calendar.timezone: unknown time zone 'Europe/Berln', did you mean 'Europe/Berlin'?"),
    ("calendar: {timezone: CEST}", "3: calendar.timezone: unknown time zone 'CEST'"),
    ("calendar: {timezone: ../../etc/passwd}", "3: calendar.timezone: unknown time zone"),
    ("calendar: {timezone: 2}", "3: calendar.timezone: expected a text, found the number 2; put it in quotes"),
    ("calendar: {week_start: mon}", "3: calendar.week_start: expected one of monday, tuesday,"),
    ("calendar: {week_start: Monday}", "3: calendar.week_start: expected one of monday"),
    ("calendar: {fiscal_year_start_month: 0}", "3: calendar.fiscal_year_start_month: must be at least 1, found the number 0"),
    ("calendar: {fiscal_year_start_month: april}", "3: calendar.fiscal_year_start_month: expected a whole number, found the text 'april'"),
    ("calendar: {working_days: [monday, funday]}", "3: calendar.working_days[1]: expected one of monday"),
    ("calendar: {working_days: monday}", "3: calendar.working_days: expected a list, found the text 'monday'"),
    ("kpis: {x: {label: X, unit: count, count: call, windows: [rolling_48h]}}", "3: kpis.x.windows[0]: the window 'rolling_48h' is not listed under `rolling`, which has rolling_24h,"),
    ("kpis: {x: {label: X, unit: count, count: call, windows: [rolling_24]}}", "3: kpis.x.windows[0]: unknown window of such a KPI 'rolling_24', did you mean"),
    ("kpis: {x: {label: X, unit: ratio, churn: {active: customer_active, left: customer_churned}, windows: [rolling_48h]}}", "3: kpis.x.windows[0]: unknown window of such a KPI 'rolling_48h'"),
    ("calendar: {working_days: []}", "3: calendar.working_days: there is no working time in the week"),
    ("calendar: {working_hours: []}", "3: calendar.working_hours: there is no working time in the week"),
    ("calendar: {working_hours: {}}", "3: calendar.working_hours: there is no working time in the week"),
    ("pipelines: {a: {stages: [x, won]}}", "3: pipelines.a.stages[1]: 'won' is a decision, not a stage: events of its own say it (crm.deal.won)"),
    ("calendar: {working_hours: 9-17}", "3: calendar.working_hours: '9-17' is no span of time such as '09:00-18:00'"),
    ("calendar:\n  working_hours:\n    monday: 09:00-17:00\n    tuesday: 9-17", "6: calendar.working_hours.tuesday: '9-17' is no span"),
    ("calendar:\n  working_hours:\n    monday: [09:00-12:00, 13-17]", "5: calendar.working_hours.monday[1]: '13-17' is no span"),
    ("calendar: {working_hours: 09:00-25:00}", "3: calendar.working_hours: '09:00-25:00' is no span"),
    ("calendar: {working_hours: [09:00-13:00, 12:00-18:00]}", "3: calendar.working_hours: working hours of monday and monday overlap"),
    ("calendar: {working_hours: {sunday: 09:00-13:00}}", "3: calendar.working_hours.sunday: hours are given for sunday, which is no working day"),
    ("calendar: {holidays: {country: Holland}}", "3: calendar.holidays.country: unknown country 'Holland'"),
    ("calendar: {holidays: {country: DE, subdivision: BX}}", "3: calendar.holidays.subdivision: unknown subdivision of DE 'BX'"),
    ("calendar: {holidays: {subdivision: BY}}", "3: calendar.holidays.subdivision: subdivision needs country"),
    ("calendar: {holidays: {extra: [2026-02-30]}}", "3: calendar.holidays.extra[0]: expected a day such as 2026-12-24, found '2026-02-30'"),
    ("calendar: {holidays: {extra: [24.12.2026]}}", "3: calendar.holidays.extra[0]: expected a day"),
    ("calendar: {holidays: [2026-12-24]}", "3: calendar.holidays: expected fields (name: value), found a list"),
    ("calendar: {holiday: {}}", "3: calendar.holiday: unknown field 'holiday', did you mean 'holidays'?"),
    # Money
    ("currency: euro", "3: currency: expected a currency's three letters, such as EUR, found the text 'euro'"),
    ("rates: {USD: 0}", "3: rates.USD: must be above 0, found the number 0"),
    ("rates: {dollar: 0.9}", "3: rates.dollar: expected a currency's three letters"),
    ("rates: {USD: '0.9'}", "3: rates.USD: expected a number, found the text '0.9'"),
    ("rates: {EUR: 0.9}", "3: rates.EUR: the catalog's own currency is worth 1, found 0.9"),
    # Windows and pipelines
    ("rolling: [24h]", "3: rolling[0]: '24h' is no rolling window, expected rolling_<n>h, rolling_<n>d or today"),
    ("rolling: [today, today]", "3: rolling[1]: the window 'today' stands here twice"),
    ("rolling: [rolling_24h, rolling_24h]", "3: rolling[1]: the window 'rolling_24h' stands here twice"),
    ("rolling: rolling_24h", "3: rolling: expected a list, found the text 'rolling_24h'"),
    ("pipelines: [a, b]", "3: pipelines: expected fields (name: value), found a list"),
    ("pipelines: {sales: [a, b]}", "3: pipelines.sales: expected fields (name: value), found a list"),
    ("pipelines:\n  sales:\n    stages: [a, b]\n    conversions: [[a]]", "6: pipelines.sales.conversions[0]"),
    ("pipelines: {sales: {stages: [a, b], conversions: [[a, a]]}}", "3: pipelines.sales.conversions[0]: a stage does not lead to itself"),
    # Spans
    ("spans: {demo: {from: crm.meeting.scheduled, entity: meeting}}", "3: spans.demo.to: missing"),
    ("spans: {demo: {from: crm.meeting.schedule, to: crm.meeting.held, entity: meeting}}", "3: spans.demo.from: unknown type of event 'crm.meeting.schedule', did you mean 'crm.meeting.scheduled'?"),
    ("spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meting}}", "3: spans.demo.entity: unknown field of both crm.meeting.scheduled and crm.meeting.held 'meting', did you mean 'meeting'?"),
    ("spans: {demo: {from: crm.meeting.scheduled, to: crm.quote.sent, entity: meeting}}", "3: spans.demo.entity: unknown field of both"),
    ("spans: {demo: {from: crm.price.observed, to: crm.order.placed, entity: product}}", "3: spans.demo.from: crm.price.observed has no account, and only what shares one can belong together"),
    ("spans: {demo: {from: crm.meeting.held, to: crm.meeting.held, entity: meeting}}", "3: spans.demo.to: expected another type of event than 'from'"),
    ("spans: {response: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}", "3: spans.response: there is a fact 'response' already; expected another name"),
    ("spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting, start: first}}", "3: spans.demo.start: expected one of earliest_open, latest"),
    ("spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.hold, entity: meeting}}\nkpis: {x: {label: X, unit: count, count: {of: demo, where: {channel: web}}}}", "3: spans.demo.to: unknown type of event 'crm.meeting.hold', did you mean 'crm.meeting.held'?"),
    ("targets: [{kpi: calls, window: day, value: 1e308}]", "3: targets[0].value: must be at most 9000000000000, found the number 1e+308"),
    ("kpis: {x: {label: X, unit: number, ratio: {numerator: calls, denominator: deals_won, scale: 1e308}}}", "3: kpis.x.ratio.scale: must be at most 9000000000000"),
    ("kpis: {x: {label: X, unit: ratio, share: {of: response, at_most_s: 1e308}}}", "3: kpis.x.share.at_most_s: must be at most 9000000000000, found the number 1e+308"),
    ("spans: {Demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}", "3: spans.Demo: expected a name of small letters, digits and _ that begins"),
    ("kpi: {calls: null}", "3: kpi: unknown field 'kpi', did you mean 'kpis'?"),
    ("kpis: {x: {label: X, unit: number, expression: min(calls), n: calls}}", "3: kpis.x.expression: column 1: min is of two values or more"),
    # Targets
    ("targets: {kpi: calls}", "3: targets: expected a list, found fields (name: value)"),
    ("targets:\n  - {kpi: cals, window: day, value: 5}", "4: targets[0].kpi: unknown KPI 'cals', did you mean 'calls'?"),
    ("targets:\n  - {kpi: promoters, window: day, value: 5}", "4: targets[0].kpi: promoters is private, it has no records; private: false gives it some"),
    ("targets:\n  - {kpi: calls, window: rolling_24h, value: 5}", "4: targets[0].window: expected one of day, week, month, quarter, year"),
    ("targets:\n  - {kpi: open_deals, window: day, value: 5}", "4: targets[0].window: unknown window of open_deals 'day'; known: now"),
    ("targets:\n  - {kpi: calls, window: month, period: 2026-13, value: 5}", "4: targets[0].period: there is no month '2026-13'; one is written '2026-11'"),
    ("targets:\n  - {kpi: calls, window: year, period: 26, value: 5}", "4: targets[0].period: there is no year '26'"),
    ("targets:\n  - {kpi: calls, window: day, value: -5}", "4: targets[0].value: must be at least 0, found the number -5"),
    ("targets:\n  - {kpi: calls, window: day, value: 1_000}", "4: targets[0].value: expected a number, found the text '1_000'; a number is written 1000"),
    ("targets:\n  - {kpi: calls, window: day, dims: {product: x}, value: 5}", "4: targets[0].dims: calls is not kept for these dimensions; expected one of {}, {team}, {rep}, {channel}"),
    ("targets:\n  - {kpi: calls, window: day, value: 5}\n  - {kpi: calls, window: day, value: 6}", "5: targets[1]: the same target as targets[0]"),
    # What Prometheus sees
    ("prometheus: {kpis: calls}", "3: prometheus.kpis: expected"),
    ("prometheus: {kpis: [promoters]}", "3: prometheus.kpis[0]: unknown KPI 'promoters'"),
    ("prometheus: {dimensions: [chanel]}", "3: prometheus.dimensions[0]: unknown dimension 'chanel', did you mean 'channel'?"),
]  # fmt: skip

KPIS = [
    # Conditions
    ("{label: X, unit: count, count: {of: call, where: {}}}", "kpis.x.count.where: expected at least one field"),
    ("{label: X, unit: count, count: {of: call, where: {valu_added: true}}}", "kpis.x.count.where.valu_added: unknown field of crm.call.logged 'valu_added', did you mean 'value_added'?"),
    ("{label: X, unit: count, count: {of: call, where: {value_added: yes}}}", "kpis.x.count.where.value_added: expected true or false, found the text 'yes'"),
    ("{label: X, unit: count, count: {of: call, where: {duration_s: long}}}", "kpis.x.count.where.duration_s: expected a number, found the text 'long'"),
    ("{label: X, unit: count, count: {of: call, where: {duration_s: {at_least: long}}}}", "kpis.x.count.where.duration_s"),
    ("{label: X, unit: count, count: {of: call, where: {duration_s: {least: 5}}}}", "kpis.x.count.where.duration_s.least: unknown field 'least', did you mean 'at_least'?"),
    ("{label: X, unit: count, count: {of: call, where: {duration_s: {}}}}", "kpis.x.count.where.duration_s: expected at_least, at_most, above, below or present"),
    ("{label: X, unit: count, count: {of: call, where: {duration_s: {present: true, above: 5}}}}", "kpis.x.count.where.duration_s: present stands alone"),
    ("{label: X, unit: count, count: {of: call, where: {outcome: {above: 5}}}}", "kpis.x.count.where.outcome.above: outcome is a text and has no order"),
    ("{label: X, unit: count, count: {of: call, where: {outcome: 5}}}", "kpis.x.count.where.outcome: expected a text, found 5; put it in quotes"),
    ("{label: X, unit: count, count: {of: call, where: {direction: [inbound, outbond]}}}", "kpis.x.count.where.direction[1]: expected one of inbound, outbound, found 'outbond', did you mean 'outbound'?"),
    ("{label: X, unit: count, count: {of: call, where: {direction: null}}}", "kpis.x.count.where.direction: expected"),
    ("{label: X, unit: count, count: {of: call, where: {any: {outcome: a}}}}", "kpis.x.count.where.any: expected a list"),
    ("{label: X, unit: count, count: {of: call, where: {any: [{outcom: a}]}}}", "kpis.x.count.where.any[0].outcom: unknown field of crm.call.logged 'outcom', did you mean 'outcome'?"),
    ("{label: X, unit: count, count: {of: call, where: {not: {score: 5}}}}", "kpis.x.count.where.not.score: unknown field of crm.call.logged 'score'"),
    ("{label: X, unit: count, count: {of: lead_created, where: {contact: x}}}", "kpis.x.count.where.contact: unknown field of crm.lead.created 'contact'"),
    ("{label: X, unit: count, count: {of: [call, email_sent], where: {outcome: x}}}", "kpis.x.count.where.outcome: unknown field of crm.email.sent 'outcome'"),
    ("{label: X, unit: ratio, share: {of: call, where: {outcome: x}, among: {chanel: y}}}", "kpis.x.share.among.chanel: unknown field of crm.call.logged 'chanel', did you mean 'channel'?"),
    ("{label: X, unit: count, distinct: {accounts: order_placed, where: {amout: 5}}}", "kpis.x.distinct.where.amout: unknown field of crm.order.placed 'amout', did you mean 'amount'?"),
    # Facts
    ("{label: X, unit: count, count: []}", "kpis.x.count"),
    ("{label: X, unit: count, count: {of: cal}}", "kpis.x.count.of: unknown fact 'cal', did you mean 'call'?"),
    ("{label: X, unit: count, count: {of: [call, cal]}}", "kpis.x.count.of[1]: unknown fact 'cal', did you mean 'call'?"),
    ("{label: X, unit: count, distinct: {accounts: [orders_placed]}}", "kpis.x.distinct.accounts[0]: unknown fact 'orders_placed', did you mean 'order_placed'?"),
    ("{label: X, unit: count, distinct: order_placed}", "kpis.x.distinct: expected fields (name: value), found the text 'order_placed'"),
    ("{label: X, unit: count, count: calls}", "kpis.x.count: unknown fact 'calls', did you mean 'call'?"),
    ("{label: X, unit: count, gauge_sum: inquiry_open}", "kpis.x.gauge_sum: the fact 'inquiry_open' has no value, it can only be counted"),
    ("{label: X, unit: count, gauge_sum: deal_won}", "kpis.x.gauge_sum: the fact 'deal_won' is no gauge"),
    ("{label: X, unit: seconds, oldest: call}", "kpis.x.oldest: the fact 'call' is no gauge"),
    ("{label: X, unit: ratio, churn: {active: customer_activ, left: customer_churned}}", "kpis.x.churn.active: unknown fact 'customer_activ', did you mean 'customer_active'?"),
    ("{label: X, unit: ratio, churn: {active: call, left: customer_churned}}", "kpis.x.churn.active: the fact 'call' is no gauge"),
    ("{label: X, unit: ratio, churn: {active: open_deal, left: customer_churned}}", "kpis.x.churn.active: the fact 'open_deal' is known as of now only, not at the start of a period"),
    ("{label: X, unit: ratio, churn: {active: customer_active, left: customer_canceled}}", "kpis.x.churn.left: unknown fact of each period 'customer_canceled', did you mean 'customer_churned'?"),
    ("{label: X, unit: currency, mean: {of: deal_won, business: true}}", "kpis.x.mean.of: business: the value of the fact 'deal_won' is no time between two events"),
    ("{label: X, unit: ratio, conversion: {base: lead_created, reached: crm.deal.won, entity: lead}}", "kpis.x.conversion.base: unknown type of event 'lead_created', did you mean 'crm.lead.created'?"),
    ("{label: X, unit: ratio, conversion: {base: crm.lead.created, reached: crm.deal.won, entity: lead}}", "kpis.x.conversion.entity: unknown field of both crm.lead.created and crm.deal.won 'lead'"),
    ("{label: X, unit: count, count: [call, email_sent, call]}", "kpis.x.count[2]: the fact 'call' stands here twice"),
    ("{label: X, unit: count, distinct: {accounts: [call, call]}}", "kpis.x.distinct.accounts[1]: the fact 'call' stands here twice"),
    # Parts
    ("{label: X, unit: ratio, ratio: {numerator: [calls, calls], denominator: deals_won}}", "kpis.x.ratio.numerator[1]: 'calls' stands here twice"),
    ("{label: X, unit: ratio, ratio: {numerator: [calls, cals], denominator: deals_won}}", "kpis.x.ratio.numerator[1]: unknown KPI 'cals', did you mean 'calls'?"),
    ("{label: X, unit: ratio, ratio: {numerator: call, denominator: deals_won}}", "kpis.x.ratio.numerator: unknown KPI 'call', did you mean 'calls'?"),
    ("{label: X, unit: ratio, ratio: {numerator: calls, denominator: response_time_mean}}", "kpis.x.ratio.denominator: 'response_time_mean' neither counts nor sums"),
    ("{label: X, unit: ratio, ratio: calls / deals_won}", "kpis.x.ratio: expected fields (name: value), found the text 'calls / deals_won'"),
    ("{label: X, unit: number, expression: calls / deal_won, n: calls}", "kpis.x.expression: unknown KPI 'deal_won', did you mean 'deals_won'?"),
    ("{label: X, unit: number, expression: calls ** 2, n: calls}", "kpis.x.expression: column 1: 'calls ** 2' can't stand here"),
    ("{label: X, unit: number, expression: 'calls +', n: calls}", "kpis.x.expression: column 7: nothing follows '+'"),
    ("{label: X, unit: number, expression: 'max(calls; 1)', n: calls}", "kpis.x.expression: column 10: ';' can't stand in an expression"),
    ("{label: X, unit: number, expression: '__import__(\"os\")', n: calls}", "kpis.x.expression: column 12: '\"' can't stand in an expression"),
    ("{label: X, unit: number, expression: '(calls', n: calls}", "kpis.x.expression: column 1: can't be read: '(' was never closed"),
    ("{label: X, unit: number, expression: '5', n: calls}", "kpis.x.expression: column 1: names no KPI"),
    ("{label: X, unit: number, expression: 5, n: calls}", "kpis.x.expression: expected a text, found the number 5"),
    ("{label: X, unit: number, expression: calls, n: cals}", "kpis.x.n: unknown KPI 'cals', did you mean 'calls'?"),
    ("{label: X, unit: number, expression: calls, n: calls + 1}", "kpis.x.n: column 1: expected a KPI or kpi@window"),
    ("{label: X, unit: number, expression: calls@dya, n: calls}", "kpis.x.expression: unknown window of calls 'dya', did you mean 'day'?"),
    ("{label: X, unit: number, expression: calls@now, n: calls}", "kpis.x.expression: unknown window of calls 'now'"),
    ("{label: X, unit: number, expression: open_deals / calls, n: calls}", "kpis.x.expression: there is no window that all its parts can have: open_deals has now; calls has rolling_24h"),
    ("{label: X, unit: number, expression: open_deals@now / calls, n: calls, windows: [now]}", "kpis.x.windows[0]: unknown window of such a KPI 'now'"),
    ("{label: X, unit: number, expression: x + calls, n: calls}", "kpis.x.expression: made of itself: x → x"),
    ("{label: X, unit: ratio, growth: {of: cals}}", "kpis.x.growth.of: unknown KPI 'cals', did you mean 'calls'?"),
    ("{label: X, unit: ratio, growth: sales_growth}", "kpis.x.growth: 'sales_growth' compares periods itself"),
    ("{label: X, unit: ratio, growth: call_duration_mean}", "kpis.x.growth: 'call_duration_mean' neither counts nor sums, so its growth can't be told from sums of two periods"),
    ("{label: X, unit: ratio, growth: {of: win_rate}}", "kpis.x.growth.of: 'win_rate' neither counts nor sums, so its growth can't be told from sums of two periods"),
    ("{label: X, unit: ratio, growth: response_time_p90}", "kpis.x.growth: 'response_time_p90' neither counts nor sums, so its growth can't be told from sums of two periods"),
    ("{label: X, unit: ratio, growth: {of: active_customers, same_elapsed: true}, windows: [month]}", "kpis.x.windows[0]: unknown window of such a KPI 'month'"),
    ("{label: X, unit: ratio, growth: open_deals}", "kpis.x.growth: there is no window that all its parts can have: open_deals has now"),
    ("{label: X, unit: ratio, growth: calls, windows: [rolling_24h]}", "kpis.x.windows[0]: unknown window of such a KPI 'rolling_24h'"),
    ("{label: X, unit: ratio, attainment: quota}", "kpis.x.attainment: unknown KPI 'quota'"),
    ("{label: X, unit: currency, levels: [company], predicted: {model: pareto_nbd}}", "kpis.x.predicted.model: expected"),
    ("{label: X, unit: currency, levels: [company], predicted: {model: bg_nbd, horizon_d: 0}}", "kpis.x.predicted.horizon_d: must be at least 1"),
    ("{label: X, unit: currency, predicted: {model: bg_nbd}}", "kpis.x.levels: a prediction is kept for the company; expected [company] or []"),
    ("{label: X, unit: currency, predicted: {model: bg_nbd}, levels: [company], by: [region]}", "kpis.x.by[0]: unknown dimension of its facts 'region'"),
    ("{label: X, unit: currency, predicted: {model: bg_nbd}, levels: [company], by: [[account, segment]]}", "kpis.x.by[0]: a prediction is kept by account or segment, each alone"),
    ("{label: X, unit: currency, predicted: {model: bg_nbd}, levels: [company], windows: [month]}", "kpis.x.windows[0]: unknown window of such a KPI 'month'"),
    ("{label: X, unit: number, expression: clv_predicted@now / 2, n: calls@day, levels: [company]}", "kpis.x.expression: 'clv_predicted' is predicted, by a process of its own: no formula can be made of it"),
    ("{label: X, unit: count, gauge: customer_active, by: [segment], instead: {segment: clv_predicted}}", "kpis.x.instead.segment: 'clv_predicted' is predicted, by a process of its own: it stands in for nothing"),
    ("{label: X, unit: ratio, attainment_share: calls, levels: [team, rep]}", "kpis.x.levels: a share of the reps is kept for company and team; expected [company, team]"),
    # Groups and the rest
    ("{label: X, unit: count, count: call, levels: []}", "kpis.x.levels: kept for nobody: expected levels or 'by'"),
    ("{label: X, unit: count, count: call, levels: [region]}", "kpis.x.levels[0]: expected one of company, team, rep"),
    ("{label: X, unit: count, count: call, by: [channel, channel]}", "kpis.x.by[1]: channel stand here twice"),
    ("{label: X, unit: count, count: call, by: [[channel, channel]]}", "kpis.x.by[0]: the same dimension twice"),
    ("{label: X, unit: count, count: call, by: channel}", "kpis.x.by: expected a list, found the text 'channel'"),
    ("{label: X, unit: count, count: call, by: [channel], instead: {segment: calls}}", "kpis.x.instead.segment: unknown dimension under 'by' 'segment'; known: channel"),
    ("{label: X, unit: currency, expression: clv * 2, n: clv, levels: [company], by: [segment], windows: [all_time]}", "kpis.x.by[0]: there 'clv', a part of it, has the value of 'clv_of_latest_segment'; say 'instead' here too"),
    ("{label: X, unit: count, count: call, by: [channel], instead: {channel: cals}}", "kpis.x.instead.channel: unknown KPI 'cals', did you mean 'calls'?"),
    ("{label: X, unit: count, count: call, max_values: 0}", "kpis.x.max_values: must be at least 1, found the number 0"),
    ("{label: X, unit: count, count: call, min_sample: -1}", "kpis.x.min_sample: must be at least 0"),
    ("{label: X, unit: count, count: call, private: yes}", "kpis.x.private: expected true or false, found the text 'yes'"),
    ("{label: X, unit: count, count: call, format: euros}", "kpis.x.format: expected one of number, percent, currency, duration"),
    ("{label: X, unit: count, count: call, windows: []}", "kpis.x.windows: must have at least 1 entry"),
    ("{label: X, unit: count, count: customer_span, windows: [day]}", "kpis.x.windows[0]: unknown window of such a KPI 'day'; known: all_time"),
    ("{unit: count, count: call}", "kpis.x.label: missing"),
]  # fmt: skip


def faults(text: str) -> list[str]:
    """Return the mistakes of a file, as they are shown."""
    with pytest.raises(Faults) as raised:
        load_catalog(text, "own.yaml")
    return [str(fault) for fault in raised.value.faults]


@pytest.mark.parametrize(("yaml", "expected"), SECTIONS)
def test_sections(yaml: str, expected: str) -> None:
    """A mistake in a section is told with its line, and it is the only one."""
    (found,) = faults(f"{HEAD}{yaml}\n")
    assert found.startswith(f"own.yaml:{expected}"), found


@pytest.mark.parametrize(("kpi", "expected"), KPIS)
def test_kpis(kpi: str, expected: str) -> None:
    """A mistake in a KPI is told with its line, and it is the only one."""
    (found,) = faults(f"{X}{kpi}\n")
    assert found.startswith(f"own.yaml:4: {expected}"), found


def test_circles_are_told_as_chains() -> None:
    """Each circle once, from the KPI that stands first."""
    formula = "{{label: L, unit: number, expression: {0}, n: calls}}".format
    text = f"{HEAD}kpis:\n  a: {formula('b + calls')}\n  b: {formula('c * 2')}\n  c: {formula('a + d')}\n  d: {formula('calls')}\n"

    assert ["own.yaml:4: kpis.a.expression: made of itself: a → b → c → a"] == faults(text)


@pytest.mark.parametrize("order", [1, -1])
def test_parts_of_parts_without_end(order: int) -> None:
    """A tower of KPIs is refused before anything has to climb it, or to go down."""
    lines = [f"  k{i}: {{label: L, unit: number, expression: k{i - 1} + 1, n: k0}}" for i in range(1, 3000)][
        ::order
    ]
    (found,) = faults(HEAD + "kpis:\n  k0: {label: L, unit: count, count: call}\n" + "\n".join(lines) + "\n")

    assert "made of parts of parts, over 50 levels deep" in found


def test_everything_at_once() -> None:
    """What the grammar refuses hides no wrong name elsewhere, and what it hides is not held against others."""
    found = faults(
        HEAD
        + "calendar: {timezone: Mars}\n"
        + "spans: {demo: {from: crm.meeting.scheduled, entity: meeting}}\n"
        + "kpis:\n"
        + "  a: {label: A, unit: counts, count: call}\n"
        + "  b: {label: B, unit: ratio, ratio: {numerator: a, denominator: cals}}\n"
        + "  c: {label: C, unit: seconds, mean: demo}\n"
        + "  d: {label: D, unit: seconds, mean: respons}\n"
        + "targets: [{kpi: a, window: day, value: 1}]\n"
    )

    assert [
        "own.yaml:3: calendar.timezone: unknown time zone 'Mars'; expected one like Europe/Amsterdam",
        "own.yaml:4: spans.demo.to: missing",
        "own.yaml:6: kpis.a.unit: ",
        "own.yaml:7: kpis.b.ratio.denominator: unknown KPI 'cals', did you mean 'calls'?",
    ] == [line[: len(want)] for line, want in zip(found, [
        "own.yaml:3: calendar.timezone: unknown time zone 'Mars'; expected one like Europe/Amsterdam",
        "own.yaml:4: spans.demo.to: missing",
        "own.yaml:6: kpis.a.unit: ",
        "own.yaml:7: kpis.b.ratio.denominator: unknown KPI 'cals', did you mean 'calls'?",
    ], strict=False)]  # fmt: skip
    assert not any("demo'" in line for line in found)
    assert not any(line.startswith("own.yaml:10") for line in found)


def test_a_mistake_hides_no_other_of_its_section() -> None:
    """Targets keep their places in the list; what is defined beside something unreadable is checked."""
    found = faults(
        HEAD
        + "spans: {demo: {from: crm.meeting.scheduled, entity: meeting}, own: {from: crm.deal.won, to: crm.deal.won, entity: deal}}\n"
        + "pipelines: {a: {stages: 5}, b: {stages: [x, won, y]}}\n"
        + "kpis: {calls: {label: Calls, unit: count, count: call}}\n"
        + "targets:\n"
        + "  - {kpi: calls, window: day, value: -1}\n"
        + "  - {kpi: cals, window: day, value: 1}\n"
        + "  - {kpi: calls, window: moth, value: 1}\n"
        + "  - {kpi: calls, window: month, value: 1}\n"
        + "  - {kpi: calls, window: month, value: 2}\n"
    )

    assert [line.removeprefix("own.yaml:") for line in found] == [
        "3: spans.demo.to: missing",
        "3: spans.own.to: expected another type of event than 'from'",
        "4: pipelines.a.stages: expected a list, found the number 5",
        "4: pipelines.b.stages[1]: 'won' is a decision, not a stage: events of its own say it (crm.deal.won)",
        "7: targets[0].value: must be at least 0, found the number -1",
        "8: targets[1].kpi: unknown KPI 'cals', did you mean 'calls'?",
        "9: targets[2].window: expected one of day, week, month, quarter, year, found the text 'moth', did you mean 'month'?",
        "11: targets[4]: the same target as targets[3]",
    ]


def test_what_is_dropped() -> None:
    """A name that is dropped must be there, and nothing else made of it; that is told where it is dropped."""
    found = faults(
        HEAD + "kpis:\n  deals_wno: null\n  orders: null\n  nps_answers: null\n  calls: {by: [region]}\n"
    )

    assert [
        "own.yaml:4: kpis.deals_wno: unknown standard KPI 'deals_wno', did you mean 'deals_won'?",
        "own.yaml:5: kpis.orders: unknown standard KPI 'orders', did you mean 'order_costs'?",
        "own.yaml:6: kpis.nps_answers: dropped, but a part of nps; drop what it is a part of, or say private: true",
        "own.yaml:7: kpis.calls.by[0]: unknown dimension of its facts 'region'; known: channel, rep, team",
    ] == found
    load_catalog(HEAD + "kpis:\n  nps_answers: null\n  nps: null\n", "own.yaml")


def test_a_misspelt_extends_is_one_mistake() -> None:
    """What the standard catalog would have brought along is not missed beside it."""
    text = (
        HEAD.replace("standard", "standrad")
        + "kpis:\n  x: {label: X, unit: number, expression: calls / 2, n: calls}\n"
    )

    assert [
        "own.yaml:2: extends: expected standard, found the text 'standrad', did you mean 'standard'?"
    ] == faults(text)
