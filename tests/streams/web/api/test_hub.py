"""The hub: who is told what, in which order, without a connection and without waiting."""

import asyncio

import pytest

from streams.serving.store import Changes, RepPlace
from streams.web.api.limits import Limits
from streams.web.api.problems import ProblemError, ProblemType
from tests.streams.web.api.hub_floor import NORTH, Floor
from tests.streams.web.api.listening import Listener, values
from tests.streams.web.api.serving import NOON_US, floor, serving

DAY_US = 86_400_000_000


async def test_a_snapshot_then_what_changes() -> None:
    """Only what was asked for; with the id to go on after."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        one = await house.listen("calls|rolling_24h|rep", "won_revenue|month|")
        (snapshot,) = await one.events()
        assert (snapshot.name, snapshot.id) == ("snapshot", house.hub.id)
        assert values(snapshot) == {"ann": 40, "bob": 20, "cem": 40, "dee": None, "": 1000}
        assert snapshot.data["status"]["state"] == "filling"

        await served.store.put("calls", 41, rep="ann")
        await served.store.put("calls", 101)
        await served.store.change([("calls|rolling_24h|rep=dee", None)])
        house.take()
        house.hub.flush()
        (kpis,) = await one.events()
        assert (kpis.name, kpis.id) == ("kpis", house.hub.id)
        assert values(kpis) == {"ann": 41, "calls|rolling_24h|rep=dee": "gone"}
        house.hub.flush()
        assert await one.events() == []


async def test_one_question_is_read_and_written_once() -> None:
    """A thousand screens with the same board are one feed, and their snapshot one read of the store."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        many = [Listener(house.hub, "calls|rolling_24h|rep") for _ in range(50)]
        await house.settle()
        assert (len(house.hub.feeds), served.store.reads) == (1, 1)
        later = await house.listen("calls|rolling_24h|rep")
        assert served.store.reads == 1
        assert [one.name for one in await later.events()] == ["snapshot"]

        await served.store.put("calls", 41, rep="ann")
        house.take()
        house.hub.flush()
        queues = [one.client._queue[-1] for one in many]
        assert all(message is queues[0] for message in queues)
        for one in (*many, later):
            one.leave()
        assert (house.hub.feeds, house.hub.clients) == ({}, 0)


