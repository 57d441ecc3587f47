"""What holds for every request, before anything else looks at it: names, origins, sizes, headers, counts."""

import re
from collections.abc import Callable
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.web.api.problems import ProblemError, ProblemType, answer
from streams.web.loopback import asks_loopback

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

BASE: Final = "/api/v1"

CSP: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

_ORIGIN: Final = re.compile(rb"^https?://[^/]*")

Count = Callable[[str, str, int], None]
"""Route, method, status."""


class Guard:
    """An ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, body_bytes_max: int, loopback_only: bool, count: Count) -> None:
        self._app = app
        self._body_bytes_max = body_bytes_max
        self._loopback_only = loopback_only
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def answering(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(message)
            await send(message)

        try:
            problem = self._problem(scope)
            if problem is not None:
                await answer(problem)(scope, receive, answering)
            else:
                await self._app(scope, self._bounded(receive), answering)
        finally:
            self._count(route_of(scope), scope["method"], status)

    def _problem(self, scope: Scope) -> ProblemError | None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if self._loopback_only and not asks_loopback(host):
            # A page from elsewhere whose name was made to lead to this machine asks under that name.
            return ProblemError(
                ProblemType.WRONG_HOST,
                "without tokens this server answers to localhost and to loopback addresses only",
            )
        if scope["method"] not in SAFE:
            origin = headers.get(b"origin")
            foreign = origin is not None and origin.partition("://")[2] != host
            if foreign or headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return ProblemError(
                    ProblemType.FORBIDDEN_ORIGIN, "only pages of this server itself may change something"
                )
        length = headers.get(b"content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > self._body_bytes_max:
            return self._too_large()
        return None

    def _bounded(self, receive: Receive) -> Receive:
        left = self._body_bytes_max

        async def bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(ProblemType.TOO_LARGE.status, self._too_large().detail)
            return message

        return bounded

    def _too_large(self) -> ProblemError:
        return ProblemError(ProblemType.TOO_LARGE, f"a request may have {self._body_bytes_max} bytes at most")


def route_of(scope: Scope) -> str:
    """Return the route for the metrics: a template, never what somebody sent."""
    route: Any = scope.get("route")
    # Some versions of the framework name the whole path, others what a router adds.
    return str(getattr(route, "path", None) or "other").removeprefix(BASE)


def _complete(message: Message) -> None:
    # A slash too many is redirected under the name and scheme that the server sees: behind a proxy that is http, and
    # whoever follows would send the token in the clear. Where to go on this server is enough.
    headers = [
        (name, _ORIGIN.sub(b"", value) if name.lower() == b"location" else value)
        for name, value in message.get("headers", ())
    ]
    message["headers"] = headers
    given = {name.lower() for name, _ in headers}
    headers += [one for one in HEADERS if one[0] not in given]
    if b"cache-control" not in given:
        headers.append((b"cache-control", b"no-store"))
