"""`/healthz`, `/readyz`, `/metrics` in the application; what they say over time is in test_app."""

from tests.streams.web.api.serving import TOKENS, bearer, serving


async def test_what_supervisors_ask_needs_no_token() -> None:
    """And says nothing of the business; numbers of the server do need one."""
    async with serving(TOKENS) as served:
        health, ready = await served.http.get("/healthz"), await served.http.get("/readyz")
        metrics = await served.http.get("/metrics", headers=bearer("reader"))
        assert (await served.http.get("/metrics")).status_code == 401

    assert (health.status_code, health.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()["reasons"]) == (503, ["the store is filling"])
    assert metrics.headers["content-type"].startswith("text/plain")


async def test_a_server_that_stands_still_is_not_ready() -> None:
    """Others know better; and it is to be replaced."""
    async with serving() as served:
        served.hub.state, served.hub.failure = "live", ValueError()
        health, ready = await served.http.get("/healthz"), await served.http.get("/readyz")

    assert (health.status_code, health.json()["reasons"]) == (503, ["ValueError"])
    assert (ready.status_code, len(ready.json()["reasons"])) == (503, 1)


async def test_a_server_that_stops_is_not_ready() -> None:
    """So that nobody new is sent to it."""
    async with serving() as served:
        served.hub.state = "live"
        served.hub.close()
        assert (await served.http.get("/readyz")).json()["reasons"] == ["the server is stopping"]
