"""Dead letters: every reason, with the record as it was and where it stands; garbage changes no KPI."""

from collections import Counter
from contextlib import suppress
from typing import Any

import orjson
import pytest

from processors.partition import Send
from processors.replay import Replay
from schemas.dead_letter import Reason, Unusable
from tests.dead_letters import read_dead_letter
from tests.oracle.moments import instant
from tests.oracle.telling import event
from tests.processors.engine import PLAN
from tests.processors.tracked import NOON, WEEK_US, Desk, facts, to

GOOD = event("call.logged", "10:00", id="good", rep="ann")


def dump(changes: dict[str, Any]) -> bytes:
    """Return a good event with changes."""
    return orjson.dumps(GOOD | {"id": "bad"} | changes)


#: ISO 2025 has 52 weeks.
WEEK_53 = {"kpi": "calls", "window": "week", "period": "2025-W53", "dims": {}, "value": 1}

GARBAGE: dict[Reason, list[bytes | None]] = {
    Reason.BAD_JSON: [b"", b"nonsense", b'{"a":', b"\xff\xfe", b"\x00" * 40],
    Reason.BAD_ENVELOPE: [
        b"[]", b"null", b"7", None, dump({"specversion": "0.3"}), dump({"id": ""}), dump({"id": "x" * 201}),
        dump({"source": None}), dump({"data": []}), dump({"type": 5}), dump({"type": ""}),
    ],
    Reason.UNKNOWN_TYPE: [dump({"type": "crm.call.dreamt"})],
    Reason.BAD_TIME: [dump({"time": "yesterday"}), dump({"time": "2026-03-04T10:00:00"}), dump({"time": "2026-02-30T10:00:00Z"})],
    Reason.MISSING_FIELD: [
        dump({"data": {}}), dump({"data": {"account": None}}),
        dump({"type": "crm.deal.created", "data": {"account": "acme", "deal": "d"}}),
    ],
    Reason.BAD_FIELD: [
        dump({"data": {"account": "acme", "duration_s": "long"}}), dump({"data": {"account": "acme", "direction": "up"}}),
        dump({"type": "crm.deal.won", "data": {"account": "acme", "deal": "d", "amount": -1}}),
        dump({"data": {"account": ""}}), dump({"type": "crm.target.set", "data": WEEK_53}),
    ],
    Reason.TOO_LARGE: [dump({"data": {"account": "acme", "outcome": "x" * 1_048_576}}), b" " * 1_048_577],
    Reason.FROM_FUTURE: [dump({"time": "2026-03-04T12:05:00.001Z"}), dump({"time": "2030-01-01T00:00:00Z"})],
    Reason.TOO_LATE: [dump({"time": "2023-12-25T09:59:59.999999Z"}), dump({"time": "1970-01-01T00:00:00Z"})],
}  # fmt: skip

CASES = [(reason, value) for reason, values in GARBAGE.items() for value in values]


def test_every_reason_has_a_case() -> None:
    """The table above leaves out no reason."""
    assert set(Reason) == set(GARBAGE)


@pytest.mark.parametrize(("reason", "value"), CASES)
def test_a_dead_letter(reason: Reason, value: bytes | None) -> None:
    """It has the record's bytes, key and headers, and says why in a word and a sentence, and where it stands."""
    desk = Desk()
    desk.event(GOOD)
    (letter,) = desk.raw(value, key=b"acme", headers=[("trace", b"1")])

    assert ("dead-letters", 0, b"acme", value) == letter[:4]
    said = read_dead_letter(letter.headers)
    assert (reason, "activity", 0, 1) == (said.reason, said.topic, said.partition, said.offset)
    assert len(said.sentence.split()) >= 3
    assert ("trace", b"1") in letter.headers
    assert (1, 1) == (desk.tracker.stats[f"dead_letters_{reason.value}"], desk.tracker.cut)
    assert 1 == sum(n for name, n in desk.tracker.stats.items() if name.startswith("dead_letters"))


