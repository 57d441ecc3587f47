"""Emission: conflated, in slices; periods that close on the clock; keys that are empty for a week."""

import orjson
import pytest

from processors.publishing import emission as module
from tests.oracle.moments import instant
from tests.processors.engine import Desk, fact, plan

AT = "2026-03-04T10:00:00Z"
DAY = "calls|day:2026-03-04|"


def test_a_tick_publishes_what_changed_once() -> None:
    """However often a key changed since the last tick, its latest value is said once; without change, nothing."""
    desk = Desk()
    desk.take(AT, *[fact("call", AT)] * 5)
    desk.take(AT, *[fact("call", AT)] * 4)
    desk.tick(AT)

    assert [9] == [record["value"] for key, record in desk.said if key == DAY and record]
    assert {} == desk.tick(AT)


def test_of_a_history_what_is_over_is_told_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the events' own time: what is still to come of the history changes the rest again, but not that."""
    monkeypatch.setattr(module, "SENDS_MAX", 20)
    desk, over, latest = Desk(), "2025-12-02T10:00:00Z", "2026-01-20T10:00:00Z"
    reps = [f"rep-{n}" for n in range(5)]
    desk.take(AT, *(fact("call", at, rep=rep) for rep in reps for at in (over, latest)))
    settled = desk.tick(AT, kind="settled")

    calls = [key.split("|")[1].partition(":")[2][:4] for key in settled if key.startswith("calls|")]
    company, team = 1, 1
    assert {"2025"} == {*calls}
    assert len(calls) == len(("day", "week", "month", "quarter", "year")) * (company + team + len(reps))
    assert 5 == desk.kpis["calls|year:2025|"]["value"]
    assert {} == desk.tick(AT, kind="settled")
    rest = desk.tick(AT)
    assert not {*settled} & {key for key in rest if key.startswith("calls|")}
    assert 10 == desk.kpis["calls|all_time|"]["value"]


def test_days_that_a_slower_partition_still_adds_to_have_not_settled() -> None:
    """Each key is told once, where the faster partition's dates alone would have told of half of the calls."""
    desk = Desk()
    desk.take(AT, fact("call", "2025-12-02T10:00:00Z"), fact("call", "2026-01-20T10:00:00Z"), source=0)
    desk.take(AT, fact("call", "2025-12-01T10:00:00Z"), source=1)
    assert {} == desk.tick(AT, kind="settled")

    desk.take(AT, fact("call", "2025-12-02T11:00:00Z"), fact("call", "2026-01-20T10:00:00Z"), source=1)
    desk.tick(AT, kind="settled")
    assert 2 == desk.kpis["calls|day:2025-12-02|"]["value"]
    assert 1 == len(desk.revisions["calls|day:2025-12-02|"])


def test_of_what_happens_now_a_settled_tick_tells_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no history, and one that began as such a tick goes on as one."""
    monkeypatch.setattr(module, "SENDS_MAX", 20)
    desk, yesterday = Desk(), "2026-03-03T11:00:00Z"
    desk.take(AT, *(fact("call", yesterday, rep=f"rep-{n}") for n in range(5)))
    assert desk.slice(AT, kind="settled")
    while desk.slice("2026-03-04T12:00:00Z", kind="settled"):
        pass

    assert 5 == desk.kpis["calls|all_time|"]["value"]


def test_a_crash_while_a_history_is_read_forgets_nothing() -> None:
    """What was not settled was not told, whatever the checkpoint has."""
    desk, over, latest = Desk(), "2025-12-02T10:00:00Z", "2026-01-20T10:00:00Z"
    desk.take(AT, *(fact("call", at) for at in (over, latest)))
    desk.tick(AT, kind="settled")
    desk.checkpoint()
    desk.restart()
    desk.tick(AT)

    assert [1, 1] == [desk.kpis[f"calls|{window}|"]["value"] for window in ("month:2025-12", "month:2026-01")]


def test_a_slice_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Much that is due goes out in slices, every key once, until there is nothing more."""
    monkeypatch.setattr(module, "SENDS_MAX", 100)
    desk = Desk()
    desk.take(AT, *(fact("call", AT, rep=f"rep-{n}") for n in range(30)))
    slices = []
    while sends := desk.rollup.tick(instant(AT)):
        slices.append([send.key for send in sends if send.topic == "kpis"])

    assert len(slices) > 3
    assert max(map(len, slices)) <= 50 + 20 * 2
    keys = [key for part in slices for key in part]
    assert len(set(keys)) == len(keys)
    assert {b"calls|day:2026-03-04|rep=rep-%d" % n for n in range(30)} <= set(keys)


