"""A store in memory that a test feeds, whose readers can be told that it is away."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import orjson

from schemas.kpi import dims_of
from streams.serving.store import Changes, GoneError, Point, RepPlace, Standing, StoreAwayError, StoreStatus
from tests.streams.cli.records import alert_record, kpi_record


class FedStore:
    """The port, as a dict."""

    def __init__(self) -> None:
        self.kpis: dict[str, dict[str, bytes]] = {}
        self.told: dict[str, bytes] = {}
        self.reps: dict[str, RepPlace] = {}
        self.history: dict[str, list[Point]] = {}
        self.at = StoreStatus(filled=True, as_of_ms=None, written_ms=None)
        self.away: str | None = None
        self.reads = 0
        self._kept: deque[Changes] = deque(maxlen=1000)
        self._number = 0
        self._news = asyncio.Condition()

    # What a test does.

    async def put(
        self,
        kpi: str,
        value: float | None,
        window: str = "rolling_24h",
        period: str | None = None,
        **dims: str | None,
    ) -> str:
        """Publish a record; return its key."""
        key, record = kpi_record(kpi, value, window, period, **dims)
        await self.change([(key, orjson.dumps(record))])
        return key

    async def alert(self, state: str = "firing", id: str = "a", **fields: Any) -> None:
        """Publish an alert."""
        await self.change([], [(id, orjson.dumps(alert_record(state, id, **fields)))])

    async def change(
        self, kpis: Sequence[tuple[str, bytes | None]], alerts: Sequence[tuple[str, bytes | None]] = ()
    ) -> None:
        """Publish a batch of changes."""
        for key, record in kpis:
            bucket, _, text = key.rpartition("|")
            records = self.kpis.setdefault(bucket, {})
            if record is None:
                records.pop(text, None)
            else:
                records[text] = record
        for id, record in alerts:
            if record is None:
                self.told.pop(id, None)
            else:
                self.told[id] = record
        async with self._news:
            self._number += 1
            self._kept.append(Changes(f"{self._number}-0", [*kpis], [*alerts]))
            self._news.notify_all()

    async def go_away(self, why: str = "it was told to go") -> None:
        """Let every read fail, also those that wait."""
        self.away = why
        async with self._news:
            self._news.notify_all()

    # The port.

    async def periods(self, kpi: str, window: str) -> Sequence[str]:
        self._here()
        prefix = f"{kpi}|{window}:"
        return sorted(bucket.removeprefix(prefix) for bucket in self.kpis if bucket.startswith(prefix))

    async def records(self, bucket: str, dims: Sequence[str] | None = None) -> Mapping[str, bytes]:
        self._here()
        self.reads += 1
        found = self.kpis.get(bucket, {})
        return {text: found[text] for text in (found if dims is None else dims) if text in found}

    async def leaderboard(
        self, bucket: str, *, descending: bool = True, top: int | None = None
    ) -> Sequence[Standing]:
        self._here()
        values = [
            (dims["rep"], orjson.loads(record)["value"])
            for text, record in self.kpis.get(bucket, {}).items()
            if list(dims := dims_of(text)) == ["rep"]
        ]
        values = [(rep or "", value) for rep, value in values if value is not None]
        values.sort(key=lambda one: (-one[1] if descending else one[1], one[0]))
        ranks: dict[float, int] = {}
        for place, (_, value) in enumerate(values, 1):
            ranks.setdefault(value, place)
        return [Standing(rep, value, ranks[value]) for rep, value in values][:top]

    async def series(self, keys: Sequence[str]) -> Sequence[Sequence[Point]]:
        self._here()
        return [self.history.get(key, []) for key in keys]

    async def alerts(self) -> Mapping[str, bytes]:
        self._here()
        return self.told

    async def directory(self) -> Mapping[str, RepPlace]:
        self._here()
        return dict(self.reps)

    async def status(self) -> StoreStatus:
        self._here()
        return self.at

    async def changes(self, after: str | None = None) -> AsyncGenerator[Changes, None]:
        self._here()
        at = self._number if after is None else int(after.partition("-")[0])
        if self._kept and at < int(self._kept[0].id.partition("-")[0]) - 1:
            raise GoneError(after)
        yield Changes(f"{at}-0", [], [])
        while True:
            async with self._news:
                await self._news.wait_for(lambda at=at: self._number > at or self.away is not None)  # type: ignore[misc]
            self._here()
            for one in [one for one in self._kept if int(one.id.partition("-")[0]) > at]:
                yield one
            at = self._number

    def _here(self) -> None:
        if self.away is not None:
            raise StoreAwayError(self.away)
