"""What a changed catalog means for state that was written under the one before."""

import pytest

from schemas.catalog import Catalog, load_catalog
from schemas.catalogs.changes import catalog_text, changes
from schemas.catalogs.effect import Changes, Effect

HEAD = "catalog: own\nextends: standard\n"
SPAN = "spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}\n"
TRIAL = "kpis: {t: {label: T, unit: ratio, conversion: {base: crm.lead.created, reached: crm.order.placed, entity: account}}}\n"
PART = (
    "kpis: {t: {label: T, unit: ratio, private: true, conversion: {base: crm.lead.created, reached: crm.order.placed, "
    "entity: account, within: 7d}}, u: {label: U, unit: ratio, expression: t * 2, n: t}}\n"
)
UNSTAGED = "kpis: {stage_conversion: null}\n"
UNDER = "kpis: {quick: {label: Q, unit: ratio, share: {of: response, at_most_s: 2592000}}}\n"
BUSINESS = "kpis: {b: {label: B, unit: seconds, mean: {of: response, business: true}}}\n"


def own(text: str) -> Catalog:
    """Return a catalog that lies over the standard one."""
    return load_catalog(HEAD + text, "own.yaml")


def between(before: str, after: str) -> Changes:
    """Return what changes from one catalog to the other."""
    return changes(catalog_text(own(before)), own(after))


@pytest.mark.parametrize(
    "text",
    ["", SPAN + TRIAL, BUSINESS, "rates: {USD: 0.9}\ntargets: [{kpi: calls, window: day, value: 5}]\n"],
)
def test_nothing_changed(text: str) -> None:
    """The text read back is the same catalog, and the same catalog has no changes."""
    catalog = own(text)
    assert catalog == Catalog.model_validate_json(catalog_text(catalog), strict=True)
    found = changes(catalog_text(catalog), catalog)

    assert ((), Effect.SAME, "none") == (found.changes, found.effect, found.rebuild)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "kpis: {calls: {label: Phone, description: New., owner: Ann, source: S, direction: down, min_sample: 5}}\n"),
        ("", "prometheus: {kpis: [calls]}\n"),
        ("", "targets: [{kpi: calls, window: day, value: 5}]\n"),
        ("", "kpis: {calls: null, activities: null, value_added_share: null}\n"),
        ("", "kpis: {calls: {by: []}}\n"),
        ("", "kpis: {calls: {windows: [day]}}\n"),
        ("", "calendar: {working_hours: 08:00-17:00, holidays: {country: NL}}\n"),
        (SPAN, ""),
        ("", SPAN),
        (SPAN, SPAN.replace("meeting}", "meeting, says: So long.}")),
        ("rates: {USD: 0.9}\n", ""),
        ("", "pipelines: {sales: {stages: [qualification, discovery, proposal]}}\n"),
        ("", "pipelines: {other: {stages: [qualification, discovery, proposal, negotiation]}}\n"),
        (UNSTAGED, UNSTAGED + "pipelines: {sales: {stages: [qualification, demo, proposal]}}\n"),
        ("", UNSTAGED + "pipelines: {sales: {stages: [qualification, demo, proposal]}}\n"),
        (TRIAL, TRIAL.replace("label: T", "label: Trial")),
        ("kpis: {a: {label: A, unit: count, count: {of: call, where: {outcome: [x, y]}}}}\n",
         "kpis: {a: {label: A, unit: count, count: {of: call, where: {outcome: [y, x]}}}}\n"),
    ],
)  # fmt: skip
def test_harmless(before: str, after: str) -> None:
    """Words, what is told to whom, what is dropped, pace, and a filter written in another way."""
    found = between(before, after)
    assert (Effect.SAME, "none") == (found.effect, found.rebuild), str(found)


@pytest.mark.parametrize(
    ("after", "field"),
    [
        ("kpis: {more: {label: M, unit: ratio, ratio: {numerator: deals_lost, denominator: deals_created}, by: [product]}}\n", "kpis.more"),
        ("rolling: [rolling_24h, rolling_7d, rolling_30d, rolling_365d, rolling_90d]\n", "rolling.rolling_90d"),
        ("rolling: [rolling_24h, rolling_7d, rolling_30d, rolling_365d, today]\n", "rolling.today"),
        ("kpis: {win_rate: {ratio: {numerator: deals_won, denominator: [deals_won, deals_lost]}}}\n", "kpis.win_rate"),
        ("kpis: {promoters: {private: false}}\n", "kpis.promoters"),
        ("kpis: {win_rate: {instead: {product: deals_won}}}", "kpis.win_rate"),
    ],
)  # fmt: skip
def test_with_its_history(after: str, field: str) -> None:
    """What is made of what was added up anyway needs nothing."""
    found = between("", after)
    assert ([(Effect.HISTORY, field)], "none") == ([one[:2] for one in found.changes], found.rebuild)


