"""Stand-ins for what the shell works with: records, a processor that keeps a journal, a producer."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka.errors import KafkaError

from processors.partition import PartitionProcessor, Record, Send, StateItem
from streams.owning.holdings import Holding, Holdings
from streams.topics import Topic
from streams.topology import Stage

PARTITIONS = 8
"""Of a stage's topic."""


@dataclass(frozen=True)
class FakeRecord:
    """A consumed record."""

    offset: int
    value: bytes | None = b""
    key: bytes | None = None
    timestamp: int = 0
    headers: Sequence[tuple[str, bytes]] = ()


def records(*offsets: int) -> list[Record]:
    """Return records with these offsets."""
    return [FakeRecord(offset) for offset in offsets]


@dataclass
class FakeProcessor:
    """Notes each call; publishes, per slice, one record to `out` with the last offset, if so asked."""

    journal: list[Any] = field(default_factory=list)
    cut: int = -1
    sends: bool = False
    groups: int = 2
    written_cut: int = -1
    due: list[list[Send]] = field(default_factory=list)
    """What the next ticks return."""
    due_live: list[list[Send]] = field(default_factory=list)
    """Likewise the next live ones."""
    due_settled: list[list[Send]] | None = None
    """Likewise those of what is settled; None: what whole ones do."""
    stats: Mapping[str, int] = field(default_factory=dict)

    def restore(self, items: Iterable[StateItem]) -> None:
        self.journal.append(("restore", list(items)))

    def restored(self) -> None:
        self.journal.append("restored")

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        self.cut = records[-1].offset
        self.journal.append(("process", [record.offset for record in records]))
        return [Send("out", 0, b"k", b"%d" % self.cut)] if self.sends else []

    def skip_to(self, offset: int) -> None:
        self.journal.append(("skip_to", offset))
        self.cut = offset - 1

    def snapshot(self) -> list[list[StateItem]]:
        self.journal.append(("snapshot", self.cut))
        if self.cut == self.written_cut:
            return []
        self.written_cut = self.cut
        groups: list[list[StateItem]] = [[(b"group-%d" % number, b"")] for number in range(self.groups - 1)]
        return [*groups, [(b"cut", b"%d" % self.cut)]]

    def tick(self, now_us: int) -> list[Send]:
        return self.due.pop(0) if self.due else []

    def tick_live(self, now_us: int) -> list[Send]:
        return self.due_live.pop(0) if self.due_live else []

    def tick_settled(self, now_us: int) -> list[Send]:
        if self.due_settled is None:
            return self.tick(now_us)
        return self.due_settled.pop(0) if self.due_settled else []


def fake_stage(
    processor: Callable[[int], PartitionProcessor], name: str = "toy", state: bool = True
) -> Stage:
    """Return a stage on a topic of its own name."""
    return Stage(
        name, Topic(f"{name}-source", PARTITIONS, {}, {}), processor, f"{name}-changelog" if state else None
    )


def held(processor: FakeProcessor, name: str = "toy", partition: int = 0) -> tuple[Holdings, Holding]:
    """Return holdings with one partition, restored, with this processor."""
    holdings = Holdings([fake_stage(lambda _: processor, name)])
    holding = holdings.take(f"{name}-source", partition)
    settle(holding)
    return holdings, holding


def settle(holding: Holding) -> None:
    """Make a holding usable, as a finished restore does."""
    holding.restored = True
    holding.settled.set()


class FakeBatch:
    """As aiokafka's BatchBuilder, for so many records."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.records: list[tuple[Any, Any, Any]] = []
        self.closed = False

    def append(self, *, key: Any, value: Any, timestamp: Any, headers: Any) -> object | None:
        if len(self.records) >= self._room:
            self.closed = True
            return None
        self.records.append((key, value, headers))
        return object()

    def record_count(self) -> int:
        return len(self.records)

    def close(self) -> None:
        self.closed = True


class FakeProducer:
    """As aiokafka's producer: keeps what was sent in order; acknowledges by itself, or when told."""

    def __init__(self, room: int = 2, partitions: int = 4, automatic: bool = True) -> None:
        self._room = room
        self._partitions = partitions
        self._automatic = automatic
        self.sent: list[tuple[str, int, FakeBatch]] = []
        self.open: list[asyncio.Future[None]] = []
        self.lookups = 0

    def create_batch(self) -> FakeBatch:
        return FakeBatch(self._room)

    async def send_batch(self, batch: FakeBatch, topic: str, *, partition: int) -> asyncio.Future[None]:
        assert batch.closed, "an open batch would wait for more records"
        self.sent.append((topic, partition, batch))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._automatic:
            future.set_result(None)
        else:
            self.open.append(future)
        return future

    async def partitions_for(self, topic: str) -> set[int]:
        self.lookups += 1
        return set(range(self._partitions))

    def acknowledge(self, error: KafkaError | None = None) -> None:
        """Answer the oldest batch that is not yet answered."""
        future = self.open.pop(0)
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


async def turns(count: int = 20) -> None:
    """Let the event loop turn a few times."""
    for _ in range(count):
        await asyncio.sleep(0)
