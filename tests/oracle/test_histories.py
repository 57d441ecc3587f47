"""What the made-up histories keep and what nastiness they hold."""

from collections import Counter

from hypothesis import find, given, settings
from hypothesis import strategies as st

from tests.oracle.arriving import DEDUPLICATION_HORIZON_US
from tests.oracle.histories import (
    Event,
    arrivals,
    calendars,
    histories,
    random_arrivals,
    random_history,
    times_us,
)
from tests.oracle.moments import DAY_US, instant, landmark_after, period_of
from tests.oracle.vocabulary import ACTIONS, NO_ACCOUNT

REQUIRED = {
    "crm.deal.created": {"deal", "stage"},
    "crm.deal.stage_changed": {"deal", "to_stage"},
    "crm.deal.amount_changed": {"deal", "amount"},
    "crm.deal.owner_changed": {"deal", "rep"},
    "crm.rep.updated": {"rep", "team", "active"},
    "crm.quote.requested": {"quote"},
    "crm.quote.sent": {"quote"},
    "crm.lead.created": {"lead", "contact"},
    "crm.lead.converted": {"lead"},
    "crm.order.placed": {"order", "amount"},
    "crm.order.refunded": {"order", "amount"},
    "crm.cost.recorded": {"amount", "kind"},
    "crm.survey.answered": {"score", "kind"},
    "crm.feedback.received": {"sentiment"},
    "crm.content.shared": {"content"},
    "crm.content.viewed": {"content"},
    "crm.price.observed": {"product", "seller", "price"},
    "crm.alert.acknowledged": {"alert", "alert_rule", "severity", "duration_s"},
    "crm.alert.resolved": {"alert", "alert_rule", "severity", "duration_s"},
    "crm.target.set": {"kpi", "window", "period", "dims", "value"},
} | {f"crm.inquiry.{what}": {"conversation"} for what in ("received", "answered", "resolved", "reopened")}


def identity(event: Event) -> tuple[str, str]:
    """What makes a copy a copy."""
    return event["source"], event["id"]


@settings(max_examples=50, deadline=None)
@given(calendars().flatmap(histories))
def test_histories_are_valid(history: list[Event]) -> None:
    """Each event has its required fields and an account, all ids differ, no history outlasts two years."""
    for event in history:
        needed = REQUIRED.get(event["type"], {"deal"} if event["type"].startswith("crm.deal.") else set())
        if event["type"] == "crm.cost.recorded":
            assert event["data"].get("account") is not None or event["data"].get("campaign") is not None
        elif event["type"] not in NO_ACCOUNT:
            needed = needed | {"account"}
        assert all(event["data"].get(name) is not None for name in needed), event
    assert len({identity(event) for event in history}) == len(history)
    times = times_us(history)
    assert times == sorted(times)
    assert times[-1] - times[0] <= 730 * DAY_US


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_arrivals_are_the_history_in_another_order(data: st.DataObject) -> None:
    """All events arrive, the directory's first; copies are of these and come within the horizon."""
    history = data.draw(histories())
    chunks = data.draw(arrivals(history))
    arrived = [event for chunk in chunks for event in chunk]

    assert all(chunks)
    assert {identity(event) for event in arrived} == {identity(event) for event in history}
    is_directory = [event["type"] == "crm.rep.updated" for event in arrived]
    assert is_directory == sorted(is_directory, reverse=True)
    _assert_copies_in_time(arrived)


def test_random_arrivals_are_late_and_doubled_but_in_time() -> None:
    """The same for the seeded ones, which have copies and disorder in them."""
    history = random_history(1, 2000)
    arrived = [event for chunk in random_arrivals(2, history) for event in chunk]
    activity = [event for event in arrived if event["type"] != "crm.rep.updated"]

    assert {identity(event) for event in arrived} == {identity(event) for event in history}
    assert len(arrived) > 1.03 * len(history)
    assert times_us(activity) != sorted(times_us(activity))
    assert arrived == [event for chunk in random_arrivals(2, history) for event in chunk]
    _assert_copies_in_time(arrived)


