"""What is hardly meant is told, and is no mistake: what nothing uses, odd units, conditions that see less than facts."""

import pytest

from schemas.catalog import check_catalog

HEAD = "catalog: own\nextends: standard\n"
SPAN = "spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}\n"


def warnings(text: str) -> list[str]:
    """Return what is said of a good catalog."""
    return [str(fault) for fault in check_catalog(HEAD + text, "own.yaml").warnings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SPAN, ["own.yaml:3: spans.demo: no KPI uses this span"]),
        (SPAN + "kpis: {x: {label: X, unit: seconds, mean: demo}}\n", []),
        (SPAN + "kpis: {x: {label: X, unit: seconds, mean: demo, private: true}}\n",
         ["own.yaml:3: spans.demo: no KPI uses this span", "own.yaml:4: kpis.x: private, and no other KPI uses it"]),
        ("kpis:\n  x: {label: X, unit: count, count: call, private: true}\n  y: {label: Y, unit: number, expression: x * 2, n: x}\n", []),
        ("kpis:\n  promoters: {private: true, windows: [day]}\n",
         ["own.yaml:4: kpis.promoters.windows: means nothing here: a private KPI is kept where those it is a part of are"]),
        ("rates: {EUR: 1}\n", ["own.yaml:3: rates.EUR: the catalog's own currency needs no rate"]),
        ("rates: {USD: 0.9}\n", []),
        ("pipelines: {sales: {stages: [a, b]}}\nkpis: {stage_conversion: null}\n",
         ["own.yaml:3: pipelines.sales: no KPI is about the stages of a pipeline"]),
        ("kpis: {nps: null}\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_unused(text: str, expected: list[str]) -> None:
    """Spans, private parts, rates, pipelines of the file itself; not those of the standard catalog below it."""
    assert expected == warnings(text)


@pytest.mark.parametrize(
    ("conversion", "expected"),
    [
        ("base: deal_created, reached: deal_won",
         "deal_won does not count where its deal_created does, so this is one count ÷ another; deal_cohort_won does"),
        ("base: call, reached: email_sent",
         "email_sent does not count where its call does, so this is one count ÷ another; a conversion of types of event with "
         "entity does"),
        ("base: stage_entered, reached: deal_cohort_won",
         "deal_cohort_won does not count where its stage_entered does, so this is one count ÷ another; stage_reached does"),
        ("base: deal_created, reached: deal_cohort_won", None),
        ("base: crm.deal.created, reached: crm.deal.won, entity: deal", None),
    ],
)  # fmt: skip
def test_a_conversion_that_is_no_share(conversion: str, expected: str | None) -> None:
    """Of what came to the base in June, what reached in July counts in June or nowhere."""
    found = warnings(f"kpis: {{x: {{label: X, unit: ratio, conversion: {{{conversion}}}}}}}\n")

    assert ([] if expected is None else [f"own.yaml:3: kpis.x.conversion: {expected}"]) == found


def test_a_window_that_no_kpi_is_kept_in() -> None:
    """A rolling window that neither a KPI nor an expression has."""
    text = (
        "catalog: own\npipelines: {}\nrolling: [rolling_24h, rolling_7d, rolling_30d]\nprometheus: {windows: [day]}\nkpis:\n"
        "  calls: {label: C, unit: count, count: call, windows: [day, rolling_24h]}\n"
        "  more: {label: M, unit: number, expression: calls@rolling_7d, n: calls, windows: [day]}\n"
    )
    (found,) = check_catalog(text, "own.yaml").warnings
    assert "own.yaml:3: rolling[2]: no KPI is kept in this window" == str(found)


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("unit: percent, share: {of: call, where: {value_added: true}}",
         "the unit is percent, but its values are shares such as 0.5; expected ratio, which is shown in percent"),
        ("unit: percent, churn: {active: customer_active, left: customer_churned}",
         "the unit is percent, but its values are shares such as 0.5; expected ratio, which is shown in percent"),
        ("unit: count, attainment_share: won_revenue", "the unit is count, but its values are shares such as 0.5; expected ratio"),
        ("unit: seconds, sum: deal_won", "the unit is seconds, but its values are money; expected currency"),
        ("unit: currency, mean: response", "the unit is currency, but its values are seconds; expected seconds"),
        ("unit: currency, count: deal_won", "the unit is currency, but it counts; expected count"),
        ("unit: percent, ratio: {numerator: deals_won, denominator: deals_created}",
         "the unit is percent, but 0.5 is a half; expected ratio, which is shown in percent, or scale: 100"),
        ("unit: ratio, ratio: {numerator: deals_won, denominator: deals_created, scale: 100}",
         "the unit is ratio, but 50 is a half; expected percent, or no scale"),
        ("unit: percent, ratio: {numerator: deals_won, denominator: deals_created, scale: 100}", None),
        ("unit: currency, ratio: {numerator: won_revenue, denominator: calls}", None),
        ("unit: number, count: call", None),
        ("unit: ratio, mean: lead_created", None),
    ],
)  # fmt: skip
def test_units_that_values_are_not_in(kpi: str, expected: str | None) -> None:
    """A share in percent would be read as a hundredth of what it is; of a score nobody knows."""
    assert [f"own.yaml:3: kpis.x: {expected}"] * (expected is not None) == warnings(
        f"kpis: {{x: {{label: X, {kpi}}}}}\n"
    )


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("unit: currency, sum: {of: deal_won, where: {product: renewal}}",
         "sum.where.product: sees the product that crm.deal.won names itself, not one that only earlier events of the deal "
         "name; by sees that too"),
        ("unit: count, count: {of: deal_won, where: {not: {amount: {at_least: 5}}}}",
         "count.where.not.amount: sees the amount that crm.deal.won names itself, not one that only earlier events of the deal name"),
        ("unit: ratio, share: {of: response, among: {any: [{channel: chat}]}, at_most_s: 60}",
         "share.among.any[0].channel: sees the channel that crm.inquiry.answered names itself, not one that only earlier events "
         "of the conversation name; by sees that too"),
        ("unit: count, gauge: {of: open_deal, where: {amount: {above: 5}}}",
         "gauge.where.amount: sees the amount of crm.deal.created, not what it became later"),
        ("unit: count, count: {of: call, where: {team: north}}",
         "count.where.team: sees the team that an event names itself, not that of the directory"),
        ("unit: count, count: {of: deal_created, where: {product: renewal}}", None),
        ("unit: count, count: {of: call, where: {channel: phone}}", None),
        ("unit: count, count: {of: deal_lost, where: {reason: price}}", None),
    ],
)  # fmt: skip
def test_conditions_on_what_facts_have_from_elsewhere(kpi: str, expected: str | None) -> None:
    """A win has its product from the deal's creation, but a condition does not see that."""
    assert [f"own.yaml:3: kpis.x.{expected}"] * (expected is not None) == warnings(
        f"kpis: {{x: {{label: X, {kpi}}}}}\n"
    )


def test_caps_without_effect() -> None:
    """Both sides of a ratio keep the same values: the most that a KPI of the same facts asks for."""
    own = "{label: O, unit: currency, sum: revenue, by: [product], max_values: 3}"
    (said,) = warnings(f"kpis: {{own: {own}}}\n")
    assert said.startswith("own.yaml:3: kpis.own.max_values: has no effect: ")
    assert said.endswith(", made of the same facts, keeps 1,000; say it there too")

    assert [] == warnings(
        "kpis: {own: {label: O, unit: count, count: call, by: [channel], max_values: 2000}}\n"
    )
    assert [] == warnings(f"kpis: {{own: {own.replace('sum: revenue', 'sum: order_cost')}}}\n")


def test_caps_with_effect_by_some_dimensions_only() -> None:
    """By product both are content with three, by campaign another KPI of the same orders is not."""
    own = "{label: O, unit: currency, sum: revenue, by: [product], max_values: 3}"
    assert [
        "own.yaml:3: kpis.revenue.max_values: has no effect by campaign: campaign_return, made of the same facts, keeps "
        "1,000; say it there too"
    ] == warnings(f"kpis: {{own: {own}, revenue: {{max_values: 3}}}}\n")