def test_what_changes_during_a_tick_waits_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint between two slices brings in more; what was said already is not said again in this tick."""
    monkeypatch.setattr(module, "SENDS_MAX", 100)
    desk = Desk()
    facts = [fact("call", AT, rep=f"rep-{n}") for n in range(30)]
    desk.take(AT, *facts)
    said = []
    while sends := desk.rollup.tick(instant(AT)):
        records = [send.value for send in sends if send.topic == "kpis" and send.key == DAY.encode()]
        said += [orjson.loads(record or b"")["value"] for record in records]
        desk.take(AT, facts[0])
        desk.checkpoint()

    assert [30] == said
    desk.tick(AT)
    record = desk.kpis[DAY]
    assert 30 < record["value"]
    assert {} == desk.tick(AT)


def test_what_a_tick_had_not_begun_with_is_due_after_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a checkpoint during a tick holds is published after a restart, though that tick was done."""
    monkeypatch.setattr(module, "SENDS_MAX", 100)
    desk = Desk()
    desk.take(AT, *(fact("call", AT, rep=f"rep-{n}") for n in range(30)))
    desk.rollup.tick(instant(AT))
    desk.take(AT, fact("call", AT, rep="rep-0"))
    desk.checkpoint()
    while desk.rollup.tick(instant(AT)):
        pass
    desk.checkpoint()
    desk.restart()

    desk.tick(AT)
    assert 31 == desk.kpis[DAY]["value"]


# Periods close


@pytest.mark.parametrize("restarted", [False, True])
def test_a_day_is_final_an_hour_after_its_end(restarted: bool) -> None:
    """With no event arriving, the record is said once more with final true, an hour after the end, and not again."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.tick(AT)
    finals = []
    for at in ("2026-03-05T00:00:00Z", "2026-03-05T00:59:59Z", "2026-03-05T01:00:00Z"):
        if restarted:
            desk.checkpoint()
            desk.restart()
        desk.tick(at)
        finals.append((desk.kpis[DAY]["final"], desk.kpis[DAY]["value"]))

    assert [(False, 1), (False, 1), (True, 1)] == finals
    assert {} == desk.tick("2026-03-05T02:00:00Z")
    assert not desk.kpis["calls|week:2026-W10|"]["final"]


@pytest.mark.parametrize(
    ("window", "end"),
    [
        ("week:2026-W10", "2026-03-09T00:00:00Z"),
        ("month:2026-03", "2026-04-01T00:00:00Z"),
        ("quarter:2026-Q1", "2026-04-01T00:00:00Z"),
        ("year:2026", "2027-01-01T00:00:00Z"),
    ],
)
def test_longer_periods_close_too(window: str, end: str) -> None:
    """Weeks to years flip by the clock as days do."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    flips = []
    for minutes in (0, 55, 60, 65):
        at_us = instant(end) + minutes * 60_000_000
        while sends := desk.rollup.tick(at_us):
            flips += [
                (minutes, orjson.loads(send.value)["final"])
                for send in sends
                if send.topic == "kpis" and send.key == f"calls|{window}|".encode() and send.value
            ]

    assert [(0, False), (60, True)] == flips


#: Between a correction and the moment at which it is final again a worker may stop anywhere.
STOPS = ["never", "before the tick", "after the tick", "both", "later, with another key's checkpoint between"]


