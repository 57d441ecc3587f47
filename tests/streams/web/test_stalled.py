"""Connections on which nothing goes on are cut, others are not; on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI, Request, Response

from streams.web.server import HttpServer, listening
from streams.web.stalled import STALLED_S, StalledConnections

ANSWER = b"x" * 4_000_000


class Site:
    """A server, and the one that looks at its connections, which is given the time."""

    def __init__(self, server: HttpServer, port: int) -> None:
        self.stalled = StalledConnections(lambda: server._server.server_state.connections)
        self.connections = server._server.server_state.connections
        self.port = port

    async def sending(self, *parts: bytes) -> socket.socket:
        """Return a connection that has sent this, and been seen since."""
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        made.setblocking(False)
        loop = asyncio.get_running_loop()
        known = len(self.connections)
        await loop.sock_connect(made, ("127.0.0.1", self.port))
        for part in parts:
            await loop.sock_sendall(made, part)
        async with asyncio.timeout(10):
            while len(self.connections) == known:
                await asyncio.sleep(0)
        return made

    async def are_left(self, count: int) -> bool:
        """Wait until so many connections are left."""
        async with asyncio.timeout(10):
            while len(self.connections) != count:
                await asyncio.sleep(0)
        return True


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """Serve an application that reads what it is sent and answers much, or not yet."""
    app, go_on = FastAPI(), asyncio.Event()

    @app.api_route("/much", methods=["GET", "POST"])
    async def much(request: Request) -> Response:
        await request.body()
        return Response(ANSWER)

    @app.get("/later")
    async def later() -> Response:
        await go_on.wait()
        return Response(b"now")

    with listening("127.0.0.1", 0) as sock:
        server, stop = HttpServer(app, sock, 100), asyncio.Event()
        task = asyncio.create_task(server.run(stop))
        try:
            yield Site(server, sock.getsockname()[1])
        finally:
            go_on.set()
            stop.set()
            await task


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /much HTTP/1.1\r\nHost: localhost\r\nX-Slow",
        b"POST /much HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
        b"GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
    ids=["nothing", "part of the headers", "part of the body", "and reads no answer"],
)
async def test_who_does_not_go_on_is_cut_off(sent: bytes) -> None:
    """After a minute at the same place."""
    async with site() as one:
        client = await one.sending(sent)
        one.stalled.look(0.0)
        for _ in range(100):  # the kernel takes what it can of the answer
            await asyncio.sleep(0)
        one.stalled.look(1.0)
        one.stalled.look(1.0 + STALLED_S)
        assert len(one.connections) == 1

        one.stalled.look(2.0 + STALLED_S)

        assert await one.are_left(0)
        client.close()


async def test_who_waits_for_the_server_is_not() -> None:
    """However long the answer takes."""
    async with site() as one:
        client = await one.sending(b"GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with asyncio.timeout(10):
            while next(iter(one.connections)).cycle is None:
                await asyncio.sleep(0)

        for now_s in (0.0, STALLED_S, 3 * STALLED_S):
            one.stalled.look(now_s)

        assert not next(iter(one.connections)).transport.is_closing()
        client.close()


async def test_who_reads_on_is_not() -> None:
    """A slow line is no reason."""
    async with site() as one:
        loop = asyncio.get_running_loop()
        client = await one.sending(b"GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for now_s in (0.0, STALLED_S, 2 * STALLED_S, 3 * STALLED_S):
            one.stalled.look(now_s)
            read = 0
            while read < len(ANSWER) // 8:
                read += len(got := await loop.sock_recv(client, 65_536))
                assert got

        assert len(one.connections) == 1
        client.close()
