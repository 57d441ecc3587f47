"""The response that a client of the event stream reads, until it goes or is told good-bye."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from streams.web.api.client import Client

Abort = Callable[[Any], None]
"""Cuts the connection of a peer, as the ASGI scope calls it."""

HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second for nginx, which would collect events until its buffer is full."""


class EventStream(Response):
    """Sends what is queued for a client."""

    media_type = "text/event-stream"

    def __init__(
        self,
        client: Client,
        leave: Callable[[], None],
        abort: Abort,
        bye_s: float,
        status_code: int = 200,  # by which the framework documents it
    ) -> None:
        super().__init__(status_code=status_code, headers=HEADERS)
        # The length is not known, and there is no end.
        self.raw_headers = [one for one in self.raw_headers if one[0] != b"content-length"]
        self._client = client
        self._leave = leave
        self._abort = abort
        self._bye_s = bye_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the client is gone, or was told good-bye."""
        sending = asyncio.create_task(self._send(send))
        gone = asyncio.create_task(_gone(receive))
        over = asyncio.create_task(self._client.over.wait())
        try:
            await asyncio.wait([sending, gone, over], return_when=asyncio.FIRST_COMPLETED)
            if over.done() and not gone.done():
                # It may be in the middle of a write that nobody reads: then the good-bye is lost, and the connection
                # cut, since to close it would mean to wait until everything before was read.
                await asyncio.wait([sending, gone], timeout=self._bye_s, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done() and not gone.done():
                self._abort(scope.get("client"))
        finally:
            self._leave()
            for task in (sending, gone, over):
                task.cancel()
            await asyncio.gather(sending, gone, over, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        while True:
            chunk = await self._client.take()
            over = self._client.reason is not None
            await send({"type": "http.response.body", "body": chunk, "more_body": not over})
            self._client.sent()
            if over:
                return


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
