"""`/kpis` and `/series`: records as they are on `crm.kpis`, and their short histories."""

from collections import defaultdict
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from starlette.convertors import PathConvertor, register_url_convertor

from processors.publishing.records import rfc3339
from processors.serving.selecting import exactly
from schemas.kpi import dims_of
from schemas.selector import Selector, SelectorError
from streams.web.api.access import Access
from streams.web.api.context import Api, Context, Reader
from streams.web.api.documented import STORE, answers
from streams.web.api.etag import tagged
from streams.web.api.filters import Part, filtered, read_dims
from streams.web.api.lists import PAGE_ITEMS, Cursor, Limit, Pages
from streams.web.api.models import KpiRecord, Page, Series
from streams.web.api.problems import ProblemError, ProblemType, invalid
from streams.web.api.seeing import WHOSE, refuse_hidden

SELECT_CHARS_MAX = 1_000


class _KeyConvertor(PathConvertor):
    """A key in an address: names have any characters, also the slash and ends of lines."""

    regex = "(?s:.*)"


register_url_convertor("record_key", _KeyConvertor())
router = APIRouter(tags=["KPIs"])

Select = Annotated[
    list[Annotated[str, Query(max_length=SELECT_CHARS_MAX)]],
    Query(
        description="Selectors, in the words of keys: `calls|rolling_24h|` is the company's, `…|rep` every rep's, "
        "`…|team=north` one team's. A calendar window without a period is the running one.",
        openapi_examples={
            "reps": {"value": ["calls|rolling_24h|rep"]},
            "month": {"value": ["won_revenue|month|", "won_revenue|month:2026-10|"]},
        },
    ),
]


def parse_selectors(context: Context, texts: list[str]) -> tuple[Selector, ...]:
    """Read selectors, each once. Raises ProblemError."""
    if len(texts) > context.limits.selectors_max:
        raise invalid("select", f"{context.limits.selectors_max} selectors at most, found {len(texts)}")
    try:
        return tuple(context.selecting.parse(text) for text in dict.fromkeys(texts))
    except SelectorError as error:
        raise invalid("select", str(error)) from None


async def parse_named(context: Context, access: Access, texts: list[str]) -> tuple[Selector, ...]:
    """Read somebody's selectors. Raises ProblemError, also where one names what that one does not see."""
    selectors = parse_selectors(context, texts)
    for text, one in zip(dict.fromkeys(texts), selectors, strict=True):
        named = {name: value for name, value in one.dims if name in one.wanted}
        if exactly(one) is not None or WHOSE & {*named}:
            await refuse_hidden(context, access, text, named)
    return selectors


@router.get(
    "/kpis",
    summary="Current records",
    responses=answers(Page[KpiRecord], *STORE, ProblemType.FORBIDDEN_TEAM),
)
async def kpis(
    request: Request,
    context: Api,
    access: Reader,
    select: Select = [],  # noqa: B006 - FastAPI copies it
    kpi: Annotated[list[str], Query(description="Without `select`: only these KPIs.")] = [],  # noqa: B006
    window: Annotated[str | None, Query(description="Without `select`: only this window.")] = None,
    period: Annotated[
        str | None, Query(description="A period, such as `2026-10`, or `all`; default: the running ones.")
    ] = None,
    dim: Annotated[
        list[str],
        Query(
            description="`rep=ann`, `rep` for all reps, or `from_stage=` for no stage; several must hold together."
        ),
    ] = [],  # noqa: B006
    limit: Limit = PAGE_ITEMS,
    cursor: Cursor = None,
) -> Response:
    """Return current records in the order of their keys: those of selectors, or those that filters leave."""
    if select and (kpi or window is not None or period is not None or dim):
        raise invalid("select", "can't stand beside kpi, window, period and dim: a selector says all of that")
    if select:
        buckets = _buckets(context, await parse_named(context, access, select))
    else:
        dims = read_dims(dim)
        named = {name: value for name, value in dims.items() if name in WHOSE and value is not None}
        if named:
            await refuse_hidden(context, access, ",".join(dim), named)
        buckets = await filtered(context, kpi, window, period, dims)
    team_of = await context.directory.for_viewer(access.viewer)
    pages = Pages(request, 2)
    after = pages.after(cursor)
    found: list[tuple[tuple[str, ...], bytes]] = []
    for bucket in sorted(buckets):
        if after and bucket < after[0]:
            continue
        parts = buckets[bucket]
        exact = [part.exactly for part in parts if part.exactly is not None]
        records = await context.store.records(bucket, exact if len(exact) == len(parts) else None)
        found += sorted(
            ((bucket, text), record)
            for text, record in records.items()
            if (bucket, text) > after
            and any(part.takes(text) for part in parts)
            and access.viewer.sees(dims_of(text), team_of)
        )
        if len(found) > limit:
            break
    return tagged(request, pages.body(found, limit))


