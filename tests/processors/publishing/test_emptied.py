"""Which keys without facts a replay tells of, by the contract: 0 or null for a week, and no longer."""

from itertools import permutations
from typing import Any

import pytest

from processors.replay import Replay
from tests.oracle.moments import instant
from tests.oracle.telling import event
from tests.processors.engine import PLAN
from tests.processors.test_replay import replayed

WON = event("deal.won", "2026-03-01T10:00:00Z", deal="d", amount=5, rep="ann")
REOPENED = event("deal.reopened", "2026-03-04T10:00:00Z", deal="d", id="r")
ASKED = event("inquiry.received", "2026-03-01T10:00:00Z", conversation="c")
ANSWERED = event("inquiry.answered", "2026-03-02T10:00:00Z", conversation="c", id="a")


def zeros(*events: dict[str, Any], as_of: str, emptied: bool = False) -> dict[str, set[str]]:
    """Return the windows of the records without facts, by KPI, of the company."""
    engine = replayed(*events, as_of=as_of)
    found: dict[str, set[str]] = {}
    for record in engine.records("all", emptied=emptied):
        kpi, window, group = record.key.decode().split("|", 2)
        if record.n == 0 and group == "" and record.body is not None:
            found.setdefault(kpi, set()).add(window)
    return found


def test_what_was_taken_back_says_so_for_a_week() -> None:
    """Each window that had the fact; a day that is over and all time too."""
    windows = {"all_time", "day:2026-03-01", "week:2026-W09", "month:2026-03", "quarter:2026-Q1", "year:2026"}
    windows |= {"rolling_7d", "rolling_30d", "rolling_365d"}

    for as_of in ("2026-03-04T10:00:00Z", "2026-03-11T09:59:59Z"):
        assert windows <= zeros(WON, REOPENED, as_of=as_of)["won_revenue"]
    assert "won_revenue" not in zeros(WON, REOPENED, as_of="2026-03-11T10:00:00Z")


def test_growth_goes_with_what_it_was_made_of() -> None:
    """Of the period itself, and of the one before."""
    growth = {"day:2026-03-01", "day:2026-03-02"}

    assert growth <= zeros(WON, REOPENED, as_of="2026-03-05T10:00:00Z")["sales_growth"]
    assert "sales_growth" not in zeros(WON, REOPENED, as_of="2026-03-11T10:00:00Z")
    free = event("deal.won", "2026-03-01T11:00:00Z", deal="free", amount=0)
    assert growth - {"day:2026-03-01"} <= zeros(free, as_of="2026-04-12T10:00:00Z")["sales_growth"]


def test_a_gauge_at_0_says_so_for_a_week() -> None:
    """From the event that emptied it, not from when the entity began."""
    assert zeros(ASKED, ANSWERED, as_of="2026-03-09T09:59:59Z")["open_inquiries"] == {"now"}
    assert "open_inquiries" not in zeros(ASKED, ANSWERED, as_of="2026-03-09T10:00:00Z")


def test_what_left_a_rolling_window_follows_from_the_panes() -> None:
    """It says 0 for a week from when it left."""
    call = event("call.logged", "2026-03-01T10:00:00Z")

    assert zeros(call, as_of="2026-03-02T10:00:00Z")["calls"] == {"rolling_24h"}
    assert zeros(call, as_of="2026-03-09T10:00:00Z")["calls"] == {"rolling_7d"}
    assert "calls" not in zeros(call, as_of="2026-03-15T10:00:00Z")


@pytest.mark.parametrize("events", permutations((WON, REOPENED, ASKED, ANSWERED)))
def test_after_a_week_the_order_does_not_matter(events: tuple[dict[str, Any], ...]) -> None:
    """What never was for want of order, and what is no more, are the same then."""
    engine = replayed(*events, as_of="2026-04-10T00:00:00Z")
    kpis = {record.kpi for record in engine.records("all") if record.body is not None}

    assert (
        kpis & {"won_revenue", "deals_won", "win_rate", "sales_growth", "open_inquiries", "open_deals"}
        == set()
    )
    assert "response_time_mean" in kpis


def test_with_a_target_the_key_stays() -> None:
    """It has something to say without a fact."""
    target = event(
        "target.set", "2026-03-01T09:00:00Z", kpi="won_revenue", window="month", period="2026-03",
        dims={}, value=10,
    )  # fmt: skip

    assert zeros(target, WON, REOPENED, as_of="2026-05-01T00:00:00Z")["quota_attainment"] == {"month:2026-03"}


def test_explaining_looks_at_all() -> None:
    """Why a value is 0 may be asked at any time."""
    assert "won_revenue" in zeros(WON, REOPENED, as_of="2026-05-01T00:00:00Z", emptied=True)


def test_what_is_remembered_is_of_the_last_week(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long history of corrections does not fill the memory."""
    monkeypatch.setattr("processors.publishing.emptied.LOOK_AT", 50)
    engine = Replay(PLAN, arrival_us=instant("2026-12-01T00:00:00Z"), dedup_horizon_us=1)
    emptied = engine._emptied
    emptied._look_at = 50
    for hour in range(1_000):
        emptied.note([(hour, -1, hour * 12, None, f"call|{hour}")], hour * 3_600_000_000)

    assert len(emptied._at_us) <= 2 * 7 * 24
