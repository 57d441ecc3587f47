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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            b'[\n {"id": "1"},\n {"id": "2"}\n]\n',
            r"^f:1: JSON over several lines; JSON Lines have an event in each",
        ),
        (b'[{"id": "1"},\n{"id": "2"}]\n', r"^f:1: JSON over several lines"),
        (b'\xef\xbb\xbf\r\n{\r\n  "id": "1"\r\n}', r"^f:2: JSON over several lines"),
        (
            b"<?xml version='1.0'?>\n<log/>\n",
            r"^f:1: XML, not JSON Lines; the name of an XES log ends in .xes",
        ),
        (b"(\xb5/\xfd\x04\x00\xe1", r"^f: neither text in UTF-8 nor gzip"),  # zstd
        (b"PK\x03\x04\n\x00\x00", r"^f: neither text in UTF-8 nor gzip"),
        ('{"a": 1}\n'.encode("utf-16"), r"^f: neither text in UTF-8 nor gzip"),
    ],
)
def test_another_kind_of_file_is_told_by_its_first_line(text: bytes, says: str) -> None:
    """It would be as many dead letters as it has lines, and nothing that says why."""
    with pytest.raises(SourceFailed, match=says):
        list(read_jsonl(io.BytesIO(text), "f"))


@pytest.mark.parametrize(
    "text", [b"{}\n{\n[\n<\n\xff\n", b'[1]\n{"a":1}\n', b"no\n", b'{"\xfc":1}\n', b"n\xc3\xb6\n"]
)
def test_lines_of_any_kind_are_for_the_dead_letters(text: bytes) -> None:
    """Where they stand among others, or are whole values: they are counted, each with its reason."""
    assert text.split() == [event.value for event in read_jsonl(io.BytesIO(text), "f")]
