"""Lists in pages: `{"items": […], "next": cursor or null}`, of items that are JSON already."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import Query, Request
from fastapi.responses import Response

from processors.serving import paging
from streams.web.api import sse
from streams.web.api.etag import tagged
from streams.web.api.problems import invalid

PAGE_ITEMS: Final = 100
PAGE_ITEMS_MAX: Final = 1_000
CURSOR_CHARS_MAX: Final = 4_000

Limit = Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX, description="Items of a page at most.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=CURSOR_CHARS_MAX, description="`next` of the page before; the rest of the question stays."
    ),
]


class Pages:
    """One question's pages; names of items have a number of parts, in whose order the list is."""

    def __init__(self, request: Request, parts: int) -> None:
        question = [request.url.path, sorted(
            (name, value) for name, value in request.query_params.multi_items() if name not in ("cursor", "limit")
        )]  # fmt: skip
        self._fingerprint = paging.fingerprint(question)
        self._parts = parts

    def after(self, cursor: str | None) -> tuple[str, ...]:
        """Return the name of the last item of the page before; less than all names for the first page."""
        if cursor is None:
            return ()
        try:
            return paging.decode(cursor, self._fingerprint, self._parts)
        except paging.CursorError as error:
            raise invalid("cursor", str(error)) from None

    def body(self, items: Sequence[tuple[tuple[str, ...], bytes]], limit: int, **more: Any) -> bytes:
        """Return the page of the first items of the rest; there is a next page when there are more than `limit`."""
        shown = items[:limit]
        cursor = paging.encode(self._fingerprint, shown[-1][0]) if len(items) > limit else None
        extra = b"".join(orjson.dumps({name: value})[1:-1] + b"," for name, value in more.items())
        return (
            b"{" + extra + b'"items":' + sse.array(body for _, body in shown)
            + b',"next":' + orjson.dumps(cursor) + b"}"
        )  # fmt: skip


def page(request: Request, items: Iterable[tuple[str, bytes]], limit: int, cursor: str | None) -> Response:
    """Return the page of a list whose items are all at hand, by their names."""
    pages = Pages(request, 1)
    after = pages.after(cursor)
    rest = sorted(((name,), body) for name, body in items if (name,) > after)
    return tagged(request, pages.body(rest, limit))
