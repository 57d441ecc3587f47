"""The same processors over a file of events, as of a moment."""

from typing import Any

import orjson
import pytest

from processors.adding.expiring import SETTLE_EVENTS
from processors.replay import Replay
from schemas.dead_letter import Reason, Unusable
from tests.oracle.moments import instant
from tests.oracle.telling import event, rep_updated
from tests.processors.engine import PLAN, Shown
from tests.processors.event_records import as_binary
from tests.processors.tracked import WEEK_US

ARRIVAL = "2026-03-10T00:00:00Z"


def replayed(*events: dict[str, Any], as_of: str | None = None, learn: bool = True) -> Replay:
    """Return a replay that took these events."""
    as_of_us = None if as_of is None else instant(as_of)
    engine = Replay(PLAN, arrival_us=instant(ARRIVAL), dedup_horizon_us=WEEK_US, as_of_us=as_of_us)
    for one in events if learn else ():
        engine.learn(orjson.dumps(one))
    for one in events:
        engine.take(orjson.dumps(one))
    return engine


def shown(engine: Replay, periods: Any = "all") -> dict[str, Shown]:
    """Return value and n of every record."""
    return {record.key.decode(): (record.value, record.n) for record in engine.records(periods)}


def call(time: str, **data: Any) -> dict[str, Any]:
    """Write a call down."""
    return event("call.logged", time, **data)


def test_as_of_the_last_event() -> None:
    """Without a moment asked for it is the latest event's time, wherever that stands in the file."""
    engine = replayed(call("11:00"), call("12:03:04.5"), call("10:00"))

    assert instant("2026-03-04T12:03:04.5Z") == engine.as_of_us
    (record,) = [r for r in engine.records() if r.key == b"calls|rolling_24h|"]
    body = orjson.loads(record.body or b"")
    assert ("2026-03-04T12:03:04.500Z", 3) == (body["as_of"], body["value"])


def test_a_later_copy_is_not_the_last_event() -> None:
    """A copy that says another time is dropped: it is no moment of the log either."""
    update = rep_updated("2026-03-04T08:00:00Z", "ann", "north")
    first = call("10:00")
    engine = replayed(
        update, first, first | {"time": "2026-03-04T13:00:00Z"}, update | {"time": "2026-03-04T14:00:00Z"}
    )

    assert (instant("2026-03-04T10:00:00Z"), 2) == (engine.as_of_us, engine.summary["duplicates"])


@pytest.mark.parametrize(
    ("as_of", "calls", "left_out"),
    [
        ("2026-03-04T11:00:00Z", (2, 2), 1),
        ("2026-03-04T10:59:59.999999Z", (1, 1), 2),
        ("2026-03-04T12:00:00Z", (3, 3), 0),
    ],
)
def test_as_of_a_moment(as_of: str, calls: Shown, left_out: int) -> None:
    """Events at exactly the moment count, later ones are left out and counted."""
    engine = replayed(call("10:00"), call("11:00"), call("12:00"), as_of=as_of)

    assert (calls, left_out) == (shown(engine)["calls|all_time|"], engine.left_out)
    assert calls[0] == engine.summary["events"]


def test_a_moment_long_after() -> None:
    """Rolling windows have decayed by then, periods are final, what is open is open."""
    engine = replayed(
        call("10:00"), event("inquiry.received", "10:00", conversation="c"), as_of="2026-03-10T00:00:00Z"
    )
    found = shown(engine)

    assert [(0, 0), (1, 1), (1, 1)] == [
        found.get(key) for key in ("calls|rolling_24h|", "calls|rolling_7d|", "open_inquiries|now|")
    ]
    finals = {record.key: orjson.loads(record.body or b"")["final"] for record in engine.records("all")}
    assert finals[b"calls|week:2026-W10|"]
    assert finals[b"calls|day:2026-03-04|"]
    assert not finals[b"calls|month:2026-03|"]


def test_running_or_all_periods() -> None:
    """The running periods, or the past ones too; rolling windows and now in either case."""
    engine = replayed(call("2026-02-27T10:00:00Z"), call("2026-03-04T10:00:00Z"))
    running, every = ({key.split("|")[1] for key in shown(engine, which)} for which in ("running", "all"))

    assert {"day:2026-03-04", "week:2026-W10", "month:2026-03", "quarter:2026-Q1", "year:2026", "all_time",
            "rolling_24h", "rolling_7d", "rolling_30d", "rolling_365d"} == running  # fmt: skip
    assert {"day:2026-02-27", "week:2026-W09", "month:2026-02"} == every - running
    assert (1, 1) == shown(engine, "running")["calls|month:2026-03|"]


@pytest.mark.parametrize("learn", [False, True])
def test_updates_of_the_directory_first(learn: bool) -> None:
    """Learnt ahead of all, an update explains events that stand before it; later ones by time still don't count."""
    events = (
        call("10:00", rep="ann"),
        rep_updated("09:00", "ann", "north"),
        rep_updated("10:00:01", "ann", "south"),
    )
    engine = replayed(*events, learn=learn)

    team = "north" if learn else "unassigned"
    assert (1, 1) == shown(engine)[f"calls|all_time|team={team}"]
    assert (3, 0) == (engine.summary["events"], engine.summary["duplicates"])


