"""Days that are no longer kept: what they were stays where it counts, whenever it is brought into the panes."""

from collections.abc import Sequence
from typing import Any

import pytest

from processors.compile import Plan
from schemas.catalog import load_catalog
from tests.exactness.cluster import Cluster
from tests.exactness.test_replay_equals_oracle import replayed
from tests.oracle.moments import HOUR_US, instant
from tests.oracle.telling import event
from tests.processors.engine import PLAN, Engine

OLD, NEW = "2024-01-05T10:00:00Z", "2026-03-20T10:00:00Z"


def told(kind: str, time: str, account: str = "a", **data: Any) -> dict[str, Any]:
    return event(kind, time, rep="ann", team="n", **data) | {
        "data": {"account": account, "rep": "ann", "team": "n", **data}
    }


def cluster(*events: dict[str, Any], at_once: bool = False) -> Cluster:
    """Return a cluster that had these events, in the order of their times."""
    found = Cluster(PLAN, 1)
    for one in events:
        at_us = instant(one["time"])
        found.publish([one], at_us)
        if not at_once:
            found.drain(at_us)
    found.drain(at_us)
    return found


def values(records: Sequence[dict[str, Any]], kpi: str) -> dict[str, Any]:
    """Return the company's values of a KPI in long periods."""
    return {
        f"{one['window']}:{one['period']}": one["value"]
        for one in records
        if one["kpi"] == kpi and not one["dims"] and one["window"] in ("quarter", "year")
    }


def test_a_year_is_whole_however_its_days_came_in() -> None:
    """One at a time, or years of history in one flush, by a worker or a replay."""
    events = told("call.logged", OLD), told("call.logged", NEW)
    expected = {"quarter:2024-Q1": 1, "year:2024": 1, "quarter:2026-Q1": 1, "year:2026": 1}

    assert expected == values([*cluster(*events).kpis.values()], "calls")
    assert expected == values([*cluster(*events, at_once=True).kpis.values()], "calls")
    assert expected == values(replayed(PLAN, [*events], instant(NEW), "all"), "calls")


def test_openings_know_older_days() -> None:
    """Who left on a day of the period that is no longer kept was there when it began."""
    found = cluster(
        told("customer.activated", "2022-02-01T10:00:00Z", "a"),
        told("customer.activated", "2022-02-01T10:00:00Z", "b"),
        told("customer.canceled", "2024-01-05T10:00:00Z", "a"),
        told("customer.activated", "2026-03-20T00:00:00Z", "c"),
    )
    at_us = instant("2026-03-20T01:00:00Z")
    found.publish([told("customer.canceled", "2024-07-01T10:00:00Z", "b")], at_us)
    found.drain(at_us)

    record = found.kpis[b"churn_rate|year:2024|"]
    assert (1.0, 2) == (record["value"], record["n"])


def test_what_has_a_value_without_facts_leaves_with_its_period() -> None:
    """Its record is taken away when the period's last day is no longer kept, and says nothing else before."""
    found = cluster(
        told("customer.activated", "2023-02-01T10:00:00Z", "a"),
        told("customer.activated", "2023-02-01T10:00:00Z", "b"),
        told("customer.canceled", "2024-06-01T10:00:00Z", "a"),
    )
    found.drain(instant("2025-01-02T00:00:00Z"))
    record = found.kpis[b"churn_rate|year:2024|"]
    assert (0.5, 2) == (record["value"], record["n"])
    at_us = instant("2027-03-20T00:00:00Z")
    found.publish([told("customer.activated", "2027-03-20T00:00:00Z", "c")], at_us)
    for hours in range(3):
        found.drain(at_us + hours * HOUR_US)

    left = [key for key in found.kpis if key.startswith(b"churn_rate|")]
    assert b"churn_rate|year:2027|" in left
    assert [] == [key for key in left if b"|year:2024" in key or b":2024-" in key]


