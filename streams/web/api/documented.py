"""What the OpenAPI document says of answers: problems by status, and pages that may be known already."""

from typing import Any, Final

from pydantic import BaseModel

from streams.web.api.problems import MEDIA_TYPE, ProblemType

Responses = dict[int | str, dict[str, Any]]
"""By status, as the framework takes them."""

EVERYWHERE: Final = (
    ProblemType.UNAUTHORIZED,
    ProblemType.FORBIDDEN_SCOPE,
    ProblemType.WRONG_HOST,
    ProblemType.TOO_LARGE,
    ProblemType.TOO_MANY_REQUESTS,
    ProblemType.INVALID,
)
STORE: Final = (ProblemType.STORE_AWAY,)
SAID: Final = (
    ProblemType.STORE_AWAY,
    ProblemType.SILENCES_AWAY,
    ProblemType.FORBIDDEN_TEAM,
    ProblemType.FORBIDDEN_ORIGIN,
)


def problems(*types: ProblemType) -> Responses:
    """Return the entries of everything that can go wrong."""
    by_status: dict[int | str, list[ProblemType]] = {}
    for type in dict.fromkeys((*EVERYWHERE, *types)):
        by_status.setdefault(type.status, []).append(type)
    return {
        status: {
            "description": "; ".join(f"{type.title} (`{type.uri}`)" for type in found),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": {
                        "type": found[0].uri, "title": found[0].title, "status": status,
                        "detail": "What exactly is wrong, and what to do about it.",
                    },
                }
            },
        }
        for status, found in by_status.items()
    }  # fmt: skip


def answers(model: type[BaseModel], *types: ProblemType, status: int = 200, example: Any = None) -> Responses:
    """Return the entries of an answer, of the same if it is known already, and of what can go wrong."""
    content = {} if example is None else {"content": {"application/json": {"example": example}}}
    found: Responses = {status: {"model": model, "description": "The answer.", **content}, **problems(*types)}
    if status == 200:
        found[304] = {"description": "The same as the ETag of If-None-Match."}
    return found
