"""The application: everything that `crm-pulse serve` answers, wired."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from streams.serving.store import StoreAwayError
from streams.web.api import page
from streams.web.api.context import Context
from streams.web.api.faults import not_understood
from streams.web.api.guard import BASE, Guard
from streams.web.api.head import Head
from streams.web.api.hub import Hub
from streams.web.api.openapi import complete
from streams.web.api.problems import ProblemError, ProblemType, answer, of_status
from streams.web.api.routes import about, alerts, events, health, kpis, leaderboards
from streams.web.api.running import Running
from streams.web.api.silence_log import SilencesAwayError

log = structlog.get_logger(__name__)

RETRY_AFTER = {"Retry-After": "2"}
METHODS = ("GET", "POST", "DELETE")


def create_app(context: Context, static: Path = page.STATIC) -> FastAPI:
    """Return the routes and what stands before them."""
    app = FastAPI(
        title="CRM Pulse",
        version=version("crm-pulse"),
        openapi_url=f"{BASE}/openapi.json",
        docs_url=None,  # its scripts would come from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.context = context
    for part in (kpis, leaderboards, alerts, events, about):
        app.include_router(part.router, prefix=BASE)
    app.include_router(health.router)
    if static.is_dir():
        page.mount(app, static)
    _handle_problems(app)
    complete(app)
    app.add_middleware(Head)
    app.add_middleware(
        Guard,
        body_bytes_max=context.limits.body_bytes_max,
        loopback_only=context.gate.open,
        count=lambda *request: app.state.context.exposition.count(*request),
    )
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    running = asyncio.create_task(Running(context.hub, context.store, context.directory).run())
    running.add_done_callback(partial(note_failure, context.hub))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def note_failure(hub: Hub, task: asyncio.Task[None]) -> None:
    """Have the health page say that something which was to run for ever has ended."""
    if not task.cancelled() and task.exception() is not None:
        hub.failure = task.exception()
        log.error("serve_failed", exc_info=hub.failure)


def _handle_problems(app: FastAPI) -> None:
    async def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        return answer(error)

    async def wrong(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(not_understood(request, error.errors()))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        found = of_status(error.status_code, error.detail)
        found.headers.update(error.headers or {})
        path = request.url.path
        if found.type is ProblemType.NOT_FOUND:
            found.detail = f"there is no path {path!r}"
        if found.type is ProblemType.METHOD_NOT_ALLOWED:
            found.headers["Allow"] = ", ".join(_methods(app, request.scope))
            found.detail = f"{path!r} has no {request.method}; it has {found.headers['Allow']}"
        return answer(found)

    async def store_away(_: Request, error: Exception) -> Response:
        return answer(ProblemError(ProblemType.STORE_AWAY, str(error), headers=RETRY_AFTER))

    async def silences_away(_: Request, error: Exception) -> Response:
        return answer(ProblemError(ProblemType.SILENCES_AWAY, str(error), headers=RETRY_AFTER))

    async def internal(_: Request, __: Exception) -> Response:
        return answer(ProblemError(ProblemType.INTERNAL, "it is in the server's log"))

    app.add_exception_handler(ProblemError, problem)
    app.add_exception_handler(RequestValidationError, wrong)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(StoreAwayError, store_away)
    app.add_exception_handler(SilencesAwayError, silences_away)
    app.add_exception_handler(Exception, internal)


def _methods(app: FastAPI, scope: Scope) -> list[str]:
    """Return the methods that a path has, of all its routes; the framework names those of the first."""
    found = [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in app.routes)
    ]
    return [*found, "HEAD"] if "GET" in found else found
