"""The catalog as a plan: slots, adders, groups, formulas."""

from typing import Any

import pytest

from processors.compile import Plan, fingerprint
from processors.generations import name_of
from processors.planning.formulas import Value
from processors.planning.vector import Vector, slot_of, subtract
from schemas.catalog import load_catalog
from schemas.catalogs.changes import catalog_text
from schemas.fact import FACTS
from tests.processors.engine import PLAN, Desk, fact, plan
from tests.processors.looks import LOOK

S = 1_000_000
ALL = PLAN.all_facts
AT = "2026-03-04T10:00:00Z"


def vector(plan: Plan, *facts: tuple[str, int | None]) -> Vector:
    """Add these facts (kind, value) up."""
    total: Vector = {}
    for kind, value in facts:
        plan.adder(kind)(total, value, 1)
    return total


def evaluate(
    plan: Plan, kpi: str, *facts: tuple[str, int | None], signature: tuple[str, ...] = ()
) -> tuple[Value, int]:
    """Return value and n that a KPI makes of these facts."""
    (compiled,) = [one for one in plan.kpis(signature, "day", plan.all_facts) if one.id == kpi]
    return compiled.evaluate(vector(plan, *facts), LOOK)


@pytest.mark.parametrize(
    ("kpi", "facts", "expected"),
    [
        ("calls", [("call", None)] * 3, (3, 3)),
        ("calls", [], (0, 0)),
        ("activities", [("call", None), ("email_sent", None), ("meeting_held", None)], (3, 3)),
        ("activities", [("meeting_scheduled", None)], (0, 0)),
        ("response_time_mean", [("response", 1 * S), ("response", 2 * S)], (1.5, 2)),
        ("response_time_mean", [], (None, 0)),
        ("response_time_p90", [], (None, 0)),
        ("response_within_1h", [("response", 3600 * S), ("response", 3600 * S + 1)], (0.5, 2)),
        ("response_within_1h", [], (None, 0)),
        ("response_within_24h", [("response", 86_400 * S), ("response", 0)], (1.0, 2)),
        ("win_rate", [("deal_won", 0), ("deal_created", None), ("deal_created", None)], (0.5, 2)),
        ("win_rate", [("deal_won", 0)], (None, 0)),
        ("win_rate", [("deal_won", 0), ("deal_won", 0), ("deal_created", None)], (2.0, 1)),
        ("win_rate_decided", [("deal_won", 0), ("deal_lost", None), ("deal_canceled", None)], (1 / 3, 3)),
        ("win_rate_decided", [("deal_created", None)], (None, 0)),
        ("won_revenue", [("deal_won", 10 * S), ("deal_won", 0)], (10, 2)),
        ("won_revenue", [("deal_won", 10_500_000)], (10.5, 1)),
        ("average_deal_size", [("deal_won", 10 * S), ("deal_won", 5 * S)], (7.5, 2)),
        ("average_deal_size", [], (None, 0)),
        ("time_in_stage_mean", [("stage_stay", 0)], (0.0, 1)),
    ],
)
def test_formulas(kpi: str, facts: list[Any], expected: tuple[Value, int]) -> None:
    """Each kind of formula, with its n; nothing below the line is null with n 0."""
    assert expected == evaluate(PLAN, kpi, *facts)


def test_percentiles_of_both_ends() -> None:
    """Of ten, the 90th is the ninth and the 50th the fifth, within one percent."""
    facts = [("response", n * 60 * S) for n in range(1, 11)]

    for kpi, minutes in (("response_time_p90", 9), ("response_time_p50", 5)):
        value, n = evaluate(PLAN, kpi, *facts)
        assert (pytest.approx(minutes * 60, rel=0.01), 10) == (value, n)


def test_conversion() -> None:
    """Of the entries those that reached the next stage; nobody reached anything is 0, no entry null."""
    stage = ("from_stage", "to_stage")
    entered, reached = ("stage_entered", None), ("stage_reached", None)

    assert (0.5, 2) == evaluate(PLAN, "stage_conversion", entered, entered, reached, signature=stage)
    assert (0.0, 1) == evaluate(PLAN, "stage_conversion", entered, signature=stage)
    assert (None, 0) == evaluate(PLAN, "stage_conversion", signature=stage)