def test_of_copies_of_an_update_the_first() -> None:
    """A second update with the same identity teaches nothing and is a duplicate."""
    first, second = (
        rep_updated(
            "09:00",
            "ann",
            "north",
        ),
        rep_updated("09:30", "ann", "south"),
    )
    engine = replayed(first, second | {"id": first["id"]}, call("10:00", rep="ann"))

    assert "calls|all_time|team=north" in shown(engine)
    assert 1 == engine.summary["duplicates"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_copy_of_an_update_is_one_wherever_activity_begins(place: int) -> None:
    """Updates move no watermark, so the first activity is a leap; what came before it is remembered all the same."""
    update = rep_updated("09:00", "ann", "north")
    events = [update, update]
    events.insert(place, call("10:00", rep="ann"))
    engine = replayed(*events)

    assert (2, 1) == (engine.summary["events"], engine.summary["duplicates"])


def test_updates_after_the_moment_teach_nothing() -> None:
    """As of a moment, the directory is what it was."""
    engine = replayed(
        rep_updated("11:00", "ann", "north"), call("10:00", rep="ann"), as_of="2026-03-04T10:30:00Z"
    )

    assert ("calls|all_time|team=unassigned" in shown(engine), 1) == (True, engine.left_out)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (call("2026-03-10T00:05:00.000001Z"), Reason.FROM_FUTURE),
        (call("2023-12-01T00:00:00Z"), Reason.TOO_LATE),
        (call("soon and very soon"), Reason.BAD_TIME),
    ],
)
def test_what_cant_be_used(bad: dict[str, Any], reason: Reason) -> None:
    """It is raised with its reason, counted, and changes nothing."""
    engine = replayed(call("2026-03-04T10:00:00Z"))
    engine.learn(orjson.dumps(bad))
    with pytest.raises(Unusable) as raised:
        engine.take(orjson.dumps(bad))

    assert reason == raised.value.reason
    assert ({reason.value: 1}, 2, 1) == (
        engine.summary["dead_letters"],
        engine.summary["read"],
        engine.summary["events"],
    )
    assert instant("2026-03-04T10:00:00Z") == engine.as_of_us


def test_five_minutes_ahead_of_now() -> None:
    """A clock that runs a little fast is no future."""
    engine = replayed(call("2026-03-10T00:05:00Z"))

    assert instant("2026-03-10T00:05:00Z") == engine.as_of_us


@pytest.mark.parametrize(
    "other",
    [
        {"dims": {"x|y": "z"}},
        {"dims": {"team=north,x": "y"}},
        {"dims": {"rep": "ann", "team": "north"}},
        {"kpi": "won|revenue"},
        {"kpi": "no_such_kpi"},
    ],
)
def test_a_target_that_can_show_nowhere(other: dict[str, Any]) -> None:
    """It changes nothing, whatever its names are made of: a worker refuses it likewise. The event counts.

    Why is returned, and how many there are is in the summary.
    """
    said = {"kpi": "won_revenue", "window": "month", "period": "2026-03", "dims": {}, "value": 100}
    sale = event("deal.won", "10:00", deal="d")
    engine = replayed(event("target.set", "09:00", **{**said, **other}), sale)

    assert ({}, 2) == (engine.summary["dead_letters"], engine.summary["events"])
    assert {"bad_field": 1} == engine.summary["targets_refused"]
    assert shown(replayed(sale)) == shown(engine)
    refused = replayed().take(orjson.dumps(event("target.set", "09:00", **{**said, **other})))
    assert refused is not None
    assert Reason.BAD_FIELD == refused.reason


def test_nothing_at_all() -> None:
    """No event: no moment, no records, a summary of zeros."""
    engine = replayed()

    assert (None, []) == (engine.as_of_us, [*engine.records("all")])
    assert {
        "read": 0,
        "events": 0,
        "duplicates": 0,
        "dead_letters": {},
        "targets_refused": {},
        "left_out": 0,
        "late_corrections": 0,
    } == engine.summary


def test_binary_cloudevents() -> None:
    """A record with its attributes in headers is taken too."""
    engine = replayed()
    value, headers = as_binary(call("10:00"))
    engine.take(value, headers)

    assert (1, 1) == shown(engine)["calls|all_time|"]


def test_a_long_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is brought into the panes on the way is the same as at the end."""
    events = [call(f"2026-0{1 + n % 3}-0{1 + n % 7}T{n % 24:02}:00:00Z", rep=f"r{n % 4}") for n in range(40)]
    whole = shown(replayed(*events))
    monkeypatch.setattr("processors.replay.SETTLE_EVENTS", 3)

    assert SETTLE_EVENTS > 1_000
    assert whole == shown(replayed(*events))
