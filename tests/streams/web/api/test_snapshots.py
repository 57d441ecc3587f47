"""Snapshots that can't be read, or are void before they are."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from streams.serving.store import StoreAwayError
from streams.web.api.client import Client
from streams.web.api.feed import Feed
from streams.web.api.snapshots import Snapshots
from tests.streams.web.api.hub_floor import NORTH, Floor
from tests.streams.web.api.listening import Listener, values
from tests.streams.web.api.serving import NOON_US, floor, serving


async def settle() -> None:
    """Let what was started go on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_that_can_not_be_read_is_read_later() -> None:
    """The client waits for it, and hears nothing else before."""
    async with serving() as served:
        context = served.app.state.context
        snapshots = Snapshots(served.hub, served.store, context.directory)
        await served.store.put("calls", 5)
        served.store.away = "for a test"
        one = Listener(served.hub, "calls|rolling_24h|")
        await settle()
        assert await one.events() == []

        served.store.away = None
        snapshots.retry()
        await settle()
        assert [values(event) for event in await one.events()] == [{"": 5}]
        await snapshots.close()


async def test_who_comes_just_when_one_was_given_gets_one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is void by then, and whoever read it has looked for the last time."""
    async with serving() as served:
        snapshots = Snapshots(served.hub, served.store, served.app.state.context.directory)
        await served.store.put("calls", 5)
        give, late = served.hub.give, list[Listener]()

        def give_and_change(feed: Feed, client: Client) -> None:
            give(feed, client)
            feed.version += 1
            if not late:
                asyncio.get_running_loop().call_soon(
                    lambda: late.append(Listener(served.hub, "calls|rolling_24h|"))
                )

        monkeypatch.setattr(served.hub, "give", give_and_change)
        Listener(served.hub, "calls|rolling_24h|")
        await settle()

        assert [values(event) for event in await late[0].events()] == [{"": 5}]
        await snapshots.close()


async def test_clients_with_the_same_question_share_one() -> None:
    """A thousand copies of a board's would not fit; whoever comes later has the status of then in it."""
    async with serving() as served:
        snapshots = Snapshots(served.hub, served.store, served.app.state.context.directory)
        await served.store.put("calls", 5)
        clients = [Listener(served.hub, "calls|rolling_24h|").client for _ in range(2)]
        await settle()
        served.hub.status("stale", {"state": "stale"})
        later = Listener(served.hub, "calls|rolling_24h|").client

        first, second = (next(one for one in client._queue if b"snapshot" in one) for client in clients)
        assert first is second
        assert b'"state":"stale"' in next(one for one in later._queue if b"snapshot" in one)
        await snapshots.close()


async def test_one_that_is_void_before_it_is_read_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnight comes while the store is slow: the client gets the new day, and that only."""
    async with serving() as served:
        snapshots = Snapshots(served.hub, served.store, served.app.state.context.directory)
        await served.store.put("calls", 7, "day", "2026-11-21")
        await served.store.put("calls", 1, "day", "2026-11-22")
        slow, read = asyncio.Event(), served.store.records

        async def records(bucket: str, dims: Sequence[str] | None = None) -> Mapping[str, bytes]:
            found = await read(bucket, dims)
            await slow.wait()
            return found

        monkeypatch.setattr(served.store, "records", records)
        one = Listener(served.hub, "calls|day|")
        await settle()
        served.now_us = NOON_US + 43_200_000_000
        served.hub.move_on()
        slow.set()
        await settle()
        assert [values(event) for event in await one.events()] == [{"": 1}]
        await snapshots.close()


async def test_the_end_of_the_server_waits_for_no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is being read is given up."""
    async with serving() as served:
        snapshots = Snapshots(served.hub, served.store, served.app.state.context.directory)

        async def never(*_: object) -> Mapping[str, bytes]:
            await asyncio.Event().wait()
            raise StoreAwayError

        monkeypatch.setattr(served.store, "records", never)
        Listener(served.hub, "calls|day|")
        await asyncio.sleep(0)
        await snapshots.close()


async def test_an_alert_that_ends_while_the_snapshot_is_read_is_not_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A restricted viewer was not told of it yet, so it is not told that it is gone: an older reading must not show it."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        await served.store.alert(id="n", dims={"team": "north"})
        await served.store.alert(id="m", dims={"team": "north"})
        house.take()
        slow, read = asyncio.Event(), served.store.alerts

        async def alerts() -> Mapping[str, bytes]:
            found = {**await read()}
            await slow.wait()
            return found

        monkeypatch.setattr(served.store, "alerts", alerts)
        one = await house.listen(alerts=True, viewer=NORTH)
        await served.store.change([], [("n", None), ("m", None)])
        await served.store.alert(id="m", dims={"team": "north"})
        house.take()
        house.hub.flush()
        slow.set()
        await house.settle()

        shown: set[str] = set()
        for event in await one.events():
            shown |= {alert["id"] for alert in event.data["alerts"]}
            shown -= {*event.data.get("gone", ())}
        assert shown == {"m"}


async def test_an_alert_that_does_not_say_whose_it_is_is_nobodys() -> None:
    """Who sees everything sees it; for others it is not there, and nothing stands still for it."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        await served.store.change([], [("odd", b'{"id":"odd"}')])
        house.take()
        one = await house.listen(alerts=True, viewer=NORTH)
        boss = await house.listen(alerts=True)
        await served.store.change([], [("odd", b'{"id":"odd","dims":3}')])
        house.take()

        assert [event.data["alerts"] for event in await one.events()] == [[]]
        assert [event.data["alerts"] for event in await boss.events()] == [[{"id": "odd"}]]
