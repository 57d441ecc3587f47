"""The application: everything that `crm-pulse serve` answers, wired."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from processors.serving.catalog_view import catalog_view
from processors.serving.selecting import Selecting
from schemas.catalog import Catalog
from schemas.token import Token
from streams.clock import now_us as wall_us
from streams.serving.store import Store, StoreAwayError
from streams.web.api import page
from streams.web.api.access import Gate
from streams.web.api.context import BoardDocument, Context
from streams.web.api.directory import Directory
from streams.web.api.exposition import Exposition
from streams.web.api.guard import BASE, Guard
from streams.web.api.hub import Hub
from streams.web.api.limits import Limits
from streams.web.api.openapi import complete
from streams.web.api.problems import ProblemError, ProblemType, answer, of_status
from streams.web.api.routes import about, alerts, events, health, kpis, leaderboards
from streams.web.api.running import Running
from streams.web.api.silence_log import SilenceLog, SilencesAwayError

log = structlog.get_logger(__name__)

RETRY_AFTER = {"Retry-After": "2"}


def create_app(
    store: Store,
    catalog: Catalog,
    tokens: Mapping[str, Token] | None,
    boards: Mapping[str, BoardDocument],
    silences: SilenceLog,
    *,
    limits: Limits | None = None,
    static: Path = page.STATIC,
    now_us: Callable[[], int] = wall_us,
) -> FastAPI:
    """Return the application. Without tokens everybody who reaches it under a name of this machine may everything."""
    limits = limits or Limits()
    selecting, directory = Selecting(catalog), Directory(store)
    hub = Hub(selecting, directory, limits, now_us)
    gate = Gate(tokens, limits)
    context = Context(
        store,
        catalog,
        selecting,
        boards,
        silences,
        gate,
        limits,
        directory,
        hub,
        catalog_view(catalog),
        now_us,
    )
    exposition = Exposition(hub)
    app = FastAPI(
        title="CRM Pulse",
        version=version("crm-pulse"),
        openapi_url=f"{BASE}/openapi.json",
        docs_url=None,  # its scripts would come from elsewhere
        redoc_url=None,
        lifespan=_lifespan(context),
    )
    app.state.context, app.state.exposition = context, exposition
    api = APIRouter(prefix=BASE)
    for part in (kpis, leaderboards, alerts, events, about):
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(health.router)
    if static.is_dir():
        page.mount(app, static)
    _handle_problems(app)
    complete(app)
    app.add_middleware(
        Guard, body_bytes_max=limits.body_bytes_max, loopback_only=gate.open, count=exposition.count
    )
    return app


def _lifespan(context: Context) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(Running(context.hub, context.store, context.directory).run())
        running.add_done_callback(lambda task: _note_failure(context.hub, task))
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return lifespan


def _note_failure(hub: Hub, task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        hub.failure = task.exception()
        log.error("serve_hub_failed", exc_info=hub.failure)


def _handle_problems(app: FastAPI) -> None:
    async def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)
        return answer(error)

    async def wrong(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [{"where": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
        detail = "; ".join(f"{one['where']}: {one['message']}" for one in errors)
        return answer(ProblemError(ProblemType.INVALID, detail, errors=errors))

    async def http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        found = of_status(error.status_code, error.detail)
        found.headers.update(error.headers or {})
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
