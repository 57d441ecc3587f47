"""The catalog's grammar: extending, and every kind of mistake with its place."""

import pytest

from schemas.catalog import FORMULAS, STANDARD, Catalog, load_catalog
from schemas.files.document import Faults
from schemas.files.overlay import standard_text

EXTENDS = "catalog: own\nextends: standard\n"
ALONE = "catalog: own\npipelines: {sales: {stages: [a, b]}}\n"


def own(yaml: str) -> Catalog:
    """Return a catalog that lies over the standard one."""
    return load_catalog(EXTENDS + yaml, "own.yaml")


def faults(text: str) -> list[str]:
    """Return the mistakes of a file, as they are shown."""
    with pytest.raises(Faults) as raised:
        load_catalog(text, "own.yaml")
    return [str(fault) for fault in raised.value.faults]


def test_the_standard_catalog_is_sound() -> None:
    """It has no mistake, says what each KPI is, and is made of facts that there are."""
    standard = load_catalog()

    assert "crm-standard" == standard.catalog
    assert all(kpi.label and kpi.description.endswith(".") for kpi in standard.kpis.values())
    assert {kpi.formula for kpi in standard.kpis.values()} <= set(FORMULAS)


def test_extending_with_nothing() -> None:
    """A file that only extends is the standard catalog under its own name."""
    assert load_catalog().model_copy(update={"catalog": "own", "extends": "standard"}) == own("")


def test_changing_a_kpi() -> None:
    """A field given replaces the standard one's, the others stay; another formula replaces the formula."""
    standard = load_catalog().kpis
    changed = own(
        "kpis:\n  calls: {label: Phone calls}\n  win_rate: {ratio: {numerator: deals_won, denominator: calls}, by: []}\n"
        "  activities: {mean: response}\n"
    ).kpis

    assert standard["calls"].model_copy(update={"label": "Phone calls"}) == changed["calls"]
    assert ("calls",) == changed["win_rate"].parts[1:]
    assert () == changed["win_rate"].by
    assert ("mean", None) == (changed["activities"].formula, changed["activities"].count)
    assert [*standard] == [*changed]


def test_dropping_kpis() -> None:
    """`null` drops a KPI; one that others are made of can't be dropped alone, and each of those is named."""
    assert {"calls"} == set(load_catalog().kpis) - set(own("kpis:\n  calls: null\n").kpis)
    (found,) = faults(EXTENDS + "kpis:\n  deals_won:\n")
    assert "kpis.deals_won: dropped, but a part of win_rate, win_rate_decided, average_deal_size;" in found


def test_a_change_of_a_kpi_that_is_not_there() -> None:
    """A slip in its name; what has all that a KPI of one's own needs is one."""
    changed = faults(EXTENDS + "kpis:\n  cals: {label: Phone calls}\n")
    assert any("kpis.cals: unknown standard KPI 'cals', did you mean 'calls'?" in one for one in changed)
    assert "cals" in own("kpis:\n  cals: {label: Phone calls, unit: count, count: call}\n").kpis


def test_other_sections_are_replaced() -> None:
    """Calendar, rolling windows, pipelines: what the file says stands for the standard's section."""
    found = own(
        "calendar: {timezone: Europe/Amsterdam}\nrolling: [rolling_2h]\npipelines: {x: {stages: [a, b, c]}}\n"
        "prometheus: {windows: [day]}\n"
    )

    assert ("Europe/Amsterdam", 1) == (found.calendar.timezone, found.calendar.fiscal_year_start_month)
    assert (("a", "b"), ("b", "c")) == found.stage_pairs


def test_windows() -> None:
    """A KPI may be kept in fewer windows; gauges are now."""
    found = own(
        "rolling: [rolling_2h]\nprometheus: {windows: [day]}\nkpis: {calls: {windows: [day, rolling_2h]}}\n"
    )

    assert ("day", "rolling_2h") == found.windows_of(found.kpis["calls"])
    assert ("now",) == found.windows_of(found.kpis["open_inquiries"])
    assert {"rolling_2h", "day", "week", "month", "quarter", "year", "all_time"} == found.known["activities"]