@pytest.mark.parametrize(
    ("after", "field"),
    [
        (
            "kpis: {more: {label: M, unit: count, count: {of: call, where: {direction: inbound}}}}\n",
            "kpis.more",
        ),
        ("kpis: {more: {label: M, unit: count, distinct: {accounts: call}}}\n", "kpis.more"),
        ("kpis: {calls: {by: [channel, [channel, team]]}}\n", "kpis.calls"),
        ("kpis: {calls: {max_values: 5}}\n", "kpis.calls.max_values"),
        ("rates: {USD: 0.9}\n", "rates.USD"),
        (SPAN + "kpis: {more: {label: M, unit: seconds, mean: demo}}\n", "kpis.more"),
        (TRIAL, "kpis.t"),
    ],
)
def test_filling_from_now_on(after: str, field: str) -> None:
    """What nobody added up before begins empty, and a rebuild would fill it."""
    found = between("", after)
    assert [(Effect.FILLS, field)] == [one[:2] for one in found.changes if one.effect is not Effect.HISTORY]
    assert "to_fill" == found.rebuild


@pytest.mark.parametrize(
    "after",
    [
        "kpis: {more: {label: M, unit: ratio, share: {of: response, at_most_s: 60}}}\n",
        "kpis: {more: {label: M, unit: ratio, share: {of: call, where: {direction: inbound}}}}\n",
        "kpis: {more: {label: M, unit: ratio, ratio: {numerator: new, denominator: calls}}, new: {label: N, unit: count, count: {of: call, where: {outcome: x}}, private: true}}\n",
    ],
)
def test_of_parts_that_begin_at_different_times(after: str) -> None:
    """A new numerator over an old denominator is too small where it reaches back, and that is said."""
    (found,) = between("", after).changes

    assert (Effect.MIXED, "kpis.more") == found[:2]
    assert "wrong where it reaches back" in found.sentence


@pytest.mark.parametrize(
    ("before", "after", "field", "words"),
    [
        ("", "calendar: {timezone: Europe/Berlin}\n", "calendar.timezone", "days were added up in UTC, not Europe/Berlin"),
        ("", "calendar: {week_start: sunday}\n", "calendar.week_start", "weeks from monday, not sunday"),
        ("", "calendar: {fiscal_year_start_month: 4}\n", "calendar.fiscal_year_start_month", "from month 1, not 4"),
        ("", "currency: USD\n", "currency", "added up in EUR, not USD"),
        ("rates: {USD: 0.9}\n", "rates: {USD: 0.8}\n", "rates.USD", "added up at 0.9, now it would be 0.8"),
        ("", "kpis: {clv: {levels: [company, team]}}\n", "kpis.clv", "by team of customer_span it would count off"),
        ("kpis: {open_deals: {by: []}, open_pipeline_value: {by: []}}\n", "", "kpis.open_deals", "by stage of open_deal it would count off"),
        ("kpis: {open_inquiries: null, oldest_open_inquiry_s: null}\n", "", "kpis.open_inquiries", "which it never counted"),
        ("kpis: {lead_response_time_mean: null}\n", "", "kpis.lead_response_time_mean", "the next touch of leads that came before"),
        (SPAN, SPAN.replace("meeting}", "meeting, start: latest}"), "spans.demo", "another definition"),
        (BUSINESS, BUSINESS + "calendar: {working_hours: 08:00-17:00}\n", "calendar", "other working hours"),
        ("", "pipelines: {sales: {stages: [qualification, proposal]}}\n", "pipelines", "qualification → proposal"),
        ("", "kpis: {calls: {count: {of: call, where: {direction: inbound}}}}\n", "kpis.calls", "give it another id, or rebuild"),
        ("", "kpis: {promoters: {count: {of: nps_answer, where: {score: {at_least: 8}}}}}\n", "kpis.nps", "at_least\":8"),
        ("", "kpis: {response_within_1h: {share: {of: response, at_most_s: 1800}}}\n", "kpis.response_within_1h", "response under 1800 s"),
        (TRIAL, TRIAL.replace("crm.order.placed", "crm.deal.won"), "kpis.t", "another definition"),
        (PART, PART.replace("within: 7d", "within: 60d"), "kpis.t", "another definition"),
        (PART, PART.replace("private: true, ", "").replace("within: 7d", "within: 60d"), "kpis.t", "another definition"),
        (UNDER, UNDER.replace("2592000", "2592004"), "kpis.quick", "response under 2592004 s"),
        (TRIAL, TRIAL.replace("entity: account", "entity: account, within: 14d"), "kpis.t", "another definition"),
    ],
)  # fmt: skip
def test_wrong(before: str, after: str, field: str, words: str) -> None:
    """What was added up means something else: a rebuild is needed, and the sentence says why."""
    found = between(before, after)
    first = found.changes[0]

    assert "required" == found.rebuild
    assert (Effect.WRONG, field) == first[:2]
    assert words in first.sentence
    assert f"{field}: {first.sentence}" == str(found).splitlines()[0]


def test_the_gravest_first() -> None:
    """Of several changes the one that matters most is told first."""
    found = between(
        "",
        "calendar: {timezone: Asia/Tokyo}\nkpis: {calls: null, activities: null, value_added_share: null}\n",
    )
    effects = [one.effect for one in found.changes]

    assert Effect.WRONG == effects[0]
    assert [*Effect].index(effects[-1]) <= [*Effect].index(effects[0])


@pytest.mark.parametrize("text", ["", "{}", '{"catalog": "x"}', '{"future": 1}'])
def test_a_text_of_another_version(text: str) -> None:
    """State whose catalog can't be read is not used."""
    assert "required" == changes(text, own("")).rebuild
