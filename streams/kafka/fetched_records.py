"""Fetched records: handed on as they were parsed, whatever their headers are called.

aiokafka copies each record into one that also names its topic and partition, which whoever reads it knows; that takes
longer than parsing it did.

Header names are text, and brokers take them as they come: one that is no UTF-8 must not end whoever reads it. aiokafka
decodes names strictly, in C: the record could not be fetched, nor any behind it, after a restart neither. From such a
record on, what a fetch brought is read again in Python, with the name's bad bytes written out: `ce_\\xff`.
"""

from collections.abc import Iterator
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy

HEADERS_SINCE: Final = 2
"""The format of records that has them."""


def hand_on_as_parsed() -> None:
    """Have all consumers of this process read like this."""
    fetcher.MemoryRecords = KeptRecords
    fetcher.PartitionRecords = ParsedRecords


class KeptRecords(MemoryRecords):  # type: ignore[misc]
    """What a fetch brought of a partition, with the bytes that it is read from."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data = data


class ParsedRecords(PartitionRecords):  # type: ignore[misc]
    """The records in it that are to be handed on."""

    _records: Any

    def _consumer_record(self, tp: TopicPartition, record: Any) -> Any:
        return record

    def _unpack_records(self) -> Iterator[Any]:
        try:
            yield from super()._unpack_records()
        except UnicodeDecodeError:
            self._records = _Rest(self._records.data, self.next_fetch_offset)
            yield from super()._unpack_records()


class _Rest(_MemoryRecordsPy):  # type: ignore[misc]
    """The batches from the one on in which an offset is."""

    def __init__(self, data: bytes, offset: int) -> None:
        super().__init__(data)
        while self._next_slice is not None and _AnyNameBatch(self._next_slice).next_offset <= offset:
            self._cache_next()

    def next_batch(self) -> Any:
        data = self._next_slice
        batch = super().next_batch()
        # Older formats, as old logs have them, have no headers.
        return _AnyNameBatch(data) if data is not None and data[self.MAGIC_OFFSET] >= HEADERS_SINCE else batch


class _AnyNameBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    """A batch whose records have headers of any name."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Bytes(self._buffer)


class _Bytes(bytearray):
    """Bytes that can be decoded whatever they are."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Bytes(found) if isinstance(at, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)
