"""The hub at work on a store that comes and goes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from streams.clock import monotonic_s, now_us
from streams.serving.store import Changes, RepPlace, StoreStatus
from streams.web.api import running as module
from streams.web.api.running import Running
from tests.streams.web.api.hub_floor import NORTH
from tests.streams.web.api.listening import Event, Listener, values
from tests.streams.web.api.serving import Served, floor, serving


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heart that beats faster, so that the test need not wait."""
    monkeypatch.setattr(module, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(module, "RETRY_S", 0.02)
    monkeypatch.setattr(module, "STATUS_TIMEOUT_S", 0.05)


@asynccontextmanager
async def at_work() -> AsyncIterator[Served]:
    """Yield an application whose hub runs."""
    async with serving() as served:
        context = served.app.state.context
        task = asyncio.create_task(Running(context.hub, context.store, context.directory).run())
        try:
            yield served
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(one: Listener, wanted: Callable[[Event], bool], *names: str) -> list[Event]:
    """Read until an event comes; return all that were read."""
    seen: list[Event] = []
    deadline_s = monotonic_s() + 10
    while not any(map(wanted, seen)):
        assert monotonic_s() < deadline_s, seen
        seen += await one.events(*names)
        await asyncio.sleep(0.01)
    return seen


async def test_what_the_store_says_reaches_the_client() -> None:
    """By itself, round by round."""
    async with at_work() as served:
        await floor(served.store)
        one = Listener(served.hub, "calls|rolling_24h|")
        await until(one, lambda event: event.name == "snapshot")
        await served.store.put("calls", 123)
        await until(one, lambda event: event.name in ("kpis", "snapshot") and values(event) == {"": 123})


async def test_the_heart_beats_whatever_happens() -> None:
    """Live while the store is level, stale when nobody says so any more, away when it can't be read."""
    async with at_work() as served:
        one = Listener(served.hub, "calls|rolling_24h|")
        states = iter(("live", "stale", "filling"))
        now_ms = now_us() // 1000
        for status in (
            StoreStatus(True, 1_795_262_400_000, now_ms + 60_000), StoreStatus(True, None, 0), StoreStatus(False, None, None)
        ):  # fmt: skip
            served.store.at = status
            state = next(states)
            events = await until(one, lambda event, state=state: event.data["state"] == state, "status")  # type: ignore[misc]
            if state == "live":
                assert events[-1].data["as_of"] == "2026-11-21T12:00:00Z"
                assert events[-1].id is None
        assert served.hub.state == "filling"


async def test_a_store_that_goes_and_comes() -> None:
    """Clients stay, are told, and get what changed meanwhile; new ones wait for their snapshot."""
    async with at_work() as served:
        await floor(served.store)
        one = Listener(served.hub, "calls|rolling_24h|")
        await until(one, lambda event: event.name == "snapshot")
        await served.store.go_away()
        await until(one, lambda event: event.data["state"] == "away", "status")
        assert (await served.get("/kpis")).status_code == 503
        assert (await served.http.get("/readyz")).status_code == 503
        late = Listener(served.hub, "calls|rolling_24h|rep")
        await until(late, lambda event: event.data["state"] == "away", "status")
        await served.store.put("calls", 321)

        served.store.away = None
        await until(one, lambda event: event.name in ("kpis", "snapshot") and values(event) == {"": 321})
        await until(late, lambda event: event.name == "snapshot")


async def test_changes_that_are_not_kept_mean_a_snapshot() -> None:
    """As after a store that was emptied."""
    async with at_work() as served:
        await floor(served.store)
        await served.store.put("calls", 1)
        one = Listener(served.hub, "calls|rolling_24h|")
        await until(one, lambda event: event.name == "snapshot")
        await served.store.put("calls", 2)
        await until(one, lambda event: values(event) == {"": 2})
        await served.store.go_away()
        await until(one, lambda event: event.data["state"] == "away", "status")
        for value in range(3):
            await served.store.put("calls", value + 10)
        served.store._kept.popleft()
        while served.store._kept[0].id != f"{served.store._number}-0":
            served.store._kept.popleft()

        served.store.away = None
        await until(one, lambda event: event.name == "snapshot" and values(event) == {"": 12})


async def test_an_answer_that_is_there_is_heard_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is busy for longer than the store may be silent finds the answer some turns of its loop later."""
    async with serving() as served:
        monkeypatch.setattr(module, "STATUS_TIMEOUT_S", 0)
        answer = served.store.status

        async def some_turns_later() -> StoreStatus:
            for _ in range(4):
                await asyncio.sleep(0)
            return await answer()

        monkeypatch.setattr(served.store, "status", some_turns_later)
        state, _ = await module.status_of(served.store)
        assert state != "away"


async def test_a_store_that_hangs_is_as_good_as_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart does not wait for it."""
    async with at_work() as served:
        one = Listener(served.hub, "calls|rolling_24h|")

        async def never() -> StoreStatus:
            await asyncio.Event().wait()
            raise AssertionError

        monkeypatch.setattr(served.store, "status", never)
        await until(one, lambda event: event.data["state"] == "away", "status")


async def test_what_changes_before_the_first_look_at_the_changes_is_not_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A snapshot that was read before it does not count: there is another one after."""
    async with serving() as served:
        await floor(served.store)
        looks, look = served.store.changes, asyncio.Event()

        async def changes(after: str | None = None) -> AsyncGenerator[Changes, None]:
            await look.wait()
            async for batch in looks(after):
                yield batch

        monkeypatch.setattr(served.store, "changes", changes)
        context = served.app.state.context
        task = asyncio.create_task(Running(context.hub, context.store, context.directory).run())
        one = Listener(served.hub, "calls|rolling_24h|")
        await until(one, lambda event: event.name == "snapshot")
        await until(one, lambda event: event.data["state"] == "stale", "status")
        await until(one, lambda event: event.data["state"] == "stale", "status")
        await served.store.put("calls", 101)
        look.set()
        await until(one, lambda event: event.name == "snapshot" and values(event) == {"": 101})
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_directory_that_hangs_does_not_stop_the_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for between two beats when restricted viewers listen."""
    async with at_work() as served:
        await floor(served.store)
        one = Listener(served.hub, "calls|rolling_24h|rep", viewer=NORTH)
        await until(one, lambda event: event.name == "snapshot")

        async def never() -> Mapping[str, RepPlace]:
            await asyncio.Event().wait()
            raise AssertionError

        monkeypatch.setattr(served.store, "directory", never)
        served.app.state.context.directory._read_s = float("-inf")
        for _ in range(3):
            await until(one, lambda event: event.name == "status", "status")


async def test_a_restricted_client_is_told_everything_once() -> None:
    """The directory that was read to let it in is no other one at the next beat; one that changes later is."""
    async with at_work() as served:
        await floor(served.store)
        first = Listener(served.hub, "calls|rolling_24h|")
        await until(first, lambda event: event.name == "snapshot")
        directory = served.app.state.context.directory
        await directory.places()
        one = Listener(served.hub, "calls|rolling_24h|rep", viewer=NORTH)
        seen = await until(one, lambda event: event.name == "snapshot")
        for _ in range(3):
            seen += await until(one, lambda event: event.name == "status", "status", "snapshot")
        assert [event.name for event in seen].count("snapshot") == 1

        served.store.reps["cem"] = RepPlace("north", True)
        directory._read_s = float("-inf")
        again = await until(one, lambda event: event.name == "snapshot")
        assert "cem" in values(again[-1])
