"""The application as a whole: what it starts, and what it says when something it stands on is away."""

import asyncio
from typing import Any

import pytest

from streams.web.api.running import Running
from tests.streams.web.api.serving import serving


async def test_without_the_store_the_answer_is_503() -> None:
    """Clear, with when to come back; what needs no store is answered."""
    async with serving() as served:
        await served.store.go_away("Redis at 127.0.0.1 does not answer")
        for path in (
            "/kpis",
            "/kpis/calls|day|",
            "/series?key=calls|day|",
            "/alerts",
            "/directory",
            "/leaderboards/calls/day",
        ):
            response = await served.get(path)
            assert (response.status_code, response.json()["type"]) == (
                503,
                "urn:crm-pulse:problem:store-away",
            ), path
            assert response.json()["detail"] == "Redis at 127.0.0.1 does not answer"
            assert response.headers["retry-after"] == "2"
        assert (await served.get("/status")).json()["state"] == "away"
        for path in ("/catalog", "/boards", "/silences"):
            assert (await served.get(path)).status_code == 200


async def test_without_kafka_silences_are_503() -> None:
    """Values are read all the same."""
    async with serving() as served:
        served.said.away = "can't reach Kafka"
        silence = {"matchers": {"team": "north"}, "for": "1h"}
        answers = [
            await served.get("/silences"),
            await served.http.post("/api/v1/silences", json=silence),
            await served.http.post("/api/v1/alerts/a/acknowledge"),
            await served.http.delete("/api/v1/silences/a"),
        ]
        assert {response.json()["type"] for response in answers} == {"urn:crm-pulse:problem:silences-away"}
        assert (await served.get("/kpis")).status_code == 200


async def test_ready_when_values_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while it fills; healthy until its heart stops."""
    async with serving() as served:
        assert (await served.http.get("/readyz")).status_code == 503
        async with served.app.router.lifespan_context(served.app):
            for _ in range(5):
                await asyncio.sleep(0)
            assert (await served.http.get("/readyz")).json() == {"status": "ready"}
            assert (await served.http.get("/healthz")).json() == {"status": "ok"}

    async def fails(_: Any) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(Running, "run", fails)
    async with serving() as served, served.app.router.lifespan_context(served.app):
        for _ in range(5):
            await asyncio.sleep(0)
        assert (await served.http.get("/healthz")).status_code == 503
