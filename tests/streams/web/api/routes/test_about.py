"""`/catalog`, `/boards`, `/directory`, `/status`."""

from processors.serving.catalog_view import catalog_view
from tests.streams.web.api.serving import BOARDS, CATALOG, TOKENS, floor, serving


async def test_the_catalog() -> None:
    """As its view is."""
    async with serving() as served:
        assert (await served.get("/catalog")).json() == catalog_view(CATALOG)


async def test_boards() -> None:
    """Their names in a list, each in full by its id."""
    async with serving() as served:
        assert await served.items("/boards") == [
            {"id": "floor", "title": "Sales floor"},
            {"id": "quiet", "title": "Quiet"},
        ]
        assert (await served.get("/boards/floor")).json() == {**BOARDS["floor"], "only": None}
        assert (await served.get("/boards/none")).status_code == 404


async def test_a_board_says_what_is_not_for_the_token() -> None:
    """The same that is left out of lists, and 403 by its key."""
    board = {"id": "a", "tiles": [
        {"type": "number", "sources": {"value": {"kpi": "calls", "dims": dims, "selector": f"calls|rolling_24h|{text}"}}}
        for dims, text in (({}, ""), ({"team": "north"}, "team=north"), ({"rep": "cem"}, "rep=cem"), ({"rep": None}, "rep"))
    ]}  # fmt: skip
    async with serving(TOKENS, boards={"a": board}) as served:
        await floor(served.store)
        found = (await served.get("/boards/a", "north")).json()
        assert found["only"] == ["north"]
        for tile, hidden in zip(found["tiles"], (True, False, True, False), strict=True):
            selector = tile["sources"]["value"]["selector"]
            assert tile["hidden"] == hidden, selector
            assert (await served.get("/kpis", "north", select=selector)).status_code == (
                403 if hidden else 200
            )
        assert (await served.get("/boards/a", "reader")).json()["only"] is None


async def test_the_directory() -> None:
    """Every rep that was ever named, in the order of their names, in pages."""
    async with serving() as served:
        await floor(served.store)
        page = (await served.get("/directory", limit=3)).json()
        assert page["items"][0] == {"rep": "ann", "team": "north", "active": True}
        rest = (await served.get("/directory", limit=3, cursor=page["next"])).json()
        assert (rest["items"], rest["next"]) == ([{"rep": "dee", "team": "south", "active": False}], None)


async def test_a_status_that_is_known_already() -> None:
    """But for the time, which moves on: 304 until the state or the newest record is another one."""
    async with serving() as served:
        served.store.at = served.store.at._replace(filled=True, as_of_ms=1_795_262_400_000)
        first = await served.get("/status")
        known = {"If-None-Match": first.headers["etag"]}
        again = await served.http.get("/api/v1/status", headers=known)
        served.store.at = served.store.at._replace(as_of_ms=1_795_262_401_000)
        newer = await served.http.get("/api/v1/status", headers=known)
        served.store.at = served.store.at._replace(as_of_ms=1_795_262_400_000, filled=False)
        other = await served.http.get("/api/v1/status", headers=known)

    assert first.headers["etag"].startswith('W/"')
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["etag"], again.headers["cache-control"]) == (first.headers["etag"], "no-store")
    assert [newer.status_code, other.status_code] == [200, 200]


async def test_the_status() -> None:
    """Never from a cache."""
    async with serving() as served:
        served.store.at = served.store.at._replace(filled=False, as_of_ms=1_795_262_400_000)
        response = await served.get("/status")

    assert response.headers["cache-control"] == "no-store"
    assert {**response.json(), "now": None} == {
        "state": "filling",
        "as_of": "2026-11-21T12:00:00Z",
        "now": None,
    }
