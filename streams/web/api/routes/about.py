"""`/catalog`, `/boards`, `/directory`, `/status`: what there is, what it is called, and how things are."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from processors.serving.board_seen import seen_by
from streams.web.api import models
from streams.web.api.context import Api, Reader
from streams.web.api.documented import STORE, answers
from streams.web.api.etag import tagged, tagged_by
from streams.web.api.lists import PAGE_ITEMS, Cursor, Limit, page
from streams.web.api.problems import ProblemType, no_such
from streams.web.api.running import status_document, status_of

router = APIRouter()


@router.get("/catalog", tags=["About"], summary="The catalog", responses=answers(models.CatalogView))
async def catalog(request: Request, context: Api, _: Reader) -> Response:
    """Return what each KPI is called, what its values are and where it is kept; stages, currency, time zone."""
    return tagged(request, orjson.dumps(context.catalog_view))


@router.get(
    "/boards", tags=["Boards"], summary="Wallboards", responses=answers(models.Page[models.BoardEntry])
)
async def boards(
    request: Request, context: Api, _: Reader, limit: Limit = PAGE_ITEMS, cursor: Cursor = None
) -> Response:
    """Return the boards there are, in the order of their ids."""
    items = [
        (id, orjson.dumps({"id": id, "title": board.get("title", id)}))
        for id, board in context.boards.items()
    ]
    return page(request, items, limit, cursor)


@router.get(
    "/boards/{id}",
    tags=["Boards"],
    summary="One wallboard",
    responses=answers(models.Board, ProblemType.NOT_FOUND, *STORE),
)
async def board(
    request: Request, context: Api, access: Reader, id: Annotated[str, Path(max_length=200)]
) -> Response:
    """Return a board with all that a page needs to show it; what is not for the token is `hidden`."""
    found = context.boards.get(id)
    if found is None:
        raise no_such("board", id, context.boards)
    team_of = await context.directory.for_viewer(access.viewer)
    return tagged(request, orjson.dumps(seen_by(access.viewer, team_of, found)))


@router.get(
    "/directory",
    tags=["About"],
    summary="Reps and their teams",
    responses=answers(models.Page[models.Rep], *STORE),
)
async def directory(
    request: Request, context: Api, access: Reader, limit: Limit = PAGE_ITEMS, cursor: Cursor = None
) -> Response:
    """Return every rep that was ever named, in the order of their names; a restricted token sees its own."""
    items = [
        (rep, orjson.dumps({"rep": rep, "team": place.team, "active": place.active}))
        for rep, place in (await context.directory.places()).items()
        if access.viewer.sees_team(place.team)
    ]
    return page(request, items, limit, cursor)


@router.get(
    "/status",
    tags=["About"],
    summary="How far values can be believed",
    responses=answers(models.Status),
)
async def status(request: Request, context: Api, _: Reader) -> Response:
    """Return whether values are live, stale (whoever brings them is behind), filling (after a start) or away.

    The ETag is of the state and of `as_of`: 304 says that both are what they were.
    """
    state, as_of_ms = await status_of(context.store)
    document = status_document(state, as_of_ms)
    return tagged_by(request, orjson.dumps([state, as_of_ms]), orjson.dumps(document))
