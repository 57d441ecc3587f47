"""Connections on which nothing goes on: who opens many and asks for nothing would take all there are (slowloris).

The server has a time-out for the pause after an answer only. Without another it waits for ever for the first request,
for the rest of one, and for a client that reads no answer. Clients of the event stream have limits of their own, which
are shorter.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

from streams.clock import monotonic_s

STALLED_S: Final = 60.0
"""So long a request may take to come, and an answer to be read on; longer than any pause between two requests."""
LOOK_S: Final = 10.0

Progress = tuple[Any, int]
"""Which request a connection is at, and how much of answers waits to be read."""


class StalledConnections:
    """Looks at a server's connections again and again, and cuts those that are still where they were."""

    def __init__(
        self, connections: Callable[[], Iterable[Any]], stalled_s: float = STALLED_S, look_s: float = LOOK_S
    ) -> None:
        self._connections = connections
        self._stalled_s = stalled_s
        self._look_s = look_s
        self._waiting: dict[Any, tuple[Progress, float]] = {}
        """Of each that waits for its client: where it is, and since when."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(self._look_s)
            self.look(monotonic_s())

    def look(self, now_s: float) -> None:
        """Cut those that have waited for their clients for too long."""
        before, self._waiting = self._waiting, {}
        for connection in list(self._connections()):
            progress = _waits_at(connection)
            if progress is None:
                continue
            at, since_s = before.get(connection, (progress, now_s))
            if at != progress:
                since_s = now_s
            if now_s - since_s > self._stalled_s:
                connection.transport.abort()
            else:
                self._waiting[connection] = (progress, since_s)


def _waits_at(connection: Any) -> Progress | None:
    """Return where a connection is whose client has to do something; None while it is the server's turn."""
    request = connection.cycle
    to_come = request is None or request.response_complete or request.more_body
    if to_come or connection.flow.write_paused:
        return request, connection.transport.get_write_buffer_size()
    return None
