"""HEAD: what GET would say, without the body; a stream ends with its headers."""

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """An ASGI middleware that asks the routes with GET."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        # A copy: the server must go on to know that no body follows.
        asked: dict[str, Any] = {**scope, "method": "GET"}

        async def answering(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                # It is over here, so that what sends for ever hears that the client is gone.
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        try:
            await self._app(asked, receive, answering)
        finally:
            if "route" in asked:
                scope["route"] = asked["route"]
