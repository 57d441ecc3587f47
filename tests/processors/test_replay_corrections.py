"""A replay says as a worker would whether records are final: not for an hour after a correction."""

from typing import Any

import orjson
import pytest

from processors.compile import Plan
from processors.replay import Replay
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, plan

WON, REOPENED = "2026-02-10T10:00:00Z", "2026-03-04T10:00:00Z"


def event(kind: str, at: str, **data: Any) -> bytes:
    """Return an event of a deal."""
    return orjson.dumps(
        {
            "specversion": "1.0", "source": "crm", "id": f"{kind} {at}", "type": f"crm.{kind}", "time": at,
            "data": {"account": "acme", "deal": "d", "rep": "ann", **data},
        }
    )  # fmt: skip


def final(as_of: str, *events: bytes, of: Plan = PLAN) -> dict[str, bool]:
    """Return by period whether the company's revenue is final."""
    engine = Replay(of, arrival_us=instant(as_of), dedup_horizon_us=0, as_of_us=instant(as_of))
    for one in events:
        engine.take(one)
    records = (record for record in engine.records("all") if record.kpi == "won_revenue")
    bodies = [orjson.loads(record.body) for record in records if record.body is not None]
    return {body["period"]: body["final"] for body in bodies if not body["dims"] and body["period"]}


@pytest.mark.parametrize(
    ("as_of", "expected"), [("2026-03-04T10:59:59Z", False), ("2026-03-04T11:00:00Z", True)]
)
def test_a_late_event_opens_what_it_changes_for_an_hour(as_of: str, expected: bool) -> None:
    """The win of February is taken back in March: February is open, the year runs anyhow."""
    found = final(as_of, event("deal.won", WON, amount=5), event("deal.reopened", REOPENED))
    assert {
        "2026-02-10": expected, "2026-W07": expected, "2026-02": expected, "2026-Q1": False, "2026": False
    } == found  # fmt: skip


def test_what_comes_late_came_with_what_is_before_it() -> None:
    """A call of March came first, so this win of February was heard of in March."""
    call = event("call.logged", REOPENED)
    assert not final("2026-03-04T10:30:00Z", call, event("deal.won", WON, amount=5))["2026-02"]
    assert final("2026-03-04T10:30:00Z", event("deal.won", WON, amount=5), call)["2026-02"]


def test_what_comes_within_the_hour_for_late_events_corrects_nothing() -> None:
    """The day is closed, but not final yet; so it is final an hour after its end."""
    own = plan("calendar: {timezone: Europe/Berlin}")
    events = event("call.logged", "2026-03-04T23:50:00Z"), event("deal.won", "2026-03-04T22:30:00Z", amount=5)
    assert {"2026-03-04": True} == {
        label: is_final
        for label, is_final in final("2026-03-05T00:05:00Z", *events, of=own).items()
        if label == "2026-03-04"
    }