def test_money_beyond_64_bits_is_exact() -> None:
    """Sums are integers of any size, and a quotient is rounded once."""
    most = 9_000_000_000_000 * S
    facts = [("deal_won", most)] * 5

    assert (45_000_000_000_000, 5) == evaluate(PLAN, "won_revenue", *facts)
    assert (9_000_000_000_000.0, 5) == evaluate(PLAN, "average_deal_size", *facts)
    assert most * 5 > 1 << 64


def test_dimension_sets() -> None:
    """A fact counts for company, team, rep and each "by" alone; pairs of stages stay together."""
    assert {(), ("team",), ("rep",), ("channel",)} == set(PLAN.signatures["call"])
    alone = {(), ("team",), ("rep",), ("product",), ("segment",), ("region",)}
    assert alone == set(PLAN.signatures["deal_won"])
    pair = ("from_stage", "to_stage")
    assert {(), ("team",), ("rep",), pair} == set(PLAN.signatures["stage_transition"])
    crossed = {pair, ("from_stage", "team", "to_stage"), ("from_stage", "rep", "to_stage")}
    assert crossed == set(PLAN.signatures["stage_entered"])


@pytest.mark.parametrize(
    ("signature", "window", "kind", "expected"),
    [
        (("channel",), "day", "call", {"calls"}),
        (
            (),
            "rolling_24h",
            "call",
            {"calls", "activities", "value_added_calls", "value_added_share", "call_duration_mean"},
        ),
        (("region",), "all_time", "deal_won", {"won_revenue", "average_deal_size"}),
        ((), "now", "inquiry_open", {"open_inquiries", "oldest_open_inquiry_s"}),
        ((), "day", "inquiry_open", set()),
        ((), "now", "call", set()),
        (("region",), "day", "deal_lost", set()),
    ],
)
def test_what_a_fact_changes(signature: tuple[str, ...], window: str, kind: str, expected: set[str]) -> None:
    """Only KPIs that have the dimension and the window, and are made of the fact, are computed anew."""
    assert expected == {kpi.id for kpi in PLAN.kpis(signature, window, PLAN.bits.of(kind))}


PERIODS = ["day", "week", "month", "quarter", "year"]
WINDOWS = ["rolling_24h", "rolling_7d", "rolling_30d", "rolling_365d", *PERIODS, "all_time", "now"]
NOW = {
    "open_inquiries",
    "oldest_open_inquiry_s",
    "open_pipeline_value",
    "open_deals",
    "customers",
    "price_index",
}
EVER = {"clv", "ltv", "customer_lifetime_years"}
BY_PERIOD = {"churn_rate", "retention_rate", "sales_growth", "quota_attainment", "quota_attainment_share"}


@pytest.mark.parametrize("window", WINDOWS)
def test_every_window_of_every_kpi(window: str) -> None:
    """Gauges are kept now, some KPIs for all time or by period, everything else in each window but now; what is predicted in none."""
    public = {name for name, kpi in PLAN.catalog.kpis.items() if not kpi.private} - PLAN.foreign
    expected = NOW if window == "now" else public - NOW - EVER - BY_PERIOD
    expected = expected | (EVER if window == "all_time" else BY_PERIOD if window in PERIODS else set())
    signatures = {signature for found in PLAN.signatures.values() for signature in found}

    assert expected == {kpi.id for signature in signatures for kpi in PLAN.kpis(signature, window, ALL)}


def test_facts_of_a_vector() -> None:
    """From the slots of a vector follows of which kinds of fact it is, buckets and limits included."""
    found = PLAN.facts_in(vector(PLAN, ("response", 7 * S), ("call", None)))

    assert PLAN.bits.of("response") | PLAN.bits.of("call") == found
    assert 0 == PLAN.facts_in({slot_of("of another catalog"): 1})


