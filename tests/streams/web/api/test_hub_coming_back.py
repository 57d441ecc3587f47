"""Who lost its connection: goes on where it was and misses nothing, or begins anew."""

from streams.serving.store import RepPlace
from streams.web.api.limits import Limits
from tests.streams.web.api.hub_floor import NORTH, Floor
from tests.streams.web.api.listening import Listener, values
from tests.streams.web.api.serving import NOON_US, floor, serving

DAY_US = 86_400_000_000


async def test_who_comes_back_goes_on_where_it_was() -> None:
    """What it missed, once; nothing where it missed nothing; a snapshot where that is not known any more."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        last_id = house.hub.id
        await served.store.put("calls", 41, rep="ann")
        await served.store.put("calls", 42, rep="ann")
        await served.store.alert()
        house.take()

        back = await house.listen("calls|rolling_24h|rep", alerts=True, last_id=last_id)
        kpis, alerts = await back.events()
        assert (alerts.id, values(kpis), alerts.data["alerts"][0]["id"]) == (house.hub.id, {"ann": 42}, "a")
        level = await house.listen("calls|rolling_24h|rep", last_id=house.hub.id)
        assert [values(event) for event in await level.events()] == [{}]
        for unknown in ("no-such-id", "", "0-0"):
            stranger = await house.listen("calls|rolling_24h|rep", last_id=unknown)
            assert [event.name for event in await stranger.events()] == ["snapshot"]


async def test_who_missed_more_than_may_wait_begins_anew() -> None:
    """With a snapshot, which has room by itself and is shared by all with the same question."""
    async with serving(limits=Limits(queue_bytes_max=800)) as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        last_id = house.hub.id
        for rep in ("ann", "bob", "cem", "dee"):
            await served.store.put("calls", 50, rep=rep)
        house.take()

        back = await house.listen("calls|rolling_24h|rep", last_id=last_id)
        (snapshot,) = await back.events()
        assert (snapshot.name, values(snapshot)["dee"], back.client.reason) == ("snapshot", 50, None)


async def test_who_slept_over_midnight_does_not_go_on_with_yesterday() -> None:
    """The ids are kept, but they were of another day."""
    async with serving() as served:
        house = Floor(served)
        await served.store.put("calls", 7, "day", "2026-11-21")
        house.take()
        last_id = house.hub.id
        served.now_us = NOON_US + DAY_US
        back = await house.listen("calls|day|", last_id=last_id)
        assert [(event.name, event.data["records"]) for event in await back.events()] == [("snapshot", [])]


async def test_who_comes_back_after_a_clock_was_set_back_does_not_go_on_with_a_day_to_come() -> None:
    """The id is younger than the day that runs, and was of another."""
    async with serving() as served:
        house = Floor(served)
        served.now_us = NOON_US + 30 * DAY_US
        await house.listen("calls|day|")
        await served.store.put("calls", 7, "day", "2026-11-21")
        house.take()
        last_id = house.hub.id
        served.now_us = NOON_US
        house.hub.move_on()
        await house.settle()

        back = await house.listen("calls|day|", last_id=last_id)
        assert [(event.name, values(event)) for event in await back.events()] == [("snapshot", {"": 7})]


async def test_a_restricted_client_with_alerts_always_gets_a_snapshot() -> None:
    """Which of them it was told of is not known any more when it comes back."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        back = await house.listen("calls|rolling_24h|rep", alerts=True, viewer=NORTH, last_id=house.hub.id)
        assert [event.name for event in await back.events()] == ["snapshot"]


async def test_a_connection_that_breaks_between_two_messages_of_a_round_misses_neither() -> None:
    """Values and alerts of a round are two messages: who heard the first only, goes on before both."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        one = await house.listen("calls|rolling_24h|", alerts=True)
        (snapshot,) = await one.events()
        await served.store.put("calls", 101)
        await served.store.alert()
        house.take()
        house.hub.flush()
        kpis, alerts = await one.events()
        assert (kpis.id, alerts.id) == (None, house.hub.id)

        back = await house.listen("calls|rolling_24h|", alerts=True, last_id=snapshot.id)
        kpis, alerts = await back.events()
        assert (kpis.id, values(kpis)) == (None, {"": 101})
        assert (alerts.id, len(alerts.data["alerts"])) == (house.hub.id, 1)


async def test_what_is_heard_between_midnight_and_the_new_day_is_of_the_new_day() -> None:
    """A change moves the feeds on before it is kept, so nobody knows an id of today that was of yesterday."""
    async with serving() as served:
        house = Floor(served)
        await served.store.put("calls", 7, "day", "2026-11-21")
        house.take()
        one = await house.listen("calls|day|")
        await one.events()
        served.now_us = NOON_US + DAY_US // 2 + 1
        await served.store.put("calls", 1, "day", "2026-11-22")
        await served.store.put("calls", 8, "day", "2026-11-21")
        house.take()
        house.hub.flush()
        await house.settle()

        assert [(event.name, values(event)) for event in await one.events()] == [("snapshot", {"": 1})]


async def test_a_restricted_client_that_was_away_when_a_rep_moved_gets_a_snapshot() -> None:
    """What it has may be another team's now, and what it may see it does not have."""
    async with serving() as served:
        house = Floor(served)
        await floor(served.store)
        house.take()
        stays = await house.listen("calls|rolling_24h|rep", viewer=NORTH)
        gone = await house.listen("calls|rolling_24h|rep", viewer=NORTH)
        await house.running.beat()
        await house.settle()
        last_id = (await gone.events())[-1].id
        gone.leave()
        served.store.reps |= {"cem": RepPlace("north", True), "ann": RepPlace("south", True)}
        served.app.state.context.directory._read_s = float("-inf")
        await house.running.beat()
        await house.settle()
        assert values((await stays.events())[-1]) == {"bob": 20, "cem": 40}

        back = await house.listen("calls|rolling_24h|rep", viewer=NORTH, last_id=last_id)
        assert [(event.name, values(event)) for event in await back.events()] == [
            ("snapshot", {"bob": 20, "cem": 40})
        ]


async def test_the_first_status_has_a_time() -> None:
    """Also that of a server which knows nothing yet: screens set their clocks by it."""
    async with serving() as served:
        one = Listener(served.hub, "calls|rolling_24h|")
        (status,) = await one.events("status")
        assert status.data == {"state": "filling", "as_of": None, "now": "2026-11-21T12:00:00Z"}
