"""`/leaderboards`: reps by a KPI's value."""

from collections.abc import Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from schemas.selector import SelectorError
from streams.serving.standings import standings
from streams.serving.store import Standing
from streams.web.api import models
from streams.web.api.access import Access
from streams.web.api.context import Api, Context, Reader
from streams.web.api.documented import STORE, answers
from streams.web.api.etag import tagged
from streams.web.api.lists import PAGE_ITEMS_MAX
from streams.web.api.problems import ProblemError, ProblemType, invalid, no_such

router = APIRouter(tags=["Leaderboards"])

TOP = 100


@router.get(
    "/leaderboards/{kpi}/{window}",
    summary="Reps by a KPI's value",
    responses=answers(models.Leaderboard, *STORE, ProblemType.FORBIDDEN_TEAM, ProblemType.NOT_FOUND),
)
async def leaderboard(
    request: Request,
    context: Api,
    access: Reader,
    kpi: str,
    window: str,
    period: Annotated[
        str | None, Query(description="A period of a calendar window; default: the running one.")
    ] = None,
    team: Annotated[
        str | None, Query(description="Only the reps of this team, ranked among themselves.")
    ] = None,
    top: Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX, description="So many places.")] = TOP,
) -> Response:
    """Return the reps with a value, the best first. A restricted token sees its own reps, ranked among themselves."""
    where = "kpi"
    try:
        selector = context.selecting.parse(f"{kpi}|{window}|rep")
        if period is not None:
            where = "period"
            selector = context.selecting.parse(f"{kpi}|{window}:{period}|rep")
    except SelectorError as error:
        raise invalid(where, str(error)) from None
    if team is not None and not access.viewer.sees_team(team):
        raise ProblemError(ProblemType.FORBIDDEN_TEAM, f"{team!r} is none of the teams of {access.name!r}")
    kpi, window, period = selector.kpi, selector.window, selector.period
    direction = context.catalog.kpis[kpi].direction
    bucket = context.selecting.resolve(kpi, window, period, context.now_us()).bucket
    places = await context.directory.places()
    if team is not None:
        _check_team(team, {place.team for place in places.values() if access.viewer.sees_team(place.team)})
    items = [
        {
            "rep": one.rep,
            "team": places[one.rep].team if one.rep in places else None,
            "value": one.value,
            "rank": one.rank,
        }
        for one in await _standings(context, access, bucket, direction == "up", team, top)
    ]
    document = {
        "kpi": kpi,
        "window": window,
        "period": bucket.partition("|")[2].partition(":")[2] or None,
        "direction": direction,
        "items": items,
        "next": None,
    }
    return tagged(request, orjson.dumps(document))


async def _standings(
    context: Context, access: Access, bucket: str, descending: bool, team: str | None, top: int
) -> Sequence[Standing]:
    """Return the first of a leaderboard; of one team, or of the reps that somebody sees, ranked among themselves."""
    viewer = access.viewer
    if team is None and viewer.sees_all:
        return await context.store.leaderboard(bucket, descending=descending, top=top)
    everybody = await context.store.leaderboard(bucket, descending=descending, top=None)
    team_of = context.directory.team_of
    own = (
        one for one in everybody if viewer.sees_rep(one.rep, team_of) and team in (None, team_of.get(one.rep))
    )
    return standings(((one.rep, one.value) for one in own), descending=descending, top=top)


def _check_team(team: str, teams: set[str]) -> None:
    """Raise ProblemError for a team that nobody is in; while nobody is known, any may be."""
    if teams and team not in teams:
        raise no_such("team", team, teams)
