"""The one seam between the pure processors and the shell: a partition of a stage."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

StateItem = tuple[bytes, bytes | None]
"""A changelog record: key and value; a value of None is a tombstone."""


class Record(Protocol):
    """A consumed Kafka record, as far as the processors look at it."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int:
        """Append time, milliseconds since the epoch."""
        ...

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


class Stored(NamedTuple):
    """A record of a log that is no topic: of a file that is replayed, of facts made again, of an example."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


class Send(NamedTuple):
    """A record to be published. Its partition is given, or chosen from the key by Kafka's own partitioner."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class PartitionProcessor(Protocol):
    """State and behaviour of one partition of one stage.

    Pure: no I/O, no clock of its own, never awaited. The shell calls one method at a time and has
    published and seen acknowledged what `process` and `tick` returned before it calls the next; if it
    can't, the process ends and the partition is restored from its changelog. So a processor may take
    what it returned for durable.
    """

    @property
    def cut(self) -> int:
        """The source offset up to which the state is true; -1 when nothing was processed."""
        ...

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order; called as often as there are batches."""
        ...

    def restored(self) -> None:
        """The changelog is at its end: `cut` is set, `process` may follow."""
        ...

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        """Digest the records that follow `cut`, in order, and move `cut` to the last one."""
        ...

    def skip_to(self, offset: int) -> None:
        """Accept that the log has nothing before `offset` (retention, control records)."""
        ...

    def snapshot(self) -> list[list[StateItem]]:
        """Serialise what changed since the last snapshot, true at `cut`.

        The groups are written in order, each acknowledged before the next; the last one has the cut. Within a
        group no order is promised. Empty when nothing changed.
        """
        ...

    def tick(self, now_us: int) -> list[Send]:
        """Return what the clock moved and what is due to be published: at most a slice of it.

        Call again until it returns nothing.
        """
        ...

    def tick_live(self, now_us: int) -> list[Send]:
        """Likewise of what people look at as it happens, for calls more often than `tick` can be afforded.

        `tick` returns all that is due, this included; it and `process` may be called between two calls of this.
        """
        ...

    def tick_settled(self, now_us: int) -> list[Send]:
        """Likewise of what a backlog does not change again, for calls while one is worked off.

        What it does change again may wait for `tick`.
        """
        ...

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters since the start; names that end in `_now` are gauges."""
        ...


class OneTick(ABC):
    """The ticks of a processor to which all three are the same."""

    @abstractmethod
    def tick(self, now_us: int) -> list[Send]:
        """Return what is due; see `PartitionProcessor`."""
        ...

    def tick_live(self, now_us: int) -> list[Send]:
        """All that is due."""
        return self.tick(now_us)

    def tick_settled(self, now_us: int) -> list[Send]:
        """All that is due."""
        return self.tick(now_us)