def _assert_copies_in_time(arrived: list[Event]) -> None:
    seen: set[tuple[str, str]] = set()
    latest_us = 0
    for event, t_us in zip(arrived, times_us(arrived), strict=True):
        assert identity(event) not in seen or latest_us - t_us <= DEDUPLICATION_HORIZON_US
        seen.add(identity(event))
        if event["type"] != "crm.rep.updated":
            latest_us = max(latest_us, t_us)


def test_histories_shrink_to_the_plainest_case() -> None:
    """A deal won twice with a reopening between shrinks to three events that say nothing else."""

    def is_won_twice(history: list[Event]) -> bool:
        kinds = [event["type"] for event in history if event["data"].get("deal") == "x0"]
        won = [at for at, kind in enumerate(kinds) if kind == "crm.deal.won"]
        return bool(won) and "crm.deal.reopened" in kinds[won[0] : won[-1]]

    smallest = find(
        histories(), is_won_twice, settings=settings(max_examples=5000, database=None, derandomize=True)
    )

    assert [event["type"] for event in smallest] == ["crm.deal.won", "crm.deal.reopened", "crm.deal.won"]
    assert [event["data"] for event in smallest] == [{"account": "acc0", "deal": "x0"}] * 3


def test_random_histories_have_it_all() -> None:
    """Each kind of trouble is in 5,000 events more than once, and a seed always tells the same."""
    history = random_history(3, 5000, days=400)
    times = times_us(history)
    data = [event["data"] for event in history]
    trouble = Counter(
        {
            "equal times": len(times) - len(set(times)),
            "microseconds": sum(t % 1_000_000 != 0 for t in times),
            "no rep": sum(d.get("rep") is None for d in data),
            "explicit team": sum(d.get("team") is not None and "account" in d for d in data),
            "explicit null": sum(None in d.values() for d in data),
            "other offsets": sum(
                "+" in event["time"] or event["time"].endswith("-05:30") for event in history
            ),
            "follow-ups": sum(
                event["data"].get("deal") is not None
                for event in history
                if event["type"] == "crm.call.logged"
            ),
            "around midnight": sum(
                landmark_after(t - 2, "midnight", "Europe/Amsterdam", 1) in (t, t + 1) for t in times
            ),
        }
    )
    per_deal: dict[str, list[str]] = {}
    for event in history:
        if event["type"].startswith("crm.deal."):
            per_deal.setdefault(event["data"]["deal"], []).append(event["type"][9:])
    for kinds in per_deal.values():
        trouble["created twice"] += kinds.count("created") > 1
        trouble["reopened"] += "reopened" in kinds
        trouble["decided without creation"] += "created" not in kinds and "won" in kinds
        trouble["created late"] += "created" in kinds[1:] and kinds[0] != "created"

    assert {name for name, count in trouble.items() if count < 2} == set()
    assert {event["type"] for event in history} == set(ACTIONS)
    assert history == random_history(3, 5000, days=400)


def test_landmarks_are_where_the_calendar_has_them() -> None:
    """Amsterdam: midnight, month and fiscal year start at 22:00 or 23:00 UTC, clocks change at 01:00 UTC."""
    t_us = instant("2026-03-10T12:00:00Z")

    names = ("midnight", "month", "fiscal year")
    found = {name: landmark_after(t_us, name, "Europe/Amsterdam", 7) for name in names}
    assert found == {
        "midnight": instant("2026-03-10T23:00:00Z"),
        "month": instant("2026-03-31T22:00:00Z"),
        "fiscal year": instant("2026-06-30T22:00:00Z"),
    }
    spring = landmark_after(t_us, "clock change", "Europe/Amsterdam", 7)
    assert spring == instant("2026-03-29T01:00:00Z")
    assert landmark_after(spring, "clock change", "Europe/Amsterdam", 7) == instant("2026-10-25T01:00:00Z")


def test_periods_bear_the_calendars_labels() -> None:
    """1 January 2027, 0:30 in Amsterdam: week 53 of 2026, and with a fiscal year from July its third quarter."""
    t_us = instant("2026-12-31T23:30:00Z")

    windows = ("day", "week", "month", "quarter", "year")
    assert [period_of(t_us, window, "Europe/Amsterdam", 7) for window in windows] == [
        "2027-01-01", "2026-W53", "2027-01", "2027-Q3", "2027",
    ]  # fmt: skip
    assert period_of(t_us, "month", "Europe/Amsterdam", 7, later_days=-30) == "2026-12"
