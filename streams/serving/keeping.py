"""Keeping a store equal to the topics: it is filled, then told of what comes, through outages of both sides."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Final, Protocol

import structlog

from streams.kafka.readers import Change, ReadError
from streams.process.cancellation import heed_cancellation
from streams.serving.content import Content, Fold
from streams.serving.feed import News, feed
from streams.serving.past import past
from streams.serving.store import StoreAwayError
from streams.settings import Settings

RETRY_S: Final = 0.5
RETRY_S_MAX: Final = 5.0

log = structlog.get_logger(__name__)


class BeginAgainError(RuntimeError):
    """What the store has is not what was written to it: it is to be filled anew; the message says why."""


class Target(Protocol):
    """A store as whoever fills it sees it. Every call may raise StoreAwayError or BeginAgainError."""

    @property
    def wants_past(self) -> bool:
        """Whether the short histories were lost, or never there."""
        ...

    async def begin(self) -> None:
        """Return when this one is to fill the store."""
        ...

    async def fill(self, content: Content) -> None:
        """Make it hold just this."""
        ...

    async def write(self, content: Content) -> None:
        """Take what changed."""
        ...

    async def beat(self, level_ms: int | None) -> None:
        """Note that everything published until then is written, and somebody published it; None: not so yet."""
        ...

    async def take_past(self, changes: Sequence[Change]) -> None:
        """Take records of the history into the short ones."""
        ...

    async def past_taken(self) -> None:
        """That was all of it."""
        ...


class Watch(Protocol):
    """Hears how it goes."""

    def heard(self, news: News, fold: Fold) -> None:
        """Something came from Kafka, perhaps nothing new."""
        ...

    def kafka_away(self) -> None:
        """Kafka can't be read."""
        ...

    def store_away(self) -> None:
        """The store can't be written."""
        ...

    def level(self, filled: bool) -> None:
        """The store has what was heard; `filled`: it was just filled whole."""
        ...


class Source(Protocol):
    """Where records come from."""

    def feed(self) -> AsyncGenerator[News, None]:
        """Yield all there is, and what comes. Raises ReadError."""
        ...

    def past(self) -> AsyncGenerator[Sequence[Change], None]:
        """Yield what the history has. Raises ReadError."""
        ...

    def fold(self) -> Fold:
        """Return what folds them."""
        ...


class Topics:
    """The topics of an installation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def feed(self) -> AsyncGenerator[News, None]:
        """Yield all records, and what comes."""
        return feed(self._settings)

    def past(self) -> AsyncGenerator[Sequence[Change], None]:
        """Yield the newest part of the history."""
        return past(self._settings)

    def fold(self) -> Fold:
        """Return what folds records of these topics."""
        return Fold(self._settings)


async def keep(source: Source, target: Target, watch: Watch, retry_s: float = RETRY_S) -> None:
    """Go on until cancelled; after an outage of either side begin again, each time later."""
    backoff = _Backoff(retry_s)
    while True:
        wait_s = retry_s
        try:
            await target.begin()
            await _follow(source, target, watch, backoff)
        except BeginAgainError as error:
            heed_cancellation()
            log.warning("store_is_filled_anew", why=str(error))
        except StoreAwayError as error:
            heed_cancellation()
            watch.store_away()
            wait_s = backoff.next_s()
            log.warning("store_is_away", error=str(error), again_in_s=wait_s)
        except ReadError as error:
            heed_cancellation()
            watch.kafka_away()
            wait_s = backoff.next_s()
            log.warning("topics_are_away", error=str(error), again_in_s=wait_s)
        await asyncio.sleep(wait_s)


async def _follow(source: Source, target: Target, watch: Watch, backoff: "_Backoff") -> None:
    filled = False
    fold = source.fold()
    async with AsyncExitStack() as stack:
        feed = await stack.enter_async_context(aclosing(source.feed()))
        async for news in feed:
            fold.take(news.changes)
            watch.heard(news, fold)
            if not filled and news.level_ms is None:
                await target.beat(None)
                continue
            if not filled:
                await target.fill(fold.drained_whole())
                if target.wants_past:
                    await stack.enter_async_context(_taking_past(source, target))
            elif news.changes:
                await target.write(fold.drained())
            await target.beat(news.current_ms)
            heed_cancellation()
            watch.level(filled=not filled)
            filled = True
            backoff.reset()


@asynccontextmanager
async def _taking_past(source: Source, target: Target) -> AsyncIterator[None]:
    task = asyncio.create_task(_take_past(source, target))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _take_past(source: Source, target: Target) -> None:
    """Fill the short histories beside all else; what goes wrong with the store is found there too, and handled."""
    try:
        async with aclosing(source.past()) as past:
            async for changes in past:
                await target.take_past(changes)
                heed_cancellation()
        await target.past_taken()
    except ReadError as error:
        log.warning("short_histories_stay_short", error=str(error))
    except (StoreAwayError, BeginAgainError):
        return
    except Exception:
        log.exception("short_histories_failed")


class _Backoff:
    def __init__(self, first_s: float) -> None:
        self._first_s = self._wait_s = first_s

    def reset(self) -> None:
        self._wait_s = self._first_s

    def next_s(self) -> float:
        wait_s, self._wait_s = self._wait_s, min(self._wait_s * 2, RETRY_S_MAX)
        return wait_s
