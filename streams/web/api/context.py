"""What every route works with, and who is asking."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from processors.serving.selecting import Selecting
from schemas.catalog import Catalog
from schemas.token import Scope
from streams.clock import now_us
from streams.serving.store import Store
from streams.web.api.access import Access, Gate
from streams.web.api.directory import Directory
from streams.web.api.exposition import Exposition
from streams.web.api.hub import Hub
from streams.web.api.limits import Limits
from streams.web.api.parameters import refuse_unknown
from streams.web.api.silence_log import SilenceLog
from streams.web.api.stream import Abort

BoardDocument = Mapping[str, Any]
"""A board with all that the page needs; `selectors` are those of its tiles."""


def _no_abort(_: Any) -> None:
    """Cut no connection: there is none in tests without a server."""


@dataclass(slots=True)
class Context:
    """One serve process."""

    store: Store
    catalog: Catalog
    selecting: Selecting
    boards: Mapping[str, BoardDocument]
    silences: SilenceLog
    gate: Gate
    limits: Limits
    directory: Directory
    hub: Hub
    exposition: Exposition
    catalog_view: dict[str, Any]
    labels: frozenset[str] | None = None
    """Of the rules: what silences may name beside what every alert has; None where they are not known."""
    now_us: Callable[[], int] = now_us
    abort: Abort = field(default=_no_abort)


def context_of(request: Request) -> Context:
    """Return the process that a request came to."""
    context: Context = request.app.state.context
    return context


_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token of the file that CRM_PULSE_TOKENS names."
)


def who(scope: Scope) -> Callable[..., Coroutine[Any, Any, Access]]:
    """Return the dependency that lets in who has the scope, and asks for nothing that the route does not know."""

    async def admitted(request: Request, _: Annotated[Any, Depends(_bearer)] = None) -> Access:
        context = context_of(request)
        address = request.client.host if request.client else "unknown"
        access = context.gate.admit(request.headers.get("authorization"), address, context.now_us())
        access.require(scope)
        refuse_unknown(request)
        return access

    return admitted


Api = Annotated[Context, Depends(context_of)]
Reader = Annotated[Access, Depends(who("read"))]
Caretaker = Annotated[Access, Depends(who("acknowledge"))]