@router.get(
    "/kpis/{key:record_key}",
    summary="One record",
    responses=answers(KpiRecord, *STORE, ProblemType.NOT_FOUND, ProblemType.FORBIDDEN_TEAM),
)
async def kpi(
    request: Request,
    context: Api,
    access: Reader,
    key: Annotated[
        str,
        Path(
            description="The record's key, percent-encoded; a calendar window without a period is the running one.",
            openapi_examples={"rep": {"value": "calls|rolling_24h|rep=ann"}},
        ),
    ],
) -> Response:
    """Return the record of a key, as it is on `crm.kpis`."""
    bucket, text = await _place(context, access, key)
    record = (await context.store.records(bucket, [text])).get(text)
    if record is None:
        raise ProblemError(ProblemType.NOT_FOUND, f"there is no record {bucket}|{text}")
    return tagged(request, record)


@router.get(
    "/series",
    summary="Short histories",
    responses=answers(Page[Series], *STORE, ProblemType.FORBIDDEN_TEAM),
)
async def series(
    request: Request,
    context: Api,
    access: Reader,
    key: Annotated[
        list[str],
        Query(
            min_length=1,
            description="Keys of records.",
            openapi_examples={"company": {"value": ["calls|rolling_24h|"]}},
        ),
    ],
) -> Response:
    """Return the values that keys had lately, in the order of the question; for sparklines."""
    if len(key) > context.limits.selectors_max:
        raise invalid("key", f"{context.limits.selectors_max} keys at most, found {len(key)}")
    places = [await _place(context, access, one) for one in dict.fromkeys(key)]
    keys = [f"{bucket}|{text}" for bucket, text in places]
    items = [
        {
            "key": name,
            "points": [{"at": rfc3339(point.at_ms * 1000), "value": point.value} for point in points],
        }
        for name, points in zip(keys, await context.store.series(keys), strict=True)
    ]
    return tagged(request, orjson.dumps({"items": items, "next": None}))


async def _place(context: Context, access: Access, key: str) -> tuple[str, str]:
    """Return the bucket of a key and its last part. Raises ProblemError where it is none, or another team's."""
    try:
        selector = context.selecting.parse(key)
    except SelectorError as error:
        raise invalid("key", str(error)) from None
    text = exactly(selector)
    if text is None:
        raise invalid("key", f"{key!r}: every dimension of a record has a value, such as rep=ann")
    await refuse_hidden(context, access, key, dims_of(text))
    at = context.selecting.resolve(selector.kpi, selector.window, selector.period, context.now_us())
    return at.bucket, text


def _buckets(context: Context, selectors: tuple[Selector, ...]) -> dict[str, list[Part]]:
    buckets: defaultdict[str, list[Part]] = defaultdict(list)
    now_us = context.now_us()
    for selector in selectors:
        at = context.selecting.resolve(selector.kpi, selector.window, selector.period, now_us)
        buckets[at.bucket].append(Part(selector.takes, exactly(selector)))
    return buckets
