"""What is sent on as it came, however large it is."""

import orjson
import pytest

from processors.copy_directory import DirectoryCopier
from processors.reading.sent_on import CUT_BYTES, HEADERS_BYTES_MAX, LETTER_BYTES_MAX, dead_letter
from schemas.dead_letter import CUT, DeadLetter, Reason, dead_letter_headers
from tests.dead_letters import read_dead_letter
from tests.oracle.moments import instant
from tests.oracle.telling import event, rep_updated
from tests.processors.engine import Rec
from tests.processors.tracked import Desk, facts

LETTER = DeadLetter(Reason.TOO_LARGE, "the value has too many bytes", "activity", 0, 5)
MANY = (("h", b"x" * HEADERS_BYTES_MAX),)


def test_a_dead_letter_has_all_of_its_record() -> None:
    """Up to what its topic takes, key and headers counted."""
    value, headers = b"v" * (LETTER_BYTES_MAX - 20), (("trace", None),)

    assert dead_letter("letters", Rec(5, 0, b"", value, headers), LETTER) == (
        "letters", 0, b"", value, dead_letter_headers(LETTER, headers),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "headers"),
    [
        (b"k", b"v" * LETTER_BYTES_MAX, ()),
        (b"k" * LETTER_BYTES_MAX, b"v", ()),
        (None, b"v", (("h", b"x" * LETTER_BYTES_MAX),)),
        (b"k", None, (("h" * LETTER_BYTES_MAX, b""),)),
    ],
    ids=["value", "key", "headers", "name"],
)
def test_of_a_larger_one_it_has_the_beginning(
    key: bytes | None, value: bytes | None, headers: tuple[tuple[str, bytes], ...]
) -> None:
    """It says how large it was, and where it stands."""
    sent = dead_letter("letters", Rec(5, 0, key, value, headers), LETTER)

    assert (key and key[:CUT_BYTES], value and value[:CUT_BYTES]) == (sent.key, sent.value)
    assert read_dead_letter(sent.headers) == LETTER
    assert int(dict(sent.headers)[CUT]) >= LETTER_BYTES_MAX
    assert sum(len(name) + len(said) for name, said in sent.headers) < 300


@pytest.mark.parametrize("type", ["call.logged", "rep.updated"])
def test_with_too_many_headers_nothing_is_sent_on(type: str) -> None:
    """Under another key, or to another topic; where it is right, they are no harm."""
    desk = Desk()
    said = event(type, "10:00") if type == "call.logged" else rep_updated("09:00", "ann", "north")
    (letter,) = desk.raw(orjson.dumps(said), key=b"wrong", headers=MANY)

    assert ("dead-letters", Reason.TOO_LARGE) == (letter.topic, read_dead_letter(letter.headers).reason)
    (good,) = facts(desk.raw(orjson.dumps(event("call.logged", "10:00", id="2")), key=b"acme", headers=MANY))
    assert good


def test_nor_is_it_copied_into_every_partition() -> None:
    """One dead letter instead."""
    value, arrival_ms = (
        orjson.dumps(rep_updated("09:00", "ann", "north")),
        instant("2026-03-04T09:55:00Z") // 1000,
    )
    copier = DirectoryCopier(0, "directory", "activity", 3, "dead-letters")
    (letter,) = copier.process([Rec(5, arrival_ms, b"ann", value, MANY)], 0)

    assert ("dead-letters", Reason.TOO_LARGE) == (letter.topic, read_dead_letter(letter.headers).reason)
