"""Events from JSON Lines."""

import io

import pytest

from streams.sources import jsonl
from streams.sources.jsonl import read_jsonl
from streams.sources.raw import SourceFailed


def test_each_line_that_holds_something_is_an_event() -> None:
    """Blank lines are skipped but counted, so that places are those an editor shows."""
    events = list(read_jsonl(io.BytesIO(b'{"a":1}\n\n  \r\n {"b": 2}\r\nnot json'), "a.jsonl"))

    assert [(e.value, e.place) for e in events] == [(b'{"a":1}', 1), (b'{"b": 2}', 4), (b"not json", 5)]
    assert events[1].where == "a.jsonl:4"


def test_a_byte_order_mark_is_no_part_of_the_first_event() -> None:
    """Files that were saved by a spreadsheet begin with one."""
    events = list(read_jsonl(io.BytesIO(b'\xef\xbb\xbf{"a":1}\n'), "a.jsonl"))

    assert [event.value for event in events] == [b'{"a":1}']


def test_a_line_without_an_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something that is no JSON Lines at all ends with a message that says where."""
    monkeypatch.setattr(jsonl, "LINE_BYTES_MAX", 1 << 20)

    with pytest.raises(SourceFailed, match=r"big:2: a line over 1 MiB"):
        list(read_jsonl(io.BytesIO(b"{}\n" + b"x" * (1 << 20) + b"yz"), "big"))
