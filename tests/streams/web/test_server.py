"""The server on a real socket: clients that read, that never do, and its end."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import httpx
import pytest

from streams.clock import monotonic_s
from streams.web import server
from streams.web.api import running
from streams.web.api.limits import Limits
from streams.web.health import PortTakenError
from streams.web.server import HttpServer, listening, url_of
from streams.web.stalled import StalledConnections
from tests.streams.web.api.serving import Served, serving

LIMITS = Limits(queue_messages_max=20, stalled_s=0.2, bye_s=0.1)


class Site:
    """A served application, and how it is stopped."""

    def __init__(self, served: Served, url: str, port: int) -> None:
        self.served = served
        self.url = url
        self.port = port
        self.stop = asyncio.Event()

    async def until(self, done: object) -> None:
        """Wait for something."""
        deadline_s = monotonic_s() + 20
        while not done():  # type: ignore[operator]
            assert monotonic_s() < deadline_s
            await asyncio.sleep(0.02)


@asynccontextmanager
async def site(limits: Limits = LIMITS) -> AsyncIterator[Site]:
    """Serve an application on a free port."""
    async with serving(limits=limits) as served:
        with listening("127.0.0.1", 0) as sock:
            serves = HttpServer(served.app, sock, 100)
            served.app.state.context.abort = serves.abort
            one = Site(served, url_of("127.0.0.1", sock), sock.getsockname()[1])
            task = asyncio.create_task(serves.run(one.stop))
            try:
                yield one
            finally:
                served.hub.close()
                one.stop.set()
                await task


async def ask(one: Site, path: str) -> socket.socket:
    """Return a connection that has asked for a stream, with a small buffer to read into."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    made.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(made, ("127.0.0.1", one.port))
    await loop.sock_sendall(made, f"GET /api/v1{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return made


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heart that beats faster."""
    monkeypatch.setattr(running, "HEARTBEAT_S", 0.05)


async def test_who_never_reads_is_cut_off_and_hurts_nobody() -> None:
    """While it is there the other gets every change; then its connection is gone, and it is counted."""
    async with site() as one:
        store, hub = one.served.store, one.served.hub
        deaf = await ask(one, "/events/stream?select=calls|rolling_24h|&select=calls|rolling_24h|channel")
        async with httpx.AsyncClient(base_url=one.url) as http:
            async with http.stream(
                "GET", "/api/v1/events/stream", params={"select": "calls|rolling_24h|"}
            ) as stream:
                await one.until(lambda: hub.clients == 2)
                large = b'{"dims":{},"fill":"' + b"x" * 400_000 + b'"}'
                lines = stream.aiter_lines()
                number = 0
                while not hub.dropped and number < 200:
                    number += 1
                    await store.change([("calls|rolling_24h|channel=x", large)])
                    await store.put("calls", number)
                    async for line in lines:
                        if line.startswith("data:") and f'"value":{number},' in line:
                            break
            assert hub.dropped == {"too_slow": 1}
            assert (await http.get("/api/v1/boards")).status_code == 200
        await one.until(lambda: hub.clients == 0)
        with suppress(ConnectionError):
            loop = asyncio.get_running_loop()
            while await loop.sock_recv(deaf, 1 << 20):
                pass  # what the kernel had already; then the end
        deaf.close()


async def test_who_asks_for_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are limited: those who want something would find them taken."""
    monkeypatch.setattr(server, "StalledConnections", partial(StalledConnections, stalled_s=0.1, look_s=0.05))
    async with site() as one:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        with suppress(ConnectionError):
            async with asyncio.timeout(20):
                assert b"" == await reader.read()
        writer.close()


async def test_streams_end_with_the_server() -> None:
    """They are told, so a stop need not wait for them; new requests are refused."""
    async with site() as one, httpx.AsyncClient(base_url=one.url) as http:
        async with http.stream("GET", "/api/v1/events/stream?select=calls|day|") as stream:
            await one.until(lambda: one.served.hub.clients == 1)
            began_s = monotonic_s()
            one.served.hub.close()
            one.stop.set()
            text = (await stream.aread()).decode()
        assert text.endswith('event: bye\ndata: {"reason":"stopping"}\n\n')
        assert monotonic_s() - began_s < 10


async def test_a_client_that_goes_is_forgotten() -> None:
    """At once, not with the next message."""
    async with site() as one:
        gone = await ask(one, "/events/stream?alerts=true")
        await one.until(lambda: one.served.hub.clients == 1)
        gone.close()
        await one.until(lambda: one.served.hub.clients == 0)
        assert not one.served.hub.dropped


def test_a_port_that_is_taken() -> None:
    """The message says which, and what to set."""
    with listening("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        with (
            pytest.raises(PortTakenError, match=rf"127.0.0.1:{port}.*CRM_PULSE_HTTP_PORT"),
            listening("127.0.0.1", port),
        ):
            pass
    with pytest.raises(PortTakenError), listening("no-such-host.invalid", 0):
        pass


def test_addresses_as_people_write_them() -> None:
    """Version 6 in brackets."""
    with listening("127.0.0.1", 0) as sock:
        assert url_of("::1", sock) == f"http://[::1]:{sock.getsockname()[1]}"