def test_a_new_segment_of_an_old_customer_moves_what_was_open() -> None:
    """Since 2022 a customer, who is in another segment now: churn of both follows in all periods that are kept."""
    first = told("order.placed", "2022-12-14T10:00:00Z", "b", order="1", amount=1, segment="big")
    events = (
        first,
        told("customer.canceled", "2024-08-12T10:00:00Z", "b", segment="big"),
        told("order.placed", "2025-07-25T10:00:00Z", "a", order="2", amount=1, segment="smb"),
        told("customer.canceled", "2025-08-25T10:00:00Z", "b", segment="smb"),
    )
    worker = [*cluster(*events).kpis.values()]
    expected = replayed(PLAN, [*events], instant("2025-08-25T10:00:00Z"), "all")

    def churn(records: Sequence[dict[str, Any]]) -> dict[Any, Any]:
        return {
            (one["window"], one["period"], *one["dims"].values()): (one["value"], one["n"])
            for one in records
            if one["kpi"] == "churn_rate" and "segment" in one["dims"] and one["n"]
        }

    assert churn(worker) == churn(expected)


def test_the_directory_is_no_sign_of_where_the_history_is() -> None:
    """What it says today, ahead of what it explains, makes nothing too late, nor is it too late itself."""
    update = {"rep": "ann", "team": "n", "active": True}
    engine = Engine()
    engine.say(NEW, event("rep.updated", NEW, **update), told("call.logged", OLD))
    engine.say(
        NEW, told("call.logged", NEW), event("rep.updated", "2022-01-01T10:00:00Z", **update | {"rep": "bob"})
    )

    assert (2, 2) == engine.shown("calls|all_time|")
    assert [] == engine.cluster.topics["dead-letters"][0]


@pytest.mark.parametrize(("hour", "shown"), [(9, None), (10, (-1.0, 1)), (15, (-1.0, 1)), (24, (-1.0, 2))])
def test_as_much_of_the_day_before_goes_on_by_the_hour(hour: int, shown: tuple[float, int] | None) -> None:
    """Nothing happens today: each full hour is compared with one more of yesterday, which had calls at 9:00 and 23:30."""
    own = load_catalog(
        "catalog: own\nextends: standard\n"
        "kpis: {g: {label: G, unit: ratio, growth: {of: calls, same_elapsed: true}, windows: [day]}}\n",
        "own.yaml",
    )
    found = Cluster(Plan(own), 1)
    midnight_us = instant("2026-03-04T00:00:00Z")
    calls = [told("call.logged", f"2026-03-03T{time}:00Z") for time in ("09:00", "23:30")]
    found.publish(calls, midnight_us - 1)
    for at in range(hour + 1):
        found.drain(midnight_us + at * HOUR_US)

    record = found.kpis.get(b"g|day:2026-03-04|", {"n": 0})
    assert shown == ((record["value"], record["n"]) if record["n"] else None)


def test_sums_beyond_64_bits_stop_nothing() -> None:
    """Each amount is allowed; an account's margin is their sum."""
    placed = [
        told("order.placed", NEW, order=str(number), amount=9_000_000_000_000, segment="smb")
        for number in range(3)
    ]
    found = cluster(*placed)
    for stage, partition in found.slots:
        found.checkpoint(stage, partition)
        found.restart(stage, partition)
    found.drain(instant(NEW) + HOUR_US)

    assert 27_000_000_000_000 == found.kpis[b"revenue|all_time|"]["value"]


def test_a_crash_in_the_night_in_which_a_day_left() -> None:
    """What was not told of its periods is told after the restart, and no more than that."""
    found = cluster(told("customer.activated", "2023-01-01T10:00:00Z"))
    found.drain(instant("2023-01-10T10:00:00Z"))

    def days() -> list[bytes]:
        return sorted(
            key[-11:-1]
            for key in found.kpis
            if key.startswith(b"churn_rate|day:2023-01-0") and key[-1:] == b"|"
        )

    assert days()[:3] == [b"2023-01-02", b"2023-01-03", b"2023-01-04"]
    for day, left in ((13, b"2023-01-04"), (14, b"2023-01-05")):  # 800 days behind it are the 3rd and the 4th
        at_us = instant(f"2025-03-{day}T10:00:00Z")
        found.publish([told("customer.activated", f"2025-03-{day}T10:00:00Z", str(day))], at_us)
        found.step("track", 0, 9, at_us)
        found.step("rollup", 0, 9, at_us)
        if day == 14:
            for stage, partition in found.slots:
                found.checkpoint(stage, partition)
            found.restart("rollup", 0)
        found.drain(at_us)
        found.drain(at_us + HOUR_US)
        assert days()[0] == left
