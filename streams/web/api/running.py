"""The hub at work: reads the store's changes, sends rounds, says every two seconds how things are."""

import asyncio
from contextlib import aclosing
from typing import Any, Final

import structlog

from processors.publishing.records import rfc3339
from processors.serving.freshness import State, state_of
from streams.clock import now_us
from streams.serving.store import GoneError, Store, StoreAwayError
from streams.web.api.directory import Directory
from streams.web.api.hub import Hub
from streams.web.api.snapshots import Snapshots

log = structlog.get_logger(__name__)

HEARTBEAT_S: Final = 2.0
"""A reader who hears nothing for longer may say that the connection is lost."""
STATUS_TIMEOUT_S: Final = 1.0
"""A store that says nothing for so long is as good as away."""
LATE_TURNS: Final = 10
"""While hundreds of clients join, this process comes late to an answer that is there: so many more turns of its loop it
looks for it. Where there is nothing else to do they take no time."""
RETRY_S: Final = 0.5


class Running:
    """Keeps the hub going until it is cancelled."""

    def __init__(self, hub: Hub, store: Store, directory: Directory) -> None:
        self._hub = hub
        self._store = store
        self._directory = directory
        self._snapshots = Snapshots(hub, store, directory)

    async def run(self) -> None:
        """Run for ever."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read())
                group.create_task(self._rounds())
                group.create_task(self._beat())
        finally:
            await self._snapshots.close()

    async def _read(self) -> None:
        hub = self._hub
        while True:
            try:
                async with aclosing(self._store.changes(hub.id)) as batches:
                    async for changes in batches:
                        if hub.id is None:
                            # What changed between an earlier snapshot and this first look would be missed.
                            hub.reset_all()
                        hub.take(changes)
            except GoneError:
                log.warning("serve_changes_gone", after=hub.id)
                hub.id = None
                hub.reset_all()
            except StoreAwayError as error:
                if hub.state != "away":
                    log.warning("serve_store_away", error=str(error))
                    hub.status("away", status_document("away", None))
                await asyncio.sleep(RETRY_S)

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(self._hub.round_s)
            self._hub.flush()

    async def _beat(self) -> None:
        while True:
            await self.beat()
            await asyncio.sleep(HEARTBEAT_S)

    async def beat(self) -> None:
        """Say how things are, and do what waits for the time or the store."""
        state, as_of_ms = await status_of(self._store)
        self._hub.status(state, status_document(state, as_of_ms))
        self._hub.move_on()
        if state == "away":
            return
        await self._look_at_directory()
        self._snapshots.retry()

    async def _look_at_directory(self) -> None:
        if all(question.viewer.sees_all for question in self._hub.feeds):
            return
        try:
            async with asyncio.timeout(STATUS_TIMEOUT_S):
                await self._directory.places()
        except (StoreAwayError, TimeoutError):
            return
        self._hub.regroup()


async def status_of(store: Store) -> tuple[State, int | None]:
    """Return the store's state in a word, and when its newest record was made."""
    asking = asyncio.create_task(store.status())
    try:
        await asyncio.wait([asking], timeout=STATUS_TIMEOUT_S)
        for _ in range(LATE_TURNS):
            if not asking.done():
                await asyncio.sleep(0)
        if not asking.done():
            return "away", None
        status = asking.result()
    except StoreAwayError:
        return "away", None
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    return state_of(status.filled, status.written_ms, now_us() // 1000), status.as_of_ms


def status_document(state: State, as_of_ms: int | None) -> dict[str, Any]:
    """Return what readers are told of it."""
    as_of = None if as_of_ms is None else rfc3339(as_of_ms * 1000)
    return {"state": state, "as_of": as_of, "now": rfc3339(now_us())}