def test_pairs_of_stages() -> None:
    """Neighbours and the pairs named, of all pipelines, each once."""
    found = own(
        "pipelines:\n  x: {stages: [a, b, c], conversions: [[a, c], [a, b]]}\n  y: {stages: [b, c]}\n"
    )

    assert (("a", "b"), ("b", "c"), ("a", "c")) == found.stage_pairs


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("calendar: {timezone: Europe/Atlantis}\n", ["own.yaml:3: calendar.timezone: unknown time zone 'Europe/Atlantis', did you mean 'Europe/Athens'?"]),
        ("calendar:\n  fiscal_year_start_month: 13\n", ["own.yaml:4: calendar.fiscal_year_start_month: "]),
        ("calender: {}\n", ["own.yaml:3: calender: unknown field 'calender', did you mean 'calendar'?"]),
        ("rolling: [rolling_24h, rolling_7w]\n", ["own.yaml:3: rolling[1]: 'rolling_7w' is no rolling window, expected rolling_<n>h, rolling_<n>d or today"]),
        ("rolling:\n  - rolling_24h\n  - rolling_900d\n", ["own.yaml:5: rolling[1]: 'rolling_900d' is longer than the 792 days that can be kept"]),
        ("pipelines:\n  sales:\n    stages: [a, b, a]\n", ["own.yaml:5: pipelines.sales.stages[2]: the stage 'a' stands here twice"]),
        ("pipelines:\n  sales: {stages: []}\n", ["own.yaml:4: pipelines.sales.stages: "]),
        ("pipelines: {sales: {stages: [alpha, beta], conversions: [[alpha, betta]]}}\n", ["own.yaml:3: pipelines.sales.conversions[0]: unknown stage 'betta', did you mean 'beta'?"]),
        ("prometheus: {kpis: [cals]}\n", ["own.yaml:3: prometheus.kpis[0]: unknown KPI 'cals', did you mean 'calls'?"]),
        ("prometheus: {windows: [dya]}\n", ["own.yaml:3: prometheus.windows[0]: unknown window 'dya', did you mean 'day'?"]),
        ("prometheus: {levels: [company, region]}\n", ["own.yaml:3: prometheus.levels[1]: "]),
        ("extends: nothing\n", ["own.yaml:"]),
    ],
)  # fmt: skip
def test_mistakes_in_sections(yaml: str, expected: list[str]) -> None:
    """Each is named with file, line and field, and the nearest name where there is one."""
    text = EXTENDS + yaml if not yaml.startswith("extends") else "catalog: own\n" + yaml
    found = faults(text)

    for wanted in expected:
        assert any(line.startswith(wanted) for line in found), found


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("{label: X, unit: count, count: cal}", "kpis.x.count: unknown fact 'cal', did you mean 'call'?"),
        ("{label: X, unit: count, count: call_, by: [channel]}", "kpis.x.count: unknown fact 'call_', did you mean 'call'?"),
        ("{label: X, unit: ratio, ratio: {numerator: cals, denominator: calls}, by: [channel]}", "kpis.x.ratio.numerator: unknown KPI 'cals', did you mean 'calls'?"),
        ("{label: X, unit: count, count: [call, zebra]}", "kpis.x.count[1]: unknown fact 'zebra'"),
        ("{label: X, unit: count, sum: email_sent}", "kpis.x.sum: the fact 'email_sent' has no value, it can only be counted"),
        ("{label: X, unit: count, mean: email_sent}", "kpis.x.mean: the fact 'email_sent' has no value, it can only be counted"),
        ("{label: X, unit: ratio, share: {of: deal_won, at_most_s: 5}}", "kpis.x.share.of: the value of the fact 'deal_won' is no duration"),
        ("{label: X, unit: seconds, percentile: {of: deal_won, q: 0.5}}", "kpis.x.percentile.of: the value of the fact 'deal_won' is no duration"),
        ("{label: X, unit: seconds, percentile: {of: response, q: 1.5}}", "kpis.x.percentile.q: "),
        ("{label: X, unit: count, count: inquiry_open}", "kpis.x.count: the fact 'inquiry_open' is a gauge: only gauge, gauge_sum, oldest and mean may name it"),
        ("{label: X, unit: count, gauge: call}", "kpis.x.gauge: the fact 'call' is no gauge"),
        ("{label: X, unit: ratio, ratio: {numerator: cals, denominator: deals_won}}", "kpis.x.ratio.numerator: unknown KPI 'cals', did you mean 'calls'?"),
        ("{label: X, unit: ratio, ratio: {numerator: win_rate, denominator: deals_won}}", "kpis.x.ratio.numerator: 'win_rate' neither counts nor sums"),
        ("{label: X, unit: ratio, ratio: {numerator: calls}}", "kpis.x.ratio.denominator: "),
        ("{label: X, unit: count, count: call, by: [chanel]}", "kpis.x.by[0]: unknown dimension of its facts 'chanel', did you mean 'channel'?"),
        ("{label: X, unit: count, count: [call, deal_won], by: [channel]}", "kpis.x.by[0]: unknown dimension of its facts 'channel'"),
        ("{label: X, unit: ratio, ratio: {numerator: calls, denominator: deals_won}, by: [product]}", "kpis.x.by[0]: unknown dimension of its facts 'product'"),
        ("{label: X, unit: count, count: call, only_by: true}", "kpis.x.only_by: needs 'by'"),
        ("{label: X, unit: count, count: call, windows: [dya]}", "kpis.x.windows[0]: unknown window of such a KPI 'dya', did you mean 'day'?"),
        ("{label: X, unit: count, count: call, windows: [now]}", "kpis.x.windows[0]: unknown window of such a KPI 'now'"),
        ("{label: X, unit: count, gauge: inquiry_open, windows: [day]}", "kpis.x.windows[0]: unknown window of such a KPI 'day'"),
        ("{label: X, unit: counts, count: call}", "kpis.x.unit: "),
        ("{label: X, unit: count}", "kpis.x: expected exactly one of count, sum, mean, percentile, share, distinct, ratio, expression, growth, conversion, gauge, gauge_sum, oldest, churn, attainment, attainment_share, predicted, found none"),
        ("{label: X, unit: count, count: call, sum: deal_won}", "kpis.x: expected exactly one of count, sum, mean, percentile, share, distinct, ratio, expression, growth, conversion, gauge, gauge_sum, oldest, churn, attainment, attainment_share, predicted, found count and sum"),
        ("{unit: count, count: call}", "kpis.x.label: "),
        ("{label: X, unit: count, count: call, lable: Y}", "kpis.x.lable: unknown field 'lable', did you mean 'label'?"),
        ("{label: 5, unit: count, count: call}", "kpis.x.label: "),
        ("{label: X, unit: ratio, share: {of: response, at_most_s: -1}}", "kpis.x.share.at_most_s: "),
        ("{label: X, unit: ratio, conversion: {base: stage_entered, reached: stage_reach}}", "kpis.x.conversion.reached: unknown fact 'stage_reach', did you mean 'stage_reached'?"),
    ],
)  # fmt: skip
def test_mistakes_in_a_kpi(kpi: str, expected: str) -> None:
    """Each is named with file, line and field, and the nearest name where there is one; it is the only one."""
    (found,) = faults(f"{EXTENDS}kpis:\n  x:\n    {kpi}\n")

    place, _, said = found.partition(": ")
    assert place in ("own.yaml:4", "own.yaml:5")
    assert said.startswith(expected)