@pytest.mark.parametrize(
    ("time", "good"), [("2026-03-04T12:05:00Z", True), ("2026-03-04T12:05:00.000001Z", False)]
)
def test_five_minutes_ahead(time: str, good: bool) -> None:
    """Exactly five minutes ahead of the record's arrival is not yet the future."""
    desk = Desk()

    assert good == bool(facts(desk.event(event("call.logged", time), at=NOON)))


@pytest.mark.parametrize(
    ("time", "good"), [("2023-12-25T10:00:00Z", True), ("2023-12-25T09:59:59.999999Z", False)]
)
def test_800_days_behind(time: str, good: bool) -> None:
    """Exactly 800 days behind the newest event is not yet too late; measured by event time, not by arrival."""
    desk = Desk()
    desk.event(GOOD)

    assert good == bool(facts(desk.event(event("call.logged", time), at=NOON)))


def test_the_future_moves_no_watermark() -> None:
    """An event from the future, or one that can't be used, makes no other one late."""
    desk = Desk()
    desk.event(GOOD)
    watermark = desk.tracker.stats["watermark_us_now"]
    for values in GARBAGE.values():
        for value in values:
            desk.raw(value)

    assert watermark == desk.tracker.stats["watermark_us_now"]
    assert 1 == len(facts(desk.event(event("call.logged", "2023-12-25T10:00:00Z"))))


def test_a_bad_first_arrival_does_not_make_the_good_one_a_copy() -> None:
    """Identities of events that could not be used are not remembered."""
    desk = Desk()
    desk.raw(dump({"id": "good", "time": "2026-03-04T13:00:00Z"}))
    desk.raw(dump({"id": "good", "type": "crm.nothing"}))

    assert 1 == len(facts(desk.event(GOOD)))


def mixed() -> tuple[list[bytes], list[bytes | None]]:
    """Return good events, and the same with a copy and a piece of garbage after every tenth."""
    good = [
        orjson.dumps(event(kind, f"10:{n % 60:02}:{n % 7:02}", id=f"g{n}", rep=f"rep-{n % 3}", **data))
        for n in range(100)
        for kind, data in (
            ("call.logged", {"channel": "phone"}),
            ("inquiry.received" if n % 2 else "inquiry.answered", {"conversation": f"c{n % 10}"}),
            ("deal.won", {"deal": f"d{n}", "amount": n}),
        )
        if n % 3 == {"c": 0, "i": 1, "d": 2}[kind[0]]
    ]
    rubbish = [value for reason, value in CASES if reason is not Reason.TOO_LATE]
    dirty: list[bytes | None] = []
    for number, value in enumerate(good):
        dirty.append(value)
        if number % 10 == 9:
            dirty += [rubbish[number // 10 * 3 % len(rubbish)], value]
    return good, dirty


def test_garbage_between_good_events_changes_no_fact() -> None:
    """A tenth of garbage and a tenth of copies: the facts are the same, and every bad one is counted."""
    good, dirty = mixed()
    clean, desk = Desk(), Desk()
    for value in good:
        clean.append(value)
    for record in dirty:
        desk.append(record)
    sends: list[Send] = desk.process()

    assert facts(clean.process()) == facts(sends)
    stats = desk.tracker.stats
    counted = {reason: stats[f"dead_letters_{reason.value}"] for reason in Reason}
    expected = Counter(reason for reason, value in CASES for bad in dirty if bad is value)
    assert {reason: expected[reason] for reason in Reason} == counted
    assert 10 == sum(counted.values()) == len(to("dead-letters", sends))
    assert (100, 10) == (stats["events"], stats["duplicates"])


def test_garbage_in_a_replay_changes_no_kpi() -> None:
    """The same over a file: the records are equal, and the summary says what was wrong with how many."""
    good, dirty = mixed()
    found = []
    for values in (good, dirty):
        engine = Replay(PLAN, arrival_us=instant(NOON), dedup_horizon_us=WEEK_US)
        for value in values:
            with suppress(Unusable):
                engine.take(value or b"")
        records = {record.key: (record.value, record.n) for record in engine.records("all")}
        counts = engine.summary
        found.append((records, counts["events"], counts["duplicates"], sum(counts["dead_letters"].values())))

    assert found[0][0] == found[1][0]
    assert [(100, 0, 0), (100, 10, 10)] == [each[1:] for each in found]
