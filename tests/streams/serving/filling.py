"""Filling stores without Kafka: records by hand, and a source that a test holds in its hand."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from streams.kafka.readers import Change
from streams.serving.content import Content, Fold
from streams.serving.feed import News
from streams.settings import Settings
from tests.streams.cli.records import alert_record, kpi_record

SETTINGS = Settings()
NOW_MS = 1_795_251_790_000
MINUTE_MS = 60_000


def kpi(name: str, value: float | None, *args: Any, at_ms: int = NOW_MS, **dims: str | None) -> Change:
    """Return a record of a KPI as its topic has it, made at that time."""
    key, record = kpi_record(name, value, *args, **dims)
    as_of = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat().replace("+00:00", "Z")
    return Change("crm.kpis", 0, key, orjson.dumps(record | {"as_of": as_of, "revision": at_ms}), at_ms)


def gone(change: Change) -> Change:
    """Return the tombstone of its key."""
    return change._replace(value=None)


def alert(id_: str, state: str = "firing") -> Change:
    """Return a record of an alert."""
    return Change("crm.alerts", 0, id_, orjson.dumps(alert_record(state, id_)), NOW_MS)


def rep(name: str, team: str, *, active: bool = True, number: int = 0) -> Change:
    """Return an update of the directory; those with higher numbers are later."""
    event = {
        "specversion": "1.0", "source": "hr", "id": f"{name}-{number}", "type": "crm.rep.updated",
        "time": f"2026-11-20T09:{number:02d}:00Z", "data": {"rep": name, "team": team, "active": active},
    }  # fmt: skip
    return Change("crm.directory", 0, name, orjson.dumps(event), NOW_MS)


def content(*changes: Change, whole: bool = False) -> Content:
    """Return what the records come to."""
    fold = Fold(SETTINGS)
    fold.take(changes)
    return fold.drained_whole() if whole else fold.drained()


class HeldSource:
    """Topics in memory: what is appended comes; every feed begins at the beginning."""

    def __init__(self, *changes: Change, history: Sequence[Change] = ()) -> None:
        self.log = list(changes)
        self.history = history
        self.feeds = 0
        self._news = asyncio.Event()

    def append(self, *changes: Change) -> None:
        """Publish records."""
        self.log += changes
        self._news.set()

    async def feed(self) -> AsyncGenerator[News, None]:
        """Yield what there is, and what comes."""
        self.feeds += 1
        read = 0
        while True:
            self._news.clear()
            changes = self.log[read:]
            read += len(changes)
            yield News(changes, NOW_MS + read, 0, True, NOW_MS + read)
            try:
                async with asyncio.timeout(0.05):
                    await self._news.wait()
            except TimeoutError:
                pass

    async def past(self) -> AsyncGenerator[Sequence[Change], None]:
        """Yield the history."""
        yield self.history

    def fold(self) -> Fold:
        """Return what folds."""
        return Fold(SETTINGS)
