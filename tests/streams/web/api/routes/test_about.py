"""`/catalog`, `/boards`, `/directory`, `/status`."""

from processors.serving.catalog_view import catalog_view
from tests.streams.web.api.serving import BOARDS, CATALOG, floor, serving


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
        assert (await served.get("/boards/floor")).json() == BOARDS["floor"]
        assert (await served.get("/boards/none")).status_code == 404


async def test_the_directory() -> None:
    """Every rep that was ever named, in the order of their names, in pages."""
    async with serving() as served:
        await floor(served.store)
        page = (await served.get("/directory", limit=3)).json()
        assert page["items"][0] == {"rep": "ann", "team": "north", "active": True}
        rest = (await served.get("/directory", limit=3, cursor=page["next"])).json()
        assert (rest["items"], rest["next"]) == ([{"rep": "dee", "team": "south", "active": False}], None)


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
