"""Pages of lists: complete, stable, and only of their own question."""

import pytest

from tests.streams.web.api.serving import floor, keys, serving


async def test_pages_add_up_to_the_whole() -> None:
    """Each item once, in order, whatever the size of a page."""
    async with serving() as served:
        await floor(served.store)
        whole = await served.items("/kpis")
        for limit in (1, 2, 3, 5, len(whole), 100):
            found, cursor = [], None
            while True:
                params = {"limit": limit} | ({"cursor": cursor} if cursor else {})
                page = (await served.get("/kpis", **params)).json()
                assert len(page["items"]) <= limit
                found += page["items"]
                cursor = page["next"]
                if cursor is None:
                    break
            assert found == whole


async def test_what_comes_and_goes_between_pages_disturbs_nothing_else() -> None:
    """The last item of a page goes, one before it comes: what was there all the time is given once."""
    async with serving() as served:
        await floor(served.store)
        ask = {"kpi": "calls", "dim": "rep", "limit": 2}
        first = (await served.get("/kpis", **ask)).json()
        assert keys(first["items"]) == ["calls rep=ann", "calls rep=bob"]
        await served.store.change([("calls|rolling_24h|rep=bob", None)])
        await served.store.put("calls", 1, rep="abe")

        second = (await served.get("/kpis", **ask, cursor=first["next"])).json()
        assert keys(second["items"]) == ["calls rep=cem", "calls rep=dee"]
        assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "", "e30"])
async def test_a_cursor_that_is_none(cursor: str) -> None:
    """The answer says so."""
    async with serving() as served:
        response = await served.get("/alerts", cursor=cursor)
        assert (response.status_code, response.json()["errors"][0]["where"]) == (422, "cursor")


async def test_a_cursor_of_another_question() -> None:
    """Other filters, other path: refused. Another size of page: fine."""
    async with serving() as served:
        await floor(served.store)
        cursor = (await served.get("/kpis", kpi="calls", limit=1)).json()["next"]

        assert (await served.get("/kpis", limit=1, cursor=cursor)).status_code == 422
        assert (await served.get("/directory", limit=1, cursor=cursor)).status_code == 422
        assert (await served.get("/kpis", kpi="calls", limit=3, cursor=cursor)).status_code == 200


@pytest.mark.parametrize("limit", [0, -1, 1001, "many"])
async def test_sizes_are_bounded(limit: object) -> None:
    """By the contract of the API."""
    async with serving() as served:
        assert (await served.get("/alerts", limit=limit)).status_code == 422
