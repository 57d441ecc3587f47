"""Records are handed on as they were parsed, those too whose headers have names that are no text."""

import inspect
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from streams.kafka.fetched_records import KeptRecords, ParsedRecords, hand_on_as_parsed

CODECS = {"none": 0, "gzip": 1}
BAD = b"ce_\xff\xfe"
Headers = Sequence[tuple[str, bytes | None]]


class BadName(str):
    """A name that another client sends as it has it."""

    __slots__ = ()

    def encode(self, *_: Any, **__: Any) -> bytes:
        return BAD


def batch(first: int, headers: Sequence[Headers], codec: str = "none") -> bytes:
    """Return a batch with a record for each of these headers, from an offset on."""
    builder = _DefaultRecordBatchBuilderPy(2, CODECS[codec], 0, -1, -1, -1, 1_000_000)
    for number, some in enumerate(headers):
        builder.append(number, timestamp=0, key=b"k", value=b"%d" % (first + number), headers=list(some))
    return struct.pack(">q", first) + bytes(builder.build())[8:]


def read(data: bytes, offset: int = 0) -> list[tuple[int, bytes | None, Headers]]:
    """Return what a consumer hands on of a fetch from an offset on."""
    records = ParsedRecords(
        TopicPartition("t", 0), KeptRecords(data), [], offset, None, None, True, READ_COMMITTED
    )
    return [(one.offset, one.value, list(one.headers)) for one in records]


GOOD: Headers = [("ce_id", b"1"), ("empty", None)]
ODD: Headers = [("ce_id", b"1"), (BadName("odd"), b"\xff")]


@pytest.mark.parametrize("codec", CODECS)
def test_each_record_is_read_once(codec: str) -> None:
    """Those before, in the batch of it and in others, and those behind; names are written out."""
    data = batch(0, [GOOD, GOOD], codec) + batch(2, [GOOD, ODD, GOOD], codec) + batch(5, [ODD, GOOD], codec)
    written = [("ce_id", b"1"), ("ce_\\xff\\xfe", b"\xff")]

    found = read(data)

    assert [(number, b"%d" % number) for number in range(7)] == [one[:2] for one in found]
    assert [GOOD, GOOD, GOOD, written, GOOD, written, GOOD] == [one[2] for one in found]


def test_reading_begins_within_a_batch() -> None:
    """Compressed batches come whole: what lies before the offset that was asked for is left out."""
    assert [3, 4] == [one[0] for one in read(batch(0, [GOOD, ODD, GOOD, ODD, GOOD]), 3)]


def test_a_record_is_what_was_parsed() -> None:
    """With all that is asked of one: a `processors.partition.Record`."""
    data = batch(7, [GOOD])
    parsed = next(iter(MemoryRecords(data).next_batch() or ()))

    (found,) = ParsedRecords(
        TopicPartition("t", 0), KeptRecords(data), [], 7, None, None, True, READ_COMMITTED
    )

    assert type(parsed) is type(found)
    assert (7, 0, b"k", b"7", GOOD) == (
        found.offset, found.timestamp, found.key, found.value, found.headers,
    )  # fmt: skip


def test_aiokafka_by_itself_reads_nothing_of_it() -> None:
    """If it learns to, this can go."""
    found = MemoryRecords(batch(0, [ODD])).next_batch()
    assert found is not None
    with pytest.raises(UnicodeDecodeError):
        next(iter(found))


def test_the_fetcher_makes_what_we_read_with() -> None:
    """It looks for both by their names in its module."""
    hand_on_as_parsed()

    assert (KeptRecords, ParsedRecords) == (fetcher.MemoryRecords, fetcher.PartitionRecords)
    source = inspect.getsource(Fetcher)
    assert "= MemoryRecords(" in source
    assert "= PartitionRecords(" in source
