"""Answers that a reader may have already: an ETag of what is said, 304 where it is the same."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from fastapi import Request
from fastapi.responses import Response

HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
VOLATILE: Final = {"Cache-Control": "no-store", "Vary": "Authorization"}


def tagged(request: Request, body: bytes, media_type: str = "application/json") -> Response:
    """Return the body, or 304 without it where the reader says that it has the same."""
    return _unless_known(request, _tag(body), HEADERS, body, media_type)


def tagged_by(request: Request, what: bytes, body: bytes) -> Response:
    """Return a body that tells the time, or 304 where the reader has one that says the same (`what`) but for that.

    The ETag is a weak one, and no cache keeps the body: a time that stands still would be no time.
    """
    return _unless_known(request, f"W/{_tag(what)}", VOLATILE, body, "application/json")


def _tag(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:32]}"'


def _unless_known(
    request: Request, tag: str, common: Mapping[str, str], body: bytes, media_type: str
) -> Response:
    headers = {**common, "ETag": tag}
    if has(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def has(if_none_match: str | None, tag: str) -> bool:
    """Tell whether a reader's If-None-Match names the tag."""
    if if_none_match is None:
        return False
    named = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag.removeprefix("W/") in named or "*" in named
