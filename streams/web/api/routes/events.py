"""`/events/stream`: what changes, as Server-Sent Events."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from streams.web.api.context import Api, BoardDocument, Context, Reader
from streams.web.api.documented import STORE, problems
from streams.web.api.feed import Question
from streams.web.api.problems import ProblemType, invalid, no_such
from streams.web.api.routes.kpis import Select, parse_named, parse_selectors
from streams.web.api.stream import EventStream

router = APIRouter(tags=["Events"])

TICKER: Final = "ticker"
"""The type of tile that shows alerts."""

_EXAMPLE: Final = (
    "event: snapshot\nid: 1795251790123-0\n"
    'data: {"records":[],"alerts":[],"status":{"state":"live","as_of":null,"now":"2026-11-21T09:03:10Z"}}\n\n'
)


@router.get(
    "/events/stream",
    summary="What changes",
    response_class=EventStream,
    responses={
        **problems(
            ProblemType.FORBIDDEN_TEAM,
            ProblemType.NOT_FOUND,
            ProblemType.TOO_MANY_STREAMS,
            ProblemType.STOPPING,
            *STORE,
        ),
        200: {
            "description": "`snapshot` first; then `kpis`, `alerts`, `status` (every two seconds) and, last, `bye`.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        },
    },
)
async def stream(
    request: Request,
    context: Api,
    access: Reader,
    select: Select = [],  # noqa: B006 - FastAPI copies it
    alerts: Annotated[
        bool | None, Query(description="Alerts, too; default: with a board that shows them.")
    ] = None,
    board: Annotated[
        str | None, Query(description="A board's id, instead of selectors: what its tiles show.")
    ] = None,
    last_event_id: Annotated[
        str | None,
        Query(max_length=200, description="As the header Last-Event-ID, for those who can't send it."),
    ] = None,
) -> Response:
    """Return a stream without end.

    A client that comes back with Last-Event-ID goes on where it was, while that is kept; else it gets a snapshot.
    """
    selectors = await parse_named(context, access, select)
    if board is not None:
        if select:
            raise invalid("board", "can't stand beside select: a board says what it shows")
        document = _board(context, board)
        selectors = parse_selectors(context, list(document["selectors"]))
        alerts = _shows_alerts(document) if alerts is None else alerts
    if not selectors and not alerts:
        raise invalid("select", "expected a selector, a board, or alerts=true: there is nothing to tell")
    question = Question(selectors, bool(alerts), access.viewer)
    if not access.viewer.sees_all:
        await context.directory.places()
    last_id = request.headers.get("last-event-id", last_event_id)
    hub = context.hub
    client = hub.join(question, access.counted_as, last_id)
    return EventStream(client, lambda: hub.leave(question, client), context.abort, context.limits.bye_s)


def _board(context: Context, id: str) -> BoardDocument:
    found = context.boards.get(id)
    if found is None:
        raise no_such("board", id, context.boards)
    return found


def _shows_alerts(document: BoardDocument) -> bool:
    tiles: Any = document.get("tiles", ())
    return any(tile.get("type") == TICKER for tile in tiles)