@pytest.mark.parametrize("stop", STOPS)
def test_a_correction_opens_a_closed_period_for_an_hour(stop: str) -> None:
    """A late event turns final back to false, and true again an hour later, restarts included."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.tick("2026-03-05T09:00:00Z")
    desk.tick("2026-03-05T10:00:00Z")
    desk.checkpoint()
    assert desk.kpis[DAY]["final"] is True

    def stops(when: str) -> None:
        if when in stop or stop == "both":
            desk.checkpoint()
            desk.restart()

    desk.take("2026-03-05T10:10:00Z", fact("call", AT))
    if "another key" in stop:
        desk.checkpoint()
    stops("before the tick")
    desk.tick("2026-03-05T10:10:00Z")
    assert (False, 2) == (desk.kpis[DAY]["final"], desk.kpis[DAY]["value"])
    stops("after the tick")
    if "another key" in stop:
        desk.take("2026-03-05T10:11:00Z", fact("email_sent", "2026-03-05T10:11:00Z", rep="bob", team="south"))
        desk.tick("2026-03-05T10:11:00Z")
        desk.checkpoint()
        desk.restart()
    desk.tick("2026-03-05T11:09:59Z")
    assert desk.kpis[DAY]["final"] is False
    desk.tick("2026-03-05T11:15:00Z")
    assert (True, 2) == (desk.kpis[DAY]["final"], desk.kpis[DAY]["value"])
    assert 1 <= desk.rollup.stats["corrections"] or stop != "never"


def test_a_second_correction_starts_the_hour_anew() -> None:
    """Final again is an hour after the last correction."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.tick("2026-03-05T10:00:00Z")
    for at in ("2026-03-05T10:10:00Z", "2026-03-05T11:00:00Z"):
        desk.take(at, fact("call", AT))
        desk.tick(at)
    finals = []
    for at in ("2026-03-05T11:15:00Z", "2026-03-05T11:55:00Z", "2026-03-05T12:00:00Z"):
        desk.tick(at)
        finals.append(desk.kpis[DAY]["final"])

    assert [False, False, True] == finals


def test_a_correction_to_nothing() -> None:
    """What is taken back from a closed month leaves a record that says 0 with n 0."""
    desk = Desk()
    won = fact("deal_won", "2026-02-20T10:00:00Z", 5_000_000)
    desk.take(AT, won)
    desk.tick(AT)
    assert (5, 1) == desk.shown("won_revenue|month:2026-02|")

    desk.take(AT, fact("deal_won", "2026-02-20T10:00:00Z", 5_000_000, sign=-1))
    desk.tick("2026-03-04T10:01:00Z")
    assert (0, 0) == desk.shown("won_revenue|month:2026-02|")
    assert (None, 0) == desk.shown("average_deal_size|month:2026-02|")
    assert (0, 0) == desk.shown("deals_won|all_time|rep=ann")


def test_the_business_calendar_decides() -> None:
    """A day of 23 hours is final an hour after its own midnight."""
    desk = Desk(plan("calendar: {timezone: Europe/Amsterdam}\n"))
    desk.take("2026-03-29T12:00:00Z", fact("call", "2026-03-29T12:00:00Z"))
    desk.tick("2026-03-29T22:55:00Z")
    assert desk.kpis["calls|day:2026-03-29|"]["final"] is False

    desk.tick("2026-03-29T23:00:00Z")
    assert desk.kpis["calls|day:2026-03-29|"]["final"] is True


# Revisions


# Gauges

INQUIRY = "open_inquiries|now|rep=ann"


def test_a_gauge_goes_to_0_and_leaves() -> None:
    """What is no longer open leaves 0, and seven days later a tombstone."""
    desk = Desk()
    desk.take(AT, fact("inquiry_open", AT))
    desk.tick(AT)
    assert (1, 1) == desk.shown(INQUIRY)
    desk.take(AT, fact("inquiry_open", AT, sign=-1))
    desk.tick("2026-03-04T12:00:00Z")
    assert (0, 0) == desk.shown(INQUIRY)

    desk.tick("2026-03-11T11:55:00Z")
    assert (0, 0) == desk.shown(INQUIRY)
    desk.tick("2026-03-11T12:00:00Z")
    assert None is desk.shown(INQUIRY)
    assert (INQUIRY, None) in desk.said


def test_a_gauge_that_stays_is_no_zero() -> None:
    """An inquiry open for months stays, and one opened anew counts anew."""
    desk = Desk()
    desk.take(AT, fact("inquiry_open", AT), fact("inquiry_open", AT), fact("inquiry_open", AT, sign=-1))
    desk.tick(AT)
    desk.tick("2026-06-04T10:00:00Z")

    assert (1, 1) == desk.shown(INQUIRY)


