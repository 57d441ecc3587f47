"""The three pages over HTTP."""

import aiohttp
import pytest

from streams.web.health import HealthServer, PortTakenError


class Worker:
    """A worker whose state a test sets."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.waiting: list[str] = []

    def failures(self) -> list[str]:
        return self.failed

    def unready(self) -> list[str]:
        return self.waiting


class Page:
    """Metrics that repeat what was asked for."""

    async def render(self, accept: str) -> tuple[bytes, str]:
        return f"# {accept}\n".encode(), "text/plain; version=0.0.4; charset=utf-8"


async def get(server: HealthServer, path: str, **headers: str) -> tuple[int, str, str]:
    """Return (status, content type, text)."""
    async with aiohttp.ClientSession() as session, session.get(server.url + path, headers=headers) as answer:
        return answer.status, answer.headers["Content-Type"], await answer.text()


async def test_metrics_have_prometheus_content_type() -> None:
    """The page is what the exposition gives for the client's Accept header."""
    async with HealthServer("127.0.0.1", 0, Worker(), Page()) as server:
        answer = await get(server, "/metrics", Accept="text/plain")

    assert answer == (200, "text/plain; version=0.0.4; charset=utf-8", "# text/plain\n")


async def test_a_worker_that_restores_is_healthy_but_not_ready() -> None:
    """A supervisor sends no traffic, yet does not restart it; the reasons are in the answer."""
    worker = Worker()
    worker.waiting = ["track partition 2 is being restored"]
    async with HealthServer("127.0.0.1", 0, worker, Page()) as server:
        healthy = await get(server, "/healthz")
        ready = await get(server, "/readyz")
        worker.waiting = []
        later = await get(server, "/readyz")

    assert healthy[0] == 200
    assert ready[0] == 503
    assert '"reasons": ["track partition 2 is being restored"]' in ready[2]
    assert later[0] == 200


async def test_a_crashed_agent_is_neither_healthy_nor_ready() -> None:
    """Both pages fail, so that the process is replaced and gets no traffic meanwhile."""
    worker = Worker()
    worker.failed = ["agent track crashed: ValueError"]
    async with HealthServer("127.0.0.1", 0, worker, Page()) as server:
        healthy = await get(server, "/healthz")
        ready = await get(server, "/readyz")

    assert (healthy[0], ready[0]) == (503, 503)
    assert "agent track crashed" in healthy[2]


async def test_a_taken_port_is_named_with_the_setting_to_change() -> None:
    """A second worker on the same port fails with a sentence, and leaves nothing behind."""
    async with HealthServer("127.0.0.1", 0, Worker(), Page()) as first:
        with pytest.raises(PortTakenError, match=rf"127\.0\.0\.1:{first.port}.*CRM_PULSE_METRICS_PORT"):
            async with HealthServer("127.0.0.1", first.port, Worker(), Page()):
                pass


async def test_the_port_is_free_again_after_leaving() -> None:
    """A worker that restarts at once gets its port."""
    async with HealthServer("127.0.0.1", 0, Worker(), Page()) as first:
        port = first.port

    async with HealthServer("127.0.0.1", port, Worker(), Page()) as second:
        assert (await get(second, "/healthz"))[0] == 200


async def test_asking_for_the_port_before_the_start_is_refused() -> None:
    """There is no port to tell before one is bound."""
    with pytest.raises(RuntimeError, match="not started"):
        _ = HealthServer("127.0.0.1", 0, Worker(), Page()).port
