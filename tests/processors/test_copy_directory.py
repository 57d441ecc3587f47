"""Updates of the directory are copied into every partition of the activity topic."""

import orjson
import pytest

from processors.copy_directory import DirectoryCopier
from processors.partition import Send
from processors.track import COPY_HEADER
from schemas.dead_letter import Reason
from tests.dead_letters import read_dead_letter
from tests.oracle.moments import instant
from tests.oracle.telling import event, rep_updated
from tests.processors.engine import Rec
from tests.processors.event_records import as_binary
from tests.processors.tracked import Desk, facts

UPDATE = rep_updated("09:00", "ann", "north")
ARRIVAL_MS = instant("2026-03-04T09:55:00Z") // 1000


def copier() -> DirectoryCopier:
    """Return a fresh stage."""
    return DirectoryCopier(0, "directory", "activity", 3, "dead-letters")


def process(value: bytes | None, *headers: tuple[str, bytes]) -> list[Send]:
    """Process one record."""
    return copier().process([Rec(5, ARRIVAL_MS, b"k", value, headers)], 0)


def test_a_copy_to_every_partition() -> None:
    """The bytes and headers as they were, the rep as key, and a header that says it is a copy."""
    value = orjson.dumps(UPDATE)

    assert [
        ("activity", partition, b"ann", value, (("trace", b"1"), COPY_HEADER)) for partition in range(3)
    ] == [tuple(send) for send in process(value, ("trace", b"1"))]


@pytest.mark.parametrize("binary", [False, True])
def test_tracking_takes_the_copies(binary: bool) -> None:
    """What it sends is what tracking learns from, binary CloudEvents too."""
    value, headers = as_binary(UPDATE) if binary else (orjson.dumps(UPDATE), [])
    desk = Desk()
    for send in process(value, *headers)[:1]:
        (row,) = facts(desk.raw(send.value, key=send.key, headers=send.headers))
        assert ("@rep", "ann", "north") == (row[0], *row[3:5])

    assert ["north"] == [fact[4] for fact in facts(desk.event(event("call.logged", "10:00", rep="ann")))]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"nonsense", Reason.BAD_JSON),
        (None, Reason.BAD_ENVELOPE),
        (orjson.dumps(event("call.logged", "10:00")), Reason.UNKNOWN_TYPE),
        (orjson.dumps(UPDATE | {"data": {"rep": "ann"}}), Reason.MISSING_FIELD),
        (orjson.dumps(UPDATE | {"time": "soon"}), Reason.BAD_TIME),
        (orjson.dumps(UPDATE | {"time": "2026-03-04T10:00:01Z"}), Reason.FROM_FUTURE),
    ],
)
def test_what_is_no_update(value: bytes | None, reason: Reason) -> None:
    """It becomes a dead letter that says where it stood."""
    (letter,) = process(value, ("trace", b"1"))

    said = read_dead_letter(letter.headers)
    assert ("dead-letters", 0, b"k", value) == letter[:4]
    assert (reason, "directory", 0, 5) == (said.reason, said.topic, said.partition, said.offset)


def test_counts_and_cut() -> None:
    """Updates and dead letters are counted, the cut moves over all, and there is no state."""
    stage = copier()
    stage.restore([(b"k", b"v")])
    stage.restored()
    stage.process([Rec(0, ARRIVAL_MS, None, orjson.dumps(UPDATE)), Rec(1, 0, None, b"x")], 0)

    assert (1, 1, 1) == (stage.stats["updates"], stage.stats["dead_letters_bad_json"], stage.cut)
    assert [] == stage.snapshot() == stage.tick(0)
    stage.skip_to(10)
    assert 9 == stage.cut