@pytest.mark.parametrize("restart_at", ["2026-03-04T13:00:00Z", "2026-03-10T12:00:00Z"])
def test_a_gauge_at_0_survives_restarts(restart_at: str) -> None:
    """Restarts in between do not put off the tombstone of a gauge at 0, and bring nothing back after it."""
    desk = Desk()
    desk.take(AT, fact("inquiry_open", AT))
    desk.tick(AT)
    desk.take(AT, fact("inquiry_open", AT, sign=-1))
    desk.tick("2026-03-04T12:00:00Z")
    desk.checkpoint()
    desk.tick(restart_at)
    desk.take(restart_at, fact("call", restart_at, rep="bob"))
    desk.checkpoint()
    desk.restart()
    desk.tick(restart_at)
    assert (0, 0) == desk.shown(INQUIRY)

    desk.tick("2026-03-11T12:05:00Z")
    assert None is desk.shown(INQUIRY)
    desk.take("2026-03-11T12:06:00Z", fact("call", "2026-03-11T12:06:00Z", rep="bob"))
    desk.checkpoint()
    desk.restart()
    desk.tick("2026-03-11T12:10:00Z")
    assert None is desk.shown(INQUIRY)


@pytest.mark.parametrize("restarted", [False, True])
def test_a_gauge_at_0_beside_others(restarted: bool) -> None:
    """Its week is its own, whatever other gauges of the group do; they stay, or begin a week of their own."""
    desk = Desk()
    deal, inquiry = fact("open_deal", AT, 5_000_000, stage="new"), fact("inquiry_open", AT)
    desk.take(AT, inquiry, deal, deal)
    desk.tick(AT)
    closed = fact("inquiry_open", AT, sign=-1), fact("open_deal", AT, 5_000_000, sign=-1, stage="new")
    for row, at in ((closed[0], "04T12:00"), (closed[1], "05T12:00"), (closed[1], "06T12:00")):
        desk.take(f"2026-03-{at}:00Z", row)
        desk.tick(f"2026-03-{at}:00Z")
        if restarted:
            desk.checkpoint()
            desk.restart()
    found = []
    for at in ("11T11:55", "11T12:00", "13T11:55", "13T12:00"):
        desk.tick(f"2026-03-{at}:00Z")
        found.append((desk.shown(INQUIRY), desk.shown("open_deals|now|rep=ann")))
        if restarted:
            desk.checkpoint()
            desk.restart()

    assert [((0, 0), (0, 0)), (None, (0, 0)), (None, (0, 0)), (None, None)] == found


WON = "won_revenue|month:2026-02|rep=ann"


def taken_back() -> Desk:
    """Return a roll-up with a won deal of February that was taken back on 4 March at noon."""
    desk = Desk()
    desk.take(AT, fact("deal_won", "2026-02-20T10:00:00Z", 5_000_000))
    desk.tick(AT)
    desk.take("2026-03-04T12:00:00Z", fact("deal_won", "2026-02-20T10:00:00Z", 5_000_000, sign=-1))
    desk.tick("2026-03-04T12:00:00Z")
    return desk


def test_an_empty_period_leaves() -> None:
    """A key whose last fact was taken back says 0 for seven days, in closed periods and for all time, then goes."""
    desk = taken_back()
    assert [(0, 0), (0, 0)] == [desk.shown(WON), desk.shown("deals_won|all_time|")]
    desk.tick("2026-03-11T11:55:00Z")
    assert [(0, 0), (0, 0)] == [desk.shown(WON), desk.shown("deals_won|all_time|")]

    desk.tick("2026-03-11T14:00:00Z")
    assert [None, None] == [desk.shown(WON), desk.shown("deals_won|all_time|")]


def test_a_new_fact_keeps_the_period() -> None:
    """What has facts again when the week is over stays."""
    desk = taken_back()
    desk.take("2026-03-10T12:00:00Z", fact("deal_won", "2026-02-21T10:00:00Z", 1_000_000))
    desk.tick("2026-03-10T12:00:00Z")
    desk.tick("2026-03-12T12:00:00Z")

    assert (1, 1) == desk.shown(WON)


def test_an_empty_period_leaves_after_a_restart() -> None:
    """A restart within the week does not leave the 0 there for ever."""
    desk = taken_back()
    desk.checkpoint()
    desk.restart()
    desk.tick("2026-03-04T12:05:00Z")
    desk.tick("2026-03-20T00:00:00Z")

    assert [None, None] == [desk.shown(WON), desk.shown("deals_won|all_time|")]
