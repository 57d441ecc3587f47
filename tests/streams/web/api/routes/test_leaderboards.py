"""`/leaderboards`."""

import pytest

from tests.streams.web.api.serving import TOKENS, floor, serving


async def test_the_best_first() -> None:
    """With team and rank; equal values share one; who has no value is not on it."""
    async with serving() as served:
        await floor(served.store)
        document = (await served.get("/leaderboards/calls/rolling_24h")).json()

    assert [(one["rep"], one["team"], one["value"], one["rank"]) for one in document["items"]] == [
        ("ann", "north", 40, 1), ("cem", "south", 40, 1), ("bob", "north", 20, 3),
    ]  # fmt: skip
    assert (document["direction"], document["period"], document["next"]) == ("up", None, None)


async def test_of_a_team_among_themselves() -> None:
    """Their ranks are those in the team."""
    async with serving() as served:
        await floor(served.store)
        items = await served.items("/leaderboards/calls/rolling_24h", team="north")
        assert [(one["rep"], one["rank"]) for one in items] == [("ann", 1), ("bob", 2)]


async def test_of_a_team_that_there_is_not() -> None:
    """With the nearest of those one may see; while nobody is known, nobody is missing."""
    async with serving(TOKENS) as served:
        path = "/leaderboards/calls/rolling_24h"
        assert await served.items(path, "reader", team="nort") == []
        await floor(served.store)
        served.app.state.context.directory._read_s = float("-inf")
        response = await served.get(path, "reader", team="nort")
        assert (response.status_code, response.json()["errors"]) == (
            404,
            [{"where": "team", "message": "there is no team 'nort', did you mean 'north'?"}],
        )
        assert (await served.get(path, "north", team="nort")).status_code == 403


async def test_less_is_better_where_the_kpi_says_so() -> None:
    """And periods: the running one, or another."""
    async with serving() as served:
        for rep, value in (("ann", 300), ("bob", 100)):
            await served.store.put("response_time_mean", value, "day", "2026-11-21", rep=rep)
            await served.store.put("response_time_mean", 1000 - value, "day", "2026-11-20", rep=rep)
        today = (await served.get("/leaderboards/response_time_mean/day", top=1)).json()
        before = (await served.get("/leaderboards/response_time_mean/day", period="2026-11-20")).json()

    assert (today["period"], [one["rep"] for one in today["items"]]) == ("2026-11-21", ["bob"])
    assert (before["period"], [one["rep"] for one in before["items"]]) == ("2026-11-20", ["ann", "bob"])


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("cals/day", "kpi"),
        ("calls/now", "kpi"),
        ("calls/day?period=2026-13-01", "period"),
        ("calls/day?top=0", "top"),
        ("clv/all_time", "kpi"),
        ("price_index/now", "kpi"),
    ],
)
async def test_what_has_no_leaderboard(path: str, where: str) -> None:
    """Unknown KPIs, windows and periods, and KPIs that no rep has."""
    async with serving() as served:
        response = await served.get(f"/leaderboards/{path}")

    assert (response.status_code, response.json()["errors"][0]["where"]) == (422, where)
