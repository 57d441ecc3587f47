"""What goes wrong, as RFC 9457 has it: `application/problem+json`, with a bounded set of types."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi.responses import Response

from schemas.files.fault import nearest

MEDIA_TYPE: Final = "application/problem+json"
URN: Final = "urn:crm-pulse:problem:"
FAULTS_MAX: Final = 20
"""So many things that are wrong with one request are told: who sends thousands is helped by no more."""


class ProblemType(Enum):
    """The `type`s there are: word, status, title."""

    UNAUTHORIZED = ("unauthorized", 401, "A token is needed")
    FORBIDDEN_SCOPE = ("forbidden-scope", 403, "The token lacks a scope")
    FORBIDDEN_TEAM = ("forbidden-team", 403, "The token is for other teams")
    FORBIDDEN_AUTHOR = ("forbidden-author", 403, "Somebody else said it")
    FORBIDDEN_ORIGIN = ("forbidden-origin", 403, "Not from this page")
    WRONG_HOST = ("wrong-host", 421, "This server has another name")
    NOT_FOUND = ("not-found", 404, "There is no such thing")
    METHOD_NOT_ALLOWED = ("method-not-allowed", 405, "Not with this method")
    CONFLICT = ("conflict", 409, "It is over already")
    TOO_LARGE = ("too-large", 413, "The request is too large")
    MEDIA_TYPE = ("unsupported-media-type", 415, "JSON is expected")
    INVALID = ("invalid", 422, "The request is not understood")
    TOO_MANY_REQUESTS = ("too-many-requests", 429, "Too many requests")
    TOO_MANY_STREAMS = ("too-many-streams", 429, "Too many streams are open")
    INTERNAL = ("internal", 500, "A fault of this server")
    STORE_AWAY = ("store-away", 503, "Current values can't be read now")
    SILENCES_AWAY = ("silences-away", 503, "Silences can't be read or said now")
    STOPPING = ("stopping", 503, "The server is stopping")

    def __init__(self, word: str, status: int, title: str) -> None:
        self.word = word
        self.status = status
        self.title = title

    @property
    def uri(self) -> str:
        """The problem's `type`."""
        return URN + self.word


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        type: ProblemType,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.type = type
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = list(errors)


def invalid(parameter: str, message: str) -> ProblemError:
    """Return what says that a parameter, or a field of the body, is wrong."""
    return ProblemError(
        ProblemType.INVALID, f"{parameter}: {message}", errors=[{"where": parameter, "message": message}]
    )


def and_more(faults: int) -> str:
    """Return what is said at the end of those that are told, where there are more."""
    return f"; and {faults - FAULTS_MAX:,} more" if faults > FAULTS_MAX else ""


def no_such(parameter: str, name: str, there_are: Iterable[str]) -> ProblemError:
    """Return what says that nothing has a name, with the nearest that something has."""
    near = nearest(name, there_are)
    message = f"there is no {parameter} {name!r}" + (f", did you mean {near!r}?" if near else "")
    return ProblemError(ProblemType.NOT_FOUND, message, errors=[{"where": parameter, "message": message}])


def answer(problem: ProblemError) -> Response:
    """Return the response."""
    document: dict[str, Any] = {
        "type": problem.type.uri,
        "title": problem.type.title,
        "status": problem.type.status,
        "detail": problem.detail,
    }
    if problem.errors:
        document["errors"] = problem.errors
    return Response(orjson.dumps(document), problem.type.status, problem.headers, MEDIA_TYPE)


def of_status(status: int, detail: str) -> ProblemError:
    """Return the problem for what the framework found: an unknown path, a method that a path doesn't have."""
    for type in (ProblemType.NOT_FOUND, ProblemType.METHOD_NOT_ALLOWED, ProblemType.TOO_LARGE):
        if type.status == status:
            return ProblemError(type, detail)
    if status == HTTPStatus.BAD_REQUEST:
        # What the framework says of a body alone: it is not UTF-8, or deeper than can be read.
        return invalid("body", "expected JSON, found what is not UTF-8, or nested too deep")
    type = ProblemType.INVALID if status < HTTPStatus.INTERNAL_SERVER_ERROR else ProblemType.INTERNAL
    return ProblemError(type, detail)
