"""`/alerts` and `/silences`: what is wrong, and what people say of it."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from processors.reading.event_time import decode_time
from processors.serving.viewing import TeamOf
from processors.silences import records as silence_records
from processors.silences.names import strange_names
from schemas.alert import AlertState
from schemas.duration import DAY_US, duration_us
from schemas.files.given_time import GIVEN_YEARS, in_given_years
from schemas.severity import Severity
from schemas.silence import Silence
from streams.web.api.access import Access
from streams.web.api.context import Api, Caretaker, Context, Reader
from streams.web.api.documented import SAID, STORE, answers
from streams.web.api.etag import tagged
from streams.web.api.feed import sees_alert
from streams.web.api.lists import PAGE_ITEMS, Cursor, Limit, page
from streams.web.api.models import AlertRecord, Page, SilenceRecord
from streams.web.api.problems import ProblemError, ProblemType, invalid
from streams.web.api.said import Acknowledge, NewSilence

router = APIRouter(tags=["Alerts"])

ACKNOWLEDGED_US: Final = DAY_US
"""As with `crm-pulse ack`: who took care yesterday may have forgotten."""
LONGEST_D: Final = silence_records.LONGEST_US // DAY_US

Id = Annotated[str, Path(max_length=200)]
_encode = msgspec.json.Encoder().encode
_decode_episode = msgspec.json.Decoder(silence_records.Episode).decode
_decode_fields = msgspec.json.Decoder(dict[str, Any]).decode


@router.get("/alerts", summary="Alerts", responses=answers(Page[AlertRecord], *STORE))
async def alerts(
    request: Request,
    context: Api,
    access: Reader,
    state: Annotated[list[AlertState], Query(description="Only those in one of these states.")] = [],  # noqa: B006
    severity: Annotated[list[Severity], Query(description="Only those of these severities.")] = [],  # noqa: B006
    rule: Annotated[list[str], Query(description="Only of these rules.")] = [],  # noqa: B006
    limit: Limit = PAGE_ITEMS,
    cursor: Cursor = None,
) -> Response:
    """Return the alerts there are, as they are on `crm.alerts`, in the order of their ids."""
    found = await _visible(context, access)
    filters: dict[str, Sequence[str]] = {"state": state, "severity": severity, "rule": rule}
    wanted = {name: values for name, values in filters.items() if values}
    if wanted:
        found = {id: record for id, record in found.items() if _has(_decode_fields(record), wanted)}
    return page(request, found.items(), limit, cursor)


@router.post(
    "/alerts/{id}/acknowledge",
    summary="Acknowledge an alert",
    responses=answers(SilenceRecord, *SAID, ProblemType.NOT_FOUND, ProblemType.CONFLICT),
)
async def acknowledge(context: Api, access: Caretaker, id: Id, body: Acknowledge | None = None) -> Response:
    """Say that somebody takes care: the alert is not told again while that lasts, unless it becomes worse.

    The author is the token's name. Said again, it is the same acknowledgement with another end.
    """
    said, now_us = context.silences.said(), context.now_us()
    body = body or Acknowledge()
    record = (await _visible(context, access)).get(id)
    if record is None:
        raise ProblemError(ProblemType.NOT_FOUND, f"there is no alert {id!r}")
    try:
        alert = _decode_episode(record)
    except msgspec.MsgspecError:
        detail = f"alert {id!r} is of a version that this server can't read"
        raise ProblemError(ProblemType.NOT_FOUND, detail) from None
    until_us = _end_us(body.for_, body.until, now_us, ACKNOWLEDGED_US)
    try:
        same = said.get(silence_records.acknowledgement_id(alert))
        new = silence_records.acknowledgement(alert, until_us, access.name, body.comment, now_us, same)
    except ValueError as error:
        if alert.state == "resolved":
            raise ProblemError(ProblemType.CONFLICT, str(error)) from None
        raise invalid("body", str(error)) from None
    await context.silences.say(new)
    return _answer(new)


@router.get(
    "/silences", summary="Silences and acknowledgements", responses=answers(Page[SilenceRecord], *SAID)
)
async def silences(
    request: Request,
    context: Api,
    access: Reader,
    all: Annotated[bool, Query(description="Those that are over, too.")] = False,
    limit: Limit = PAGE_ITEMS,
    cursor: Cursor = None,
) -> Response:
    """Return what people said of alerts, as it is on `crm.silences`, in the order of ids."""
    said, now_us = context.silences.said(), context.now_us()
    sees = await _seeing(context, access)
    items = [
        (one.id, _encode(one)) for one in said if (all or now_us < decode_time(one.ends_at)) and sees(one)
    ]
    return page(request, items, limit, cursor)


@router.post(
    "/silences",
    status_code=201,
    summary="Silence alerts",
    responses=answers(SilenceRecord, *SAID, status=201),
)
async def silence(context: Api, access: Caretaker, body: NewSilence) -> Response:
    """Hold back the notifications of every alert that matches, for a time. The author is the token's name.

    The answer has `warnings` where a matcher names what no alert has.
    """
    context.silences.said()
    now_us = context.now_us()
    team_of = await context.directory.for_viewer(access.viewer)
    if not access.viewer.sees_matchers(body.matchers, team_of):
        raise ProblemError(
            ProblemType.FORBIDDEN_TEAM,
            f"a silence of {access.name!r} names one of its teams or their reps: team=…, or rep=…, without wildcards",
        )
    from_us = now_us if body.from_ is None else _moment_us("from", body.from_)
    until_us = _end_us(body.for_, body.until, from_us, None)
    try:
        new = silence_records.silence(
            secrets.token_hex(8), body.matchers, from_us, until_us, access.name, body.comment, now_us
        )
    except ValueError as error:
        raise invalid("body", str(error)) from None
    await context.silences.say(new)
    return _answer(
        new, 201, {"Location": f"/api/v1/silences/{new.id}"}, strange_names(new.matchers, context.labels)
    )


@router.get(
    "/silences/{id}",
    summary="One silence or acknowledgement",
    responses=answers(SilenceRecord, *SAID, ProblemType.NOT_FOUND),
)
async def one_silence(request: Request, context: Api, access: Reader, id: Id) -> Response:
    """Return it as it is on `crm.silences`, also when it is over."""
    return tagged(request, _encode(await _said(context, access, id)))


@router.delete(
    "/silences/{id}",
    summary="End a silence or an acknowledgement",
    responses=answers(
        SilenceRecord, *SAID, ProblemType.FORBIDDEN_AUTHOR, ProblemType.NOT_FOUND, ProblemType.CONFLICT
    ),
)
async def end(context: Api, access: Caretaker, id: Id) -> Response:
    """End it now; it stays, with an earlier end. What somebody else said needs the scope `admin`."""
    found = await _said(context, access, id)
    if found.author != access.name and "admin" not in access.scopes:
        raise ProblemError(
            ProblemType.FORBIDDEN_AUTHOR, f"{found.author} said it; to end it needs the scope admin"
        )
    try:
        new = silence_records.ended(found, context.now_us())
    except ValueError as error:
        raise ProblemError(ProblemType.CONFLICT, str(error)) from None
    await context.silences.say(new)
    return _answer(new)


async def _said(context: Context, access: Access, id: str) -> Silence:
    """Return what was said under an id. Raises ProblemError where there is nothing that somebody sees."""
    found = context.silences.said().get(id)
    if found is None or not (await _seeing(context, access))(found):
        raise ProblemError(ProblemType.NOT_FOUND, f"there is no silence {id!r}")
    return found


async def _visible(context: Context, access: Access) -> dict[str, bytes]:
    """Return the alerts that somebody sees."""
    found, viewer = await context.store.alerts(), access.viewer
    if viewer.sees_all:
        return {**found}
    team_of = await context.directory.for_viewer(viewer)
    return {id: record for id, record in found.items() if sees_alert(viewer, record, team_of)}


async def _seeing(context: Context, access: Access) -> Any:
    """Return what tells whether somebody sees a silence, or the alert of an acknowledgement."""
    if access.viewer.sees_all:
        return lambda one: True
    team_of: TeamOf = await context.directory.for_viewer(access.viewer)
    seen = await _visible(context, access)

    def sees(one: Silence) -> bool:
        if one.kind == "acknowledgement":
            return one.alert in seen
        return access.viewer.sees_matchers(one.matchers, team_of)

    return sees


def _has(fields: dict[str, Any], wanted: Mapping[str, Sequence[str]]) -> bool:
    return all(fields.get(name) in values for name, values in wanted.items())


def _end_us(lasting: str | None, until: str | None, from_us: int, default_us: int | None) -> int:
    if lasting is not None and until is not None:
        raise invalid("body", "expected one of `for` and `until`")
    if until is not None:
        return _moment_us("until", until)
    if lasting is None:
        if default_us is None:
            raise invalid("body", "expected `for` (such as 2h) or `until`: everything has an end")
        return from_us + default_us
    try:
        return from_us + duration_us(lasting, LONGEST_D)
    except ValueError as error:
        raise invalid("for", str(error)) from None


def _moment_us(field: str, text: str) -> int:
    try:
        t_us = decode_time(text)
    except ValueError:
        raise invalid(
            field, f"expected a time with an offset, such as 2026-11-21T09:00:00Z, found {text!r}"
        ) from None
    if not in_given_years(t_us):
        raise invalid(field, f"expected {GIVEN_YEARS}, found {text!r}")
    return t_us


def _answer(
    record: Silence, status: int = 200, headers: dict[str, str] | None = None, warnings: Sequence[str] = ()
) -> Response:
    body = _encode(record)
    if warnings:
        body = body[:-1] + b',"warnings":' + _encode(warnings) + b"}"
    return Response(body, status, headers, "application/json")
