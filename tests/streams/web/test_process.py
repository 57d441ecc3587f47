"""A serve process: what of it needs no server, and what becomes of a fault."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from schemas.catalog import load_catalog
from streams.brokers.process import free_port
from streams.process.deadline import Deadline
from streams.serving.memory import MemoryStore
from streams.serving.store import Store
from streams.settings import Settings
from streams.web import process
from streams.web.api.context import Context
from streams.web.api.limits import Limits
from streams.web.api.silence_log import SilenceLog
from streams.web.process import followed
from tests.streams.web.api.serving import serving


async def test_following_that_fails_is_seen_by_supervisors() -> None:
    """Silences that nobody reads any more would be answered for ever as they were."""

    async def fails() -> None:
        raise RuntimeError("a fault")

    async with serving() as served:
        assert (await served.http.get("/healthz")).status_code == 200
        await asyncio.wait([followed(fails(), served.hub)])

        answer = await served.http.get("/healthz")
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["RuntimeError"])


async def test_a_store_that_nobody_fills_any_more_is_seen_by_supervisors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its values would be shown for ever as they were. As many may ask as the server takes."""
    opened: list[int] = []
    monkeypatch.setattr(process, "may_open", opened.append)

    async def fails() -> None:
        raise RuntimeError("a fault")

    @asynccontextmanager
    async def open_store(_: Settings, ended: Callable[["asyncio.Task[None]"], None]) -> AsyncIterator[Store]:
        asyncio.create_task(fails()).add_done_callback(ended)
        yield MemoryStore()

    settings = Settings(http_port=free_port(), kafka_bootstrap="127.0.0.1:1")
    stop = asyncio.Event()

    def context(store: Store, silences: SilenceLog) -> Context:
        return Context(store, load_catalog(), None, {}, silences)

    running = asyncio.create_task(process._run(settings, open_store, context, stop, Deadline()))
    try:
        async with asyncio.timeout(20.0), aiohttp.ClientSession() as http:
            answers = dict.fromkeys(("healthz", "readyz"), 0)
            while set(answers.values()) != {503}:
                assert not running.done(), running
                for page in answers:
                    with suppress(aiohttp.ClientConnectionError):
                        async with http.get(f"http://127.0.0.1:{settings.http_port}/{page}") as answer:
                            answers[page] = answer.status
                            reasons = (await answer.json())["reasons"]
                await asyncio.sleep(0.02)
            assert any("ended" in reason for reason in reasons)
    finally:
        stop.set()
        await asyncio.wait([running], timeout=20.0)
    assert running.result() == 0
    assert opened[0] > Limits().streams_max