def test_slots_outlive_the_catalog() -> None:
    """A measure has the same slots in every catalog that has it, so that written state keeps its meaning."""
    other = plan("kpis:\n  calls:\n  more: {label: M, unit: ratio, share: {of: response, at_most_s: 60}}\n")

    shared = set(vector(PLAN, ("response", S))) & set(vector(other, ("response", S)))
    assert set(vector(PLAN, ("response", S))) == shared
    assert slot_of("call.count") == next(iter(vector(PLAN, ("call", None))))


def test_a_share_of_ones_own() -> None:
    """Another limit is a line of YAML."""
    own = plan("kpis:\n  quick: {label: Q, unit: ratio, share: {of: response, at_most_s: 0.5}}\n")

    facts = [("response", 500_000), ("response", 500_001), ("response", 0)]
    assert (2 / 3, 3) == evaluate(own, "quick", *facts)


def test_ratio_of_several_counts() -> None:
    """What several facts are counted into can stand above and below the line."""
    own = plan(
        "kpis:\n  per_deal: {label: P, unit: ratio, ratio: {numerator: activities, denominator: deals_created}}\n"
    )

    facts: list[tuple[str, int | None]] = [("call", None), ("email_sent", None), ("deal_created", None)]
    assert (2.0, 1) == evaluate(own, "per_deal", *facts)


def test_fingerprint() -> None:
    """Records name the catalog and four digits that change when what it means does, and only then."""
    same = load_catalog()
    exported = plan("prometheus: {kpis: [calls], windows: [day], levels: [rep]}\n")
    plain, changed = plan(""), plan("calendar: {fiscal_year_start_month: 4}\n")

    assert f"crm-standard@{fingerprint(same)}" == PLAN.name
    assert plain.name == exported.name == name_of(catalog_text(plain.catalog))  # as state keeps it
    assert plain.name != changed.name


def test_taking_back() -> None:
    """Empty buckets go; counts and sums of 0 stay, as the sign that a key was there."""
    total = vector(PLAN, ("response", 7 * S))
    subtract(total, vector(PLAN, ("response", 7 * S)))

    assert {0} == set(total.values())
    assert {slot_of("response.count"), slot_of("response.sum"), *map(_limit, (3600, 86_400))} == set(total)


def _limit(seconds: int) -> int:
    return slot_of(f"response.at_most.{seconds * S}")


def test_gauges() -> None:
    """The plan knows which facts are taken back when what they say ends."""
    used = [kind for kind in PLAN.used if FACTS[kind].gauge or FACTS[kind].now_only]
    assert PLAN.bits.of_all(used) == PLAN.gauges
    assert PLAN.bits.of("inquiry_open") & PLAN.gauges


def test_another_kpi_in_the_groups_of_a_dimension() -> None:
    """Its value in crosses too, where the formula's own facts have no such dimension."""
    own = plan(
        "kpis:\n  busy: {label: B, unit: count, count: call, by: [segment, [team, segment]],"
        " instead: {segment: purchases_of_latest_segment}}"
    )
    desk = Desk(own)
    desk.take(AT, fact("call", AT), fact("account_order", AT, segment="smb"))
    desk.tick(AT)

    for dims in ("", "team=north", "segment=smb", "segment=smb,team=north"):
        assert (1, 1) == desk.shown(f"busy|all_time|{dims}")


def test_arithmetic_looks_at_windows_that_nothing_is_kept_in() -> None:
    """Such a rolling window is none of the catalog's own, but its sums are there to be looked at."""
    own = plan(
        "rolling: [rolling_24h, rolling_7d]\n"
        "kpis:\n"
        "  coverage: {label: Coverage, unit: ratio, windows: [now], n: open_deals@now,\n"
        "    expression: open_deals@now / deals_won@rolling_90d}"
    )
    assert {"rolling_24h", "rolling_7d", "rolling_90d", "rolling_365d"} == {one.name for one in own.rolling}
    desk = Desk(own)
    desk.take(AT, fact("open_deal", AT, 5), fact("deal_won", "2026-01-04T10:00:00Z", 1))
    desk.tick(AT)

    assert (1.0, 1) == desk.shown("coverage|now|")
    desk.take(AT, fact("deal_won", AT, 1))
    desk.tick(AT)
    assert (0.5, 1) == desk.shown("coverage|now|")
    assert not [key for key in desk.kpis if "rolling_90d" in key]
