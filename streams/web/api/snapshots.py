"""Snapshots of feeds: read from the store once for all clients that wait."""

import asyncio
from functools import partial

import structlog

from processors.serving.viewing import TeamOf
from schemas.kpi import dims_of
from streams.serving.store import Store, StoreAwayError
from streams.web.api import sse
from streams.web.api.directory import Directory
from streams.web.api.feed import Feed, Snapshot
from streams.web.api.hub import Hub

log = structlog.get_logger(__name__)


class Snapshots:
    """Reads snapshots in the background, one at a time for each feed."""

    def __init__(self, hub: Hub, store: Store, directory: Directory) -> None:
        self._hub = hub
        self._store = store
        self._directory = directory
        self._reading: dict[Feed, asyncio.Task[None]] = {}
        hub.wants_snapshot = self.want

    def want(self, feed: Feed) -> None:
        """Read a snapshot of a feed for the clients that wait for one."""
        reading = self._reading.get(feed)
        # One that is done looks for no more clients, though nobody has been told yet that it is.
        if reading is None or reading.done():
            task = asyncio.get_running_loop().create_task(self._read(feed))
            self._reading[feed] = task
            task.add_done_callback(partial(self._done, feed))

    def _done(self, feed: Feed, task: asyncio.Task[None]) -> None:
        if self._reading.get(feed) is task:
            del self._reading[feed]
        if not task.cancelled() and task.exception() is not None:
            log.error("serve_snapshot_failed", exc_info=task.exception())

    def retry(self) -> None:
        """Read again what could not be read."""
        for feed in self._hub.feeds.values():
            if any(client.waits_for_snapshot for client in feed.clients):
                self.want(feed)

    async def read(self) -> None:
        """Wait until those under way are read."""
        await asyncio.gather(*self._reading.values())

    async def close(self) -> None:
        """Stop reading."""
        tasks = [*self._reading.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, feed: Feed) -> None:
        while waiting := [client for client in feed.clients if client.waits_for_snapshot]:
            for client in waiting:
                client.hold()  # what is held is older than what is read now
            feed.begin_reading()
            epoch, version, id = feed.epoch, feed.version, self._hub.id
            try:
                team_of = await self._directory.for_viewer(feed.question.viewer)
                records = await self._records(feed, team_of)
                alerts = await self._alerts(feed, team_of)
            except StoreAwayError:
                return  # tried again with the next status
            if feed.epoch != epoch:
                continue  # it was reset meanwhile: another period, another directory
            feed.snapshot = Snapshot(records, alerts, id)
            for client in waiting:
                if client.waits_for_snapshot:
                    self._hub.give(feed, client)
            if feed.version != version:
                feed.snapshot = None  # for these clients what changed meanwhile comes after it

    async def _records(self, feed: Feed, team_of: TeamOf) -> bytes:
        viewer, found = feed.question.viewer, dict[str, bytes]()
        for wanted in feed.wanted:
            dims = None if wanted.exactly is None else [wanted.exactly]
            for text, record in (await self._store.records(wanted.bucket, dims)).items():
                if wanted.exactly is None and not wanted.selector.takes(text):
                    continue
                if viewer.sees(dims_of(text), team_of):
                    found[f"{wanted.bucket}|{text}"] = record
        return sse.array(found.values())

    async def _alerts(self, feed: Feed, team_of: TeamOf) -> bytes:
        if not feed.question.alerts:
            return b"[]"
        return feed.read_alerts(await self._store.alerts(), team_of)
