"""What is shown of a value where its group, its period or its reps are looked at in parts."""

import orjson

from processors.compile import Plan
from processors.explaining.explain import Explainer
from processors.explaining.inquiry import Part, Question
from tests.oracle.arriving import DEDUPLICATION_HORIZON_US
from tests.oracle.moments import instant
from tests.oracle.telling import Event, event, rep_updated
from tests.processors.engine import PLAN, plan

LATE = instant("2099-01-01T00:00:00Z")


def explained(question: Question, *events: Event, catalog: Plan = PLAN) -> Part:
    """Return what is said of a value after these events, each from the line of its place."""
    found = Explainer(catalog, arrival_us=LATE, dedup_horizon_us=DEDUPLICATION_HORIZON_US)
    for place, one in enumerate(events):
        found.take(orjson.dumps(one), str(place))
    part = found.explain(question)
    assert part is not None
    return part


def lines(part: Part) -> list[str]:
    """Return from where its facts are."""
    return [fact.given_by.where for fact in part.facts]


def test_what_is_over_the_cap() -> None:
    """Under `other` are the facts whose values have no group of their own, and those that say so themselves."""
    own = plan(
        "kpis:\n  calls: {by: [channel, [team, channel]], max_values: 1}\n"
        "  called: {label: C, unit: count, distinct: {accounts: call}, by: [channel], max_values: 2}\n"
    )
    channels = ("phone", "voip", "chat", "other", "phone", None)
    calls = [
        event("call.logged", f"{hour + 9:02}:00", channel=channel, rep="ann", team="north")
        for hour, channel in enumerate(channels)
    ]

    def of(kpi: str, **dims: str | None) -> list[str]:
        return lines(explained(Question(kpi, "day", None, dims), *calls, catalog=own))

    assert (["1", "2", "3"], ["0", "4"]) == (of("calls", channel="other"), of("calls", channel="phone"))
    assert ["1", "2", "3"] == of("calls", channel="other", team="north")
    assert (["2", "3"], ["1"]) == (of("called", channel="other"), of("called", channel="voip"))
    assert 6 == len(of("calls"))


def test_another_kpi_in_the_groups_of_a_dimension() -> None:
    """There it is all that the value is made of, and elsewhere no part of it."""
    orders = [
        event("order.placed", time, segment="smb", order=time, amount=100)
        for time in ("2025-06-01T09:00:00Z", "2026-03-01T09:00:00Z")
    ]
    by_segment, company = (
        explained(Question("clv", "all_time", None, dims), *orders) for dims in ({"segment": "smb"}, {})
    )

    assert ["clv_of_latest_segment"] == [one.kpi for one in by_segment.parts]
    assert ["average_purchase_value", "purchase_frequency", "customer_lifetime_years"] == [
        one.kpi for one in company.parts
    ]


def test_growth_of_the_same_elapsed_part() -> None:
    """Of both periods the facts up to the cut, which no record has the value of; of what is over, all."""
    own = plan("kpis:\n  rise: {label: R, unit: ratio, growth: {of: calls, same_elapsed: true}}\n")
    calls = [
        event("call.logged", time)
        for time in (
            "2026-03-03T09:59:00Z", "2026-03-03T10:01:00Z", "2026-03-04T08:00:00Z", "2026-03-04T09:00:00Z",
            "2026-03-04T10:10:00Z",
        )
    ]  # fmt: skip
    part = explained(Question("rise", "day", None, {}), *calls, catalog=own)
    over = explained(
        Question("rise", "day", "2026-03-04", {}),
        *calls,
        event("call.logged", "2026-03-05T10:00:00Z"),
        catalog=own,
    )

    assert part.record is not None
    assert (1.0, 1) == (part.record["value"], part.record["n"])
    assert [
        (instant("2026-03-04T10:00:00Z"), ["2", "3"], None),
        (instant("2026-03-03T10:00:00Z"), ["0"], None),
    ] == [(one.until_us, lines(one), one.record) for one in part.parts]
    assert [(None, 3), (None, 2)] == [
        (one.until_us, one.record and one.record["value"]) for one in over.parts
    ]


def test_the_reps_with_a_target() -> None:
    """Of a share of reps each who has a target; of a team those who are in it now."""
    targets = [
        event("target.set", "08:00", id=rep, account=None, kpi="won_revenue", window="month",
              period="2026-03", dims={"rep": rep}, value=100)
        for rep in ("ann", "bob", "eve")
    ]  # fmt: skip
    story = [
        rep_updated("07:00", "ann", "north"),
        rep_updated("07:00", "bob", "south"),
        *targets,
        event("deal.created", "09:00", stage="offer", deal="d", rep="ann", amount=150),
        event("deal.won", "10:00", deal="d"),
    ]
    company, north = (
        explained(Question("quota_attainment_share", "month", None, dims), *story)
        for dims in ({}, {"team": "north"})
    )

    assert [
        ("won_revenue|month:2026-03|rep=ann", 150),
        ("won_revenue|month:2026-03|rep=bob", None),
        ("won_revenue|month:2026-03|rep=eve", None),
    ] == [(one.key, one.record and one.record["value"]) for one in company.parts]
    assert ["won_revenue|month:2026-03|rep=ann"] == [one.key for one in north.parts]


def test_parts_without_records_have_their_values() -> None:
    """A private KPI has one in each window and group in which those look at it that it is a part of."""
    own = plan(
        "kpis:\n"
        "  half: {label: H, unit: count, private: true, expression: calls / 2, n: calls}\n"
        "  twice: {label: T, unit: count, expression: half * 4 + half@rolling_24h, n: half}\n"
    )
    calls = [
        event("call.logged", time, rep=rep, team="north")
        for time, rep in (
            ("2026-03-02T09:00:00Z", "ann"), ("2026-03-02T10:00:00Z", "bob"), ("2026-03-04T09:00:00Z", "ann"),
        )
    ]  # fmt: skip

    def values(**dims: str) -> list[tuple[float | int | None, int] | None]:
        part = explained(Question("twice", "month", None, dims), *calls, catalog=own)
        return [one.unpublished for one in part.parts]

    assert values() == [(1.5, 3), (0.5, 1)]
    assert values(rep="ann") == [(1, 2), (0.5, 1)]
    assert values(rep="bob") == [(0.5, 1), (0, 0)]