def test_all_mistakes_at_once() -> None:
    """A person mends a file in one go: every wrong name is told, in the order of the lines."""
    found = faults(
        EXTENDS
        + "rolling: [rolling_1w]\nkpis:\n  a: {label: A, unit: count, count: cal}\n  b: {label: B, unit: count, count: cal}\n"
    )

    assert ["own.yaml:3", "own.yaml:5", "own.yaml:6"] == [
        line.partition(": ")[0] for line in found if "prometheus" not in line
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "own.yaml:1: "),
        ("- a\n", "own.yaml:1: expected fields (name: value), found a list"),
        ("catalog: own\nkpis: [\n", "own.yaml:"),
        ("catalog: own\nextends: standard\nkpis: 5\n", "own.yaml:3: kpis: "),
        ("catalog: own\nextends: standard\nkpis:\n  calls: 5\n", "own.yaml:4: kpis.calls: "),
        (ALONE, "own.yaml:1: kpis: "),
        (ALONE + "kpis: {}\n", "own.yaml:3: kpis: "),
        ("catalog: own\ncatalog: two\nextends: standard\n", "own.yaml:2: catalog: "),
    ],
)
def test_no_catalog(text: str, expected: str) -> None:
    """What is no catalog at all is told with its place too."""
    assert any(line.startswith(expected) for line in faults(text)), faults(text)


def test_without_extends_only_what_it_says() -> None:
    """A catalog of its own has its own KPIs and nothing of the standard's."""
    found = load_catalog(ALONE + "kpis:\n  calls: {label: C, unit: count, count: call}\n", "own.yaml")

    assert (["calls"], (("a", "b"),)) == ([*found.kpis], found.stage_pairs)


def test_what_prometheus_sees_by_default_needs_no_window_to_be_listed() -> None:
    """Only what the file says itself can be a mistake of it."""
    kpis = "rolling: [rolling_7d]\nkpis:\n  calls: {label: C, unit: count, count: call}\n"

    assert ("rolling_7d",) == load_catalog(ALONE + kpis, "own.yaml").rolling
    assert [
        "own.yaml:3: prometheus.windows[0]: unknown window 'rolling_24h', did you mean 'rolling_7d'?"
    ] == faults(ALONE + "prometheus: {windows: [rolling_24h]}\n" + kpis)


def test_a_mistake_in_the_standard_file_is_named_as_such() -> None:
    """The standard catalog is checked like any other."""
    with pytest.raises(Faults, match=rf"^{STANDARD}:\d+: kpis.calls.count: unknown fact 'cll'"):
        load_catalog(standard_text("schemas/standard.yaml").replace("count: call\n", "count: cll\n"))
