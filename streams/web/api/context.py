"""What every route works with, and who is asking."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from processors.serving.catalog_view import catalog_view
from processors.serving.selecting import Selecting
from schemas.catalog import Catalog
from schemas.token import Scope, Token
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
    """One serve process: what it is given, and what it makes of that."""

    store: Store
    catalog: Catalog
    tokens: Mapping[str, Token] | None
    """Without them everybody who reaches the server under a name of this machine may do everything."""
    boards: Mapping[str, BoardDocument]
    silences: SilenceLog
    _: KW_ONLY
    limits: Limits = field(default_factory=Limits)
    labels: frozenset[str] | None = None
    """Of the rules: what silences may name beside what every alert has; None where they are not known."""
    now_us: Callable[[], int] = now_us
    abort: Abort = field(default=_no_abort)
    selecting: Selecting = field(init=False)
    gate: Gate = field(init=False)
    directory: Directory = field(init=False)
    hub: Hub = field(init=False)
    exposition: Exposition = field(init=False)
    catalog_view: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.selecting = Selecting(self.catalog)
        self.gate = Gate(self.tokens, self.limits)
        self.directory = Directory(self.store)
        self.hub = Hub(self.selecting, self.directory, self.limits, self.now_us)
        self.exposition = Exposition(self.hub)
        self.catalog_view = catalog_view(self.catalog)


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
