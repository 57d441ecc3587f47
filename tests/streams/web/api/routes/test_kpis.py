"""`/kpis` and `/series`."""

from typing import Any
from urllib.parse import quote

import orjson
import pytest

from streams.serving.store import Point
from tests.streams.web.api.serving import floor, keys, serving

CALLS = ["calls", "calls channel=phone", "calls rep=ann", "calls rep=bob", "calls rep=cem", "calls rep=dee",
         "calls team=north", "calls team=south"]  # fmt: skip


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"select": "calls|rolling_24h|"}, ["calls"]),
        ({"select": "calls|rolling_24h|team"}, ["calls team=north", "calls team=south"]),
        ({"select": ["calls|rolling_24h|rep=ann", "calls|rolling_24h|"]}, ["calls", "calls rep=ann"]),
        ({"select": ["calls|rolling_24h|rep", "calls|rolling_24h|rep=ann"]}, CALLS[2:6]),
        ({"select": "won_revenue|month|"}, ["won_revenue"]),
        ({"select": "won_revenue|month:2026-10|"}, ["won_revenue"]),
        ({"select": "won_revenue|month:2026-09|"}, []),
        ({"select": "calls|rolling_24h|rep=zoe"}, []),
        ({"kpi": "calls"}, CALLS),
        ({"kpi": "calls", "window": "rolling_24h", "dim": "team"}, CALLS[6:]),
        ({"dim": "team=north"}, ["calls team=north", "won_revenue team=north"]),
        ({"dim": "rep=zoe"}, []),
        ({"window": "month"}, ["won_revenue", "won_revenue team=north", "won_revenue team=south"]),
        ({"window": "month", "period": "2026-10"}, ["won_revenue"]),
        ({"period": "2026-10"}, ["won_revenue"]),
        ({"kpi": "won_revenue", "period": "all", "dim": []}, ["won_revenue"] * 2 + ["won_revenue team=north", "won_revenue team=south"]),
        ({"kpi": ["calls", "won_revenue"], "dim": "channel"}, ["calls channel=phone"]),
        ({}, [*CALLS, "won_revenue", "won_revenue team=north", "won_revenue team=south"]),
    ],
    ids=str,
)  # fmt: skip
async def test_one_and_many(params: dict[str, Any], found: list[str]) -> None:
    """By selectors, or by what filters leave of the running periods."""
    async with serving() as served:
        await floor(served.store)
        assert keys(await served.items("/kpis", **params)) == found


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"select": "calls"}, "a selector is"),
        ({"select": "calls|now|"}, "calls is not kept in a window 'now'"),
        ({"select": "calls|day|", "kpi": "calls"}, "can't stand beside kpi"),
        (
            {"select": ["calls|day|"] + [f"calls|day|rep={n}" for n in range(200)]},
            "200 selectors at most, found 201",
        ),
    ],
    ids=str,
)
async def test_what_is_asked_wrong(params: dict[str, Any], said: str) -> None:
    """It is told what there is."""
    async with serving() as served:
        response = await served.get("/kpis", **params)
        assert response.status_code == 422
        assert said in response.json()["detail"]


async def test_records_are_the_bytes_of_the_topic() -> None:
    """Nothing is parsed, so nothing is lost: fields of a newer version, digits, order."""
    record = b'{"kpi":"calls", "value":1.50,"new":{"z":1,"a":[]},"dims":{}}'
    async with serving() as served:
        await served.store.change([("calls|rolling_24h|", record)])

        assert (await served.get("/kpis/calls|rolling_24h|")).content == record
        assert (
            await served.get("/kpis", select="calls|rolling_24h|")
        ).content == b'{"items":[' + record + b'],"next":null}'


@pytest.mark.parametrize(
    "rep", ["ann", "a/b", "a|b", "50%", "a,b=c", "Zoë", "a b", "?#&", "two\nlines", "end\n"]
)
async def test_one_by_its_key(rep: str) -> None:
    """Percent-encoded, whatever its dimensions' values hold."""
    async with serving() as served:
        key = await served.store.put("calls", 3, rep=rep)
        response = await served.http.get(f"/api/v1/kpis/{quote(key, safe='')}")
        assert (response.status_code, response.json()["dims"]) == (200, {"rep": rep})


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("won_revenue|month|", 200), ("won_revenue|month:2026-10|", 200), ("won_revenue|month:2026-09|", 404),
        ("calls|rolling_24h|rep=zoe", 404), ("calls|rolling_24h|rep", 422), ("calls", 422), ("cals|day|", 422),
    ],
)  # fmt: skip
async def test_keys_that_there_are_and_are_not(key: str, status: int) -> None:
    """A calendar window without a period is the running one."""
    async with serving() as served:
        await floor(served.store)
        response = await served.get(f"/kpis/{key}")
        assert response.status_code == status
        if key == "won_revenue|month|":
            assert response.json()["period"] == "2026-11"


async def test_short_histories() -> None:
    """In the order of the question; empty for a key that has none."""
    async with serving() as served:
        served.store.history["calls|rolling_24h|"] = [
            Point(1_795_262_400_000, 3),
            Point(1_795_262_460_500, None),
        ]
        items = await served.items("/series", key=["calls|day|rep=ann", "calls|rolling_24h|"])

    assert items == [
        {"key": "calls|day:2026-11-21|rep=ann", "points": []},
        {"key": "calls|rolling_24h|", "points": [
            {"at": "2026-11-21T12:00:00Z", "value": 3}, {"at": "2026-11-21T12:01:00.500Z", "value": None},
        ]},
    ]  # fmt: skip


async def test_histories_need_keys() -> None:
    """At least one, and not too many."""
    async with serving() as served:
        assert (await served.get("/series")).status_code == 422
        assert (await served.get("/series", key="calls|day|rep")).status_code == 422
        many = [f"calls|day|rep={number}" for number in range(201)]
        assert (await served.get("/series", key=many)).status_code == 422


async def test_pages_stop_reading_when_they_are_full() -> None:
    """A first page of a large store is a few reads."""
    async with serving() as served:
        await floor(served.store)
        await served.get("/kpis", select=["calls|rolling_24h|rep", "won_revenue|month|team"], limit=1)
        assert served.store.reads == 1
        page = orjson.loads((await served.get("/kpis", select="calls|rolling_24h|rep", limit=4)).content)
        assert page["next"] is None
