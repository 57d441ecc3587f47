"""Answers that a reader may have already: an ETag of what is said, 304 where it is the same."""

from hashlib import sha256
from typing import Final

from fastapi import Request
from fastapi.responses import Response

HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


def tagged(request: Request, body: bytes, media_type: str = "application/json") -> Response:
    """Return the body, or 304 without it where the reader says that it has the same."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag}
    if has(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def has(if_none_match: str | None, tag: str) -> bool:
    """Tell whether a reader's If-None-Match names the tag."""
    if if_none_match is None:
        return False
    named = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag in named or "*" in named
