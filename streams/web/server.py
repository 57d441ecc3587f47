"""A server for an application, in this process's event loop, until it is told to stop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp

from streams.web.health import PortTakenError
from streams.web.stalled import StalledConnections

BACKLOG: Final = 2_048
"""Connections that wait to be taken: all screens of a floor come back at once."""
SEND_BUFFER_BYTES: Final = 262_144
"""What the kernel keeps for one client at most, roughly; the rest waits where it is counted."""
KEEP_ALIVE_S: Final = 30
GRACE_S: Final = 3
"""So long requests in hand may take when the server stops."""


class _Server(uvicorn.Server):
    """Leaves signals alone: the process has its own handlers."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class HttpServer:
    """Serves an application on a listening socket."""

    def __init__(self, app: ASGIApp, sock: socket.socket, connections_max: int) -> None:
        self._sock = sock
        self._server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # whoever can be reached could say that he is somebody else
                ws="none",
                lifespan="on",
                limit_concurrency=connections_max,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=GRACE_S,
            )
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until the event is set, then end what can be ended."""
        stalled = StalledConnections(lambda: self._server.server_state.connections)
        beside = [asyncio.create_task(self._stop(stop)), asyncio.create_task(stalled.run())]
        try:
            await self._server.serve([self._sock])
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _stop(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._server.should_exit = True

    def abort(self, client: Any) -> None:
        """Cut the connection of a peer, whatever it has not read."""
        for connection in list(self._server.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None and getattr(connection, "client", None) == tuple(client or ()):
                transport.abort()


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a socket that listens.

    Raises:
        PortTakenError: the address is in use, not ours or not allowed.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        raise PortTakenError(
            f"can't serve on {host}:{port}: {error.strerror or error}; set CRM_PULSE_HTTP_PORT to a free port "
            "(0 takes any), or CRM_PULSE_HTTP_HOST"
        ) from error
    with sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        sock.setblocking(False)
        yield sock


def url_of(host: str, sock: socket.socket) -> str:
    """Return where a socket is reached, without a path."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{sock.getsockname()[1]}"
