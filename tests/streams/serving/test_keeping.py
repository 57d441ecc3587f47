"""Keeping a store equal to its topics: what is done after an outage of either side."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from streams.kafka.readers import Change, ReadError
from streams.serving.content import Content
from streams.serving.feed import News
from streams.serving.keeping import BeginAgainError, keep
from streams.serving.memory import MemoryStore
from streams.serving.open_store import Unwatched
from streams.serving.store import StoreAwayError
from tests.streams.serving.filling import NOW_MS, HeldSource, kpi


class DoneError(Exception):
    """The scene is over."""


class Scene(MemoryStore, Unwatched):
    """A store that fails as told, on writes, and notes what it was told."""

    def __init__(self, *fates: BaseException | None) -> None:
        super().__init__()
        self.fates = list(fates)
        self.said: list[str] = []

    async def fill(self, content: Content) -> None:
        """Note it."""
        self.said.append(f"fill {len(content.kpis)}")
        if not self.fates:
            raise DoneError
        if (fate := self.fates.pop(0)) is not None:
            raise fate
        await super().fill(content)

    def kafka_away(self) -> None:
        """Note it."""
        self.said.append("kafka away")

    def store_away(self) -> None:
        """Note it."""
        self.said.append("store away")

    def level(self, filled: bool) -> None:
        """Note it."""
        self.said.append("level")


class Broken(HeldSource):
    """A source that ends with an error once it was read."""

    async def feed(self) -> AsyncGenerator[News, None]:
        """Give everything in two parts, then fail."""
        yield News(self.log[:1], None, 1, True, NOW_MS)
        yield News(self.log[1:], NOW_MS, 0, True, NOW_MS)
        raise ReadError("gone")

    async def past(self) -> AsyncGenerator[Sequence[Change], None]:
        """Fail."""
        raise ReadError("gone")
        yield ()


async def test_after_any_outage_everything_is_read_and_compared() -> None:
    """Nothing is filled before everything was read; what failed is told, and tried again."""
    scene = Scene(StoreAwayError(), BeginAgainError(), None)
    with pytest.raises(DoneError):
        await keep(Broken(kpi("calls", 1), kpi("calls", 2, rep="ann")), scene, scene, 0.0)

    assert scene.said == ["fill 2", "store away", "fill 2", "fill 2", "level", "kafka away", "fill 2"]
    assert (await scene.status()).filled
    assert scene.wants_past


async def test_what_nobody_foresaw_ends_it() -> None:
    """A fault of ours is not tried again and again in silence."""
    scene = Scene(ValueError())
    with pytest.raises(ValueError):
        await keep(HeldSource(), scene, scene)


async def test_the_past_is_taken_beside_what_comes() -> None:
    """Once; a store that has it is not told again."""
    source = HeldSource(kpi("calls", 3), history=[kpi("calls", 1, at_ms=NOW_MS - 7_200_000)])
    scene = Scene(None)
    running = asyncio.create_task(keep(source, scene, scene))
    async with asyncio.timeout(10):
        while scene.wants_past:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    (points,) = await scene.series(["calls|rolling_24h|"])

    assert points[-1] == (NOW_MS, 3)