async def test_what_changes_while_a_snapshot_is_read_comes_after_it() -> None:
    """And the snapshot is not given to the next as if it were new."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        one = Listener(house.hub, "calls|rolling_24h|rep")
        await asyncio.sleep(0)
        await served.store.put("calls", 99, rep="ann")
        house.take()
        house.hub.flush()
        await house.settle()
        events = await one.events()
        assert events[0].name == "snapshot"
        latest: dict[str, object] = {}
        for event in events:
            latest |= values(event)
        assert latest["ann"] == 99


async def test_at_midnight_another_day_runs() -> None:
    """Its clients get a snapshot of the new one, though it has no records yet; others are left alone."""
    async with serving() as served:
        house = Floor(served)
        await served.store.put("calls", 7, "day", "2026-11-21")
        house.take()
        today, rolling = await house.listen("calls|day|"), await house.listen("calls|rolling_24h|")
        assert values((await today.events())[0]) == {"": 7}
        await rolling.events()
        served.now_us = NOON_US + DAY_US // 2 - 1
        house.hub.move_on()
        await house.settle()
        assert await today.events() == []

        served.now_us += 1
        house.hub.move_on()
        await house.settle()
        (event,) = await today.events()
        assert (event.name, event.data["records"]) == ("snapshot", [])
        await served.store.put("calls", 1, "day", "2026-11-22")
        await served.store.put("calls", 8, "day", "2026-11-21")
        house.take()
        house.hub.flush()
        assert [values(event) for event in await today.events()] == [{"": 1}]
        assert await rolling.events() == []


async def test_a_clock_that_is_set_back_brings_the_day_back() -> None:
    """Nobody looks at a day that has not begun until it is over."""
    async with serving() as served:
        house = Floor(served)
        await served.store.put("calls", 7, "day", "2026-11-21")
        house.take()
        served.now_us = NOON_US + 30 * DAY_US
        today, rolling = await house.listen("calls|day|"), await house.listen("calls|rolling_24h|")
        assert values((await today.events())[0]) == {}
        await rolling.events()

        served.now_us = NOON_US
        house.hub.move_on()
        await house.settle()
        assert [values(event) for event in await today.events()] == [{"": 7}]
        house.hub.move_on()
        await house.settle()
        assert await today.events() == await rolling.events() == []


async def test_a_slow_client_is_told_good_bye_and_hurts_nobody() -> None:
    """It is counted; the other goes on."""
    limits = Limits(queue_messages_max=5)
    async with serving(limits=limits) as served:
        house = Floor(served)
        slow, quick = await house.listen("calls|rolling_24h|"), await house.listen("calls|rolling_24h|")
        await slow.events()
        for value in range(10):
            await served.store.put("calls", value)
            house.take()
            house.hub.flush()
            assert values((await quick.events())[-1]) == {"": value}
        assert [(event.name, event.data) for event in await slow.events()] == [
            ("bye", {"reason": "too_slow"})
        ]
        slow.leave()
        assert house.hub.dropped == {"too_slow": 1}
        assert quick.client.reason is None


async def test_who_has_just_joined_is_not_slow() -> None:
    """However large its snapshot is: nothing was taken yet, and small messages wait before and after it."""
    limits = Limits(queue_bytes_max=700)
    async with serving(limits=limits) as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        first = await house.listen("calls|rolling_24h|rep")
        second = Listener(house.hub, "calls|rolling_24h|rep")  # its snapshot is there already
        house.hub.status("fresh", {"state": "fresh"})
        await served.store.put("calls", 41, rep="ann")
        house.take()
        house.hub.flush()
        for one in (first, second):
            assert len(one.client._queue[2]) > limits.queue_bytes_max
            events = await one.events("status", "snapshot", "kpis", "bye")
            assert [event.name for event in events] == ["status", "snapshot", "status", "kpis"]


async def test_streams_are_limited_in_all_and_for_each_token() -> None:
    """Who is over is told so, and a place that gets free is given."""
    limits = Limits(streams_max=3, streams_per_token_max=2)
    async with serving(limits=limits) as served:
        house = Floor(served)
        mine = [Listener(house.hub, "calls|day|", who="a") for _ in range(2)]
        with pytest.raises(ProblemError, match="of a are taken"):
            Listener(house.hub, "calls|day|", who="a")
        Listener(house.hub, "calls|day|", who="b")
        with pytest.raises(ProblemError, match="of this server are taken") as full:
            Listener(house.hub, "calls|day|", who="c")
        assert (full.value.type, full.value.headers) == (ProblemType.TOO_MANY_STREAMS, {"Retry-After": "10"})
        mine[0].leave()
        Listener(house.hub, "calls|day|", who="c")
        assert house.hub.round_s == 0.1


async def test_restricted_clients_follow_their_reps() -> None:
    """Only own ones; when the directory says otherwise, everything is told anew."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        one = await house.listen("calls|rolling_24h|rep", "calls|rolling_24h|", alerts=True, viewer=NORTH)
        assert values((await one.events())[0]) == {"ann": 40, "bob": 20}
        await house.running.beat()
        await house.settle()
        await one.events()
        await served.store.put("calls", 50, rep="cem")
        await served.store.put("calls", 51, rep="ann")
        await served.store.alert(id="s", dims={"team": "south"})
        house.take()
        house.hub.flush()
        assert [values(event) for event in await one.events()] == [{"ann": 51}]

        served.store.reps |= {"cem": RepPlace("north", True), "ann": RepPlace("south", True)}
        served.app.state.context.directory._read_s = float("-inf")
        await house.running.beat()
        await house.settle()
        assert values((await one.events())[0]) == {"bob": 20, "cem": 50}


async def test_the_end_of_the_server() -> None:
    """Everybody is told, and nobody let in."""
    async with serving() as served:
        house = Floor(served)
        one = await house.listen("calls|day|")
        house.hub.close()
        assert [event.data for event in await one.events()] == [{"reason": "stopping"}]
        with pytest.raises(ProblemError) as refused:
            Listener(house.hub, "calls|day|")
        assert refused.value.type is ProblemType.STOPPING


async def test_changes_that_nobody_wants_cost_nothing() -> None:
    """They are kept for those that come back, and that is all."""
    async with serving() as served:
        house = Floor(served)
        one = await house.listen("calls|day|")
        await one.events()
        house.hub.take(Changes("1-0", [("deals_won|day:2026-11-21|", b"{}")], [("a", b"{}")]))
        house.hub.flush()
        assert await one.events() == []
