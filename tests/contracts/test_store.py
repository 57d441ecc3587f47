"""Store contract: what readers of current values lean on, in Redis and in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import orjson
import pytest

from processors.serving.points import POINTS_MAX, spacing_ms
from streams.brokers.embedded import EmbeddedRedis
from streams.clock import now_us
from streams.kafka.readers import Change
from streams.serving.store import Changes, GoneError, Point, RepPlace, Standing, StoreStatus
from tests.contracts.stores import CHANGES_MAX, Filled, store_of
from tests.streams.serving.filling import MINUTE_MS, NOW_MS, alert, gone, kpi, rep

SPACING_MS = spacing_ms("rolling_24h")
PATIENCE_S = 10.0


@pytest.fixture(
    params=[
        "memory",
        pytest.param("embedded_redis", marks=pytest.mark.embedded),
        pytest.param("redis_server", marks=pytest.mark.embedded),
    ]
)
def server(request: pytest.FixtureRequest) -> EmbeddedRedis | None:
    """Where each store is; nowhere but here for the one in memory."""
    found = None if request.param == "memory" else request.getfixturevalue(request.param)
    assert found is None or isinstance(found, EmbeddedRedis)
    return found


@pytest.fixture
async def filled(server: EmbeddedRedis | None) -> AsyncIterator[Filled]:
    """Each store in turn."""
    async with store_of(server) as one:
        yield one


async def test_before_it_is_filled_it_says_so(filled: Filled) -> None:
    """Nothing is there, and the status tells that from a floor on which nothing happened."""
    assert await filled.store.status() == StoreStatus(False, None, None)
    assert await filled.store.records("calls|rolling_24h") == {}
    assert await filled.store.leaderboard("calls|rolling_24h") == []
    assert await filled.store.series(["calls|rolling_24h|"]) == [[]]


async def test_records_are_the_bytes_of_the_topic(filled: Filled) -> None:
    """All of a bucket, or those asked for that exist; the last of each key counts."""
    ann, bob, north = (
        kpi("calls", 5, rep="ann"),
        kpi("calls", 7, rep="bob|,="),
        kpi("calls", 12, team="north"),
    )
    other = kpi("calls", 1, "day", "2026-11-21", rep="ann")
    await filled.fill(kpi("calls", 4, rep="ann"), ann, bob, north, other)

    assert await filled.store.records("calls|rolling_24h") == {
        "rep=ann": ann.value, "rep=bob%7C%2C%3D": bob.value, "team=north": north.value,
    }  # fmt: skip
    assert await filled.store.records("calls|rolling_24h", ["rep=ann", "rep=cyd"]) == {"rep=ann": ann.value}
    assert await filled.store.records("calls|rolling_24h", []) == {}
    assert await filled.store.records("calls|day:2026-11-21") == {"rep=ann": other.value}

    newer = kpi("calls", 6, rep="ann")
    await filled.write(newer, gone(north))
    assert await filled.store.records("calls|rolling_24h") == {
        "rep=ann": newer.value,
        "rep=bob%7C%2C%3D": bob.value,
    }


async def test_periods_come_and_go_with_their_records(filled: Filled) -> None:
    """In order; a window without periods has none."""
    november, october = kpi("calls", 1, "month", "2026-11"), kpi("calls", 2, "month", "2026-10")
    also = kpi("calls", 2, "month", "2026-10", rep="ann")
    await filled.fill(november, october, also, kpi("calls", 3))

    assert await filled.store.periods("calls", "month") == ["2026-10", "2026-11"]
    assert await filled.store.periods("calls", "rolling_24h") == []
    await filled.write(gone(october))
    assert await filled.store.periods("calls", "month") == ["2026-10", "2026-11"]
    await filled.write(gone(also))
    assert await filled.store.periods("calls", "month") == ["2026-11"]
    await filled.write(also)
    assert await filled.store.periods("calls", "month") == ["2026-10", "2026-11"]


async def test_reps_are_ranked_and_leave_with_their_value(filled: Filled) -> None:
    """Ties share a rank and the next skips; null and tombstone remove a rep; only reps are on it."""
    cyd = kpi("calls", 20, rep="cyd")
    await filled.fill(
        kpi("calls", 20, rep="bob=b"), cyd, kpi("calls", 30, rep="ann"), kpi("calls", 2.5, rep="dan"),
        kpi("calls", None, rep="eve"), kpi("calls", 99, team="north"), kpi("calls", 99, channel="x", rep="ann"),
    )  # fmt: skip
    ann, bob, dan = Standing("ann", 30, 1), Standing("bob=b", 20, 2), Standing("dan", 2.5, 4)

    assert await filled.store.leaderboard("calls|rolling_24h") == [ann, bob, Standing("cyd", 20, 2), dan]
    assert await filled.store.leaderboard("calls|rolling_24h", top=2) == [ann, bob]
    assert [one.rep for one in await filled.store.leaderboard("calls|rolling_24h", descending=False)] == [
        "dan", "bob=b", "cyd", "ann",
    ]  # fmt: skip

    await filled.write(gone(cyd), kpi("calls", None, rep="ann"))
    assert await filled.store.leaderboard("calls|rolling_24h") == [
        Standing("bob=b", 20, 1),
        Standing("dan", 2.5, 2),
    ]


async def test_alerts_and_directory(filled: Filled) -> None:
    """Alerts are there until they are withdrawn; of a rep the latest update counts, whatever comes last."""
    one, two = alert("a"), alert("b")
    await filled.fill(one, two, rep("ann", "north", number=2), rep("ann", "south", number=1))

    assert await filled.store.alerts() == {"a": one.value, "b": two.value}
    assert await filled.store.directory() == {"ann": RepPlace("north", True)}
    await filled.write(alert("a", "resolved"), gone(two), rep("bob", "west", active=False))

    alerts = await filled.store.alerts()
    assert orjson.loads(alerts["a"])["state"] == "resolved"
    assert len(alerts) == 1
    assert await filled.store.directory() == {"ann": RepPlace("north", True), "bob": RepPlace("west", False)}


async def test_the_status_says_how_far_it_is(filled: Filled) -> None:
    """When the newest record was made, and until when everything is there."""
    await filled.fill(kpi("calls", 1, at_ms=NOW_MS), kpi("calls", 2, at_ms=NOW_MS - 5_000, rep="ann"))
    await filled.target.beat(NOW_MS + 1_000)

    assert await filled.store.status() == StoreStatus(True, NOW_MS, NOW_MS + 1_000)


async def test_histories_are_short(filled: Filled) -> None:
    """The first value of each slot for as long as the window, then the record of now; gone with its key."""
    key = "calls|rolling_24h|rep=ann"
    await filled.fill(kpi("calls", -1, at_ms=NOW_MS - SPACING_MS, rep="ann"))
    begin_ms = NOW_MS // SPACING_MS * SPACING_MS
    for slot in range(2 * POINTS_MAX):
        for minute in (1, 2):
            at_ms = begin_ms + slot * SPACING_MS + minute * MINUTE_MS
            value = None if slot == 90 else 10 * slot + minute
            await filled.write(kpi("calls", value, at_ms=at_ms, rep="ann"))
    (points,) = await filled.store.series([key])

    last = 2 * POINTS_MAX - 1
    assert len(points) == POINTS_MAX + 1
    assert points[-2:] == [
        Point(begin_ms + last * SPACING_MS + MINUTE_MS, 10 * last + 1),
        Point(begin_ms + last * SPACING_MS + 2 * MINUTE_MS, 10 * last + 2),
    ]
    assert points[0] == Point(begin_ms + POINTS_MAX * SPACING_MS + MINUTE_MS, 10 * POINTS_MAX + 1)
    assert points[90 - POINTS_MAX].value is None

    await filled.write(gone(kpi("calls", 0, rep="ann")))
    assert await filled.store.series([key, "nonsense"]) == [[], []]


async def test_what_was_before_it_was_filled_is_in_the_histories(filled: Filled) -> None:
    """The history topic gives the points that live records would have given; of keys that exist, and lately."""
    now_ms = now_us() // 1000
    history = [
        kpi("calls", number, at_ms=now_ms - back * SPACING_MS)
        for number, back in enumerate((100, 60, 40, 3, 2, 1, 1))
    ]
    now = kpi("calls", 99, at_ms=now_ms)
    await filled.fill(now)
    assert filled.target.wants_past
    live = kpi("calls", 100, at_ms=now_ms)
    await filled.write(live)
    await filled.target.take_past(
        [*history, kpi("calls", 5, rep="nobody"), Change("", 0, "junk", b"junk", 0)]
    )
    await filled.target.past_taken()
    (points, none) = await filled.store.series(["calls|rolling_24h|", "calls|rolling_24h|rep=nobody"])

    assert [point.value for point in points] == [2, 3, 4, 5, 100]
    assert none == []
    assert not filled.target.wants_past


async def test_changes_come_as_they_are_written(filled: Filled) -> None:
    """The first is empty and says from where; then each key once, with its record, or none."""
    await filled.fill(kpi("calls", 1), alert("a"))
    async with asyncio.timeout(PATIENCE_S), aclosing(filled.store.changes()) as changes:
        first = await anext(changes)
        waiting = asyncio.ensure_future(anext(changes))
        newer, other = kpi("calls", 3), kpi("calls", 4, rep="ann")
        await filled.write(kpi("calls", 2), newer, other)
        second = await waiting
        await filled.write(gone(other), gone(alert("a")))
        third = await anext(changes)
        fourth = await anext(changes)

    assert (first.kpis, first.alerts) == ((), ())
    assert dict(second.kpis) == {"calls|rolling_24h|": newer.value, "calls|rolling_24h|rep=ann": other.value}
    assert (dict(third.kpis), dict(third.alerts)) == ({"calls|rolling_24h|rep=ann": None}, {})
    assert (dict(fourth.kpis), dict(fourth.alerts)) == ({}, {"a": None})


async def test_a_reader_goes_on_where_it_was(filled: Filled) -> None:
    """Every change after the id that it knows, none twice; also with the id of the last."""
    await filled.fill()
    async with asyncio.timeout(PATIENCE_S), aclosing(filled.store.changes()) as changes:
        start = (await anext(changes)).id
    for number in range(5):
        await filled.write(kpi("calls", number))
    async with asyncio.timeout(PATIENCE_S), aclosing(filled.store.changes(start)) as changes:
        seen = [await anext(changes) for _ in range(6)]
    async with asyncio.timeout(PATIENCE_S), aclosing(filled.store.changes(seen[3].id)) as changes:
        again = [await anext(changes) for _ in range(3)]

    assert seen[0] == Changes(start, (), ())
    assert [orjson.loads(raw or b"")["value"] for one in seen for _, raw in one.kpis] == [0, 1, 2, 3, 4]
    assert again == [Changes(seen[3].id, (), ()), *seen[4:]]


@pytest.mark.parametrize("after", ["0-0", "1-1", "999999999999999-1", "junk", ""])
async def test_an_id_that_is_not_kept_is_refused(filled: Filled, after: str) -> None:
    """At once: of another generation, from the future, or no id at all."""
    await filled.fill(kpi("calls", 1))
    with pytest.raises(GoneError):
        await anext(filled.store.changes(after))


async def test_only_so_many_changes_are_kept(filled: Filled) -> None:
    """Who was away for longer must read anew; who was not goes on."""
    await filled.fill()
    async with asyncio.timeout(PATIENCE_S), aclosing(filled.store.changes()) as slow:
        start = (await anext(slow)).id
        # Redis lets go of them by whole nodes of a hundred.
        for number in range(CHANGES_MAX + 400):
            await filled.write(kpi("calls", number))
        with pytest.raises(GoneError):
            await anext(slow)
    with pytest.raises(GoneError):
        await anext(filled.store.changes(start))


async def test_filling_again_leaves_nothing_that_is_not_there(filled: Filled) -> None:
    """What vanished from the topics meanwhile is removed, what changed is told, and readers never see less."""
    stays, goes = kpi("calls", 1), kpi("calls", 2, "month", "2026-10", rep="ann")
    await filled.fill(stays, goes, alert("a"), alert("b"), rep("ann", "north"))
    async with asyncio.timeout(PATIENCE_S), aclosing(filled.store.changes()) as changes:
        await anext(changes)
        newer = kpi("calls", 3, rep="bob")
        await filled.fill(stays, newer, alert("b"))
        told = [await anext(changes), await anext(changes)]

    assert dict(told[0].kpis) == {
        "calls|month:2026-10|rep=ann": None,
        "calls|rolling_24h|rep=bob": newer.value,
    }
    assert dict(told[1].alerts) == {"a": None}
    assert await filled.store.records("calls|rolling_24h") == {"": stays.value, "rep=bob": newer.value}
    assert await filled.store.records("calls|month:2026-10") == {}
    assert await filled.store.periods("calls", "month") == []
    assert await filled.store.leaderboard("calls|month:2026-10") == []
    assert list(await filled.store.alerts()) == ["b"]
    assert await filled.store.directory() == {}
    assert await filled.store.series(["calls|month:2026-10|rep=ann"]) == [[]]
