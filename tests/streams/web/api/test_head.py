"""HEAD: what GET would say, without the body."""

import asyncio

import pytest

from tests.streams.web.api.serving import TOKENS, bearer, floor, serving

GETS = (
    "/kpis", "/kpis/calls|rolling_24h|", "/series?key=calls|rolling_24h|", "/leaderboards/calls/rolling_24h",
    "/alerts", "/silences", "/catalog", "/boards", "/boards/floor", "/directory", "/openapi.json",
    "/kpis?select=cals", "/kpis/calls|day|rep=nobody", "/boards/none", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize("path", GETS)
async def test_the_same_headers_and_nothing_else(path: str) -> None:
    """Also where something is wrong."""
    async with serving(TOKENS) as served:
        await floor(served.store)
        url = f"/api/v1{path}"
        got = await served.http.get(url, headers=bearer("reader"))
        asked = await served.http.head(url, headers=bearer("reader"))

    assert (asked.status_code, asked.headers, asked.content) == (got.status_code, got.headers, b"")
    assert got.content


async def test_who_has_it_already_is_told_so() -> None:
    """By its ETag, as with GET."""
    async with serving() as served:
        etag = (await served.http.head("/api/v1/catalog")).headers["etag"]
        again = await served.http.head("/api/v1/catalog", headers={"If-None-Match": etag})

    assert again.status_code == 304


async def test_a_stream_ends_with_its_headers() -> None:
    """And its client is gone."""
    async with serving() as served, asyncio.timeout(5):
        response = await served.http.head("/api/v1/events/stream?alerts=true")
        assert response.headers["content-type"].startswith("text/event-stream")
        assert (response.content, served.hub.clients) == (b"", 0)


async def test_where_there_is_no_get() -> None:
    """A path to say something at is not asked."""
    async with serving() as served:
        response = await served.http.head("/api/v1/alerts/x/acknowledge")

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_it_is_counted_by_its_own_name() -> None:
    """With the route's template."""
    async with serving() as served:
        for path in ("/api/v1/boards/floor", "/healthz"):
            assert (await served.http.head(path)).status_code == 200
        page = (await served.http.get("/metrics")).text

    for route in ("/boards/{id}", "/healthz"):
        assert f'crm_pulse_serve_requests_total{{method="HEAD",route="{route}",status="200"}} 1.0' in page
