"""What the framework finds wrong with a request, in the words that files' mistakes are told in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Request

from schemas.files.model_faults import detail_faults
from streams.web.api.problems import FAULTS_MAX, ProblemError, ProblemType, and_more

BODY: Final = "body"


def not_understood(request: Request, details: Sequence[Mapping[str, Any]]) -> ProblemError:
    """Return the problem: parameters by their names, fields of the body by their path in it."""
    found: list[tuple[str, str]] = []
    of_body = []
    for detail in details[:FAULTS_MAX]:
        place, *loc = detail["loc"]
        if detail["type"] == "json_invalid":
            found.append((BODY, f"expected JSON, found a mistake in it at character {loc[0]}"))
        elif place == BODY and not loc and detail["type"] != "missing" and not _is_json(request):
            # It is not read then, so that whatever it says is found to be a text.
            found.append((BODY, "expected JSON, sent with the header `Content-Type: application/json`"))
        elif place == BODY:
            of_body.append({**detail, "loc": loc})
        else:
            # Of a list of values it is the parameter that has a name.
            found += [(str(path[0]), said) for path, said in detail_faults(None, [{**detail, "loc": loc}])]
    for path, said in detail_faults(_body_type(request), of_body):
        found.append((".".join(map(str, (BODY, *path))), said))
    return ProblemError(
        ProblemType.INVALID,
        "; ".join(f"{where}: {said}" for where, said in found) + and_more(len(details)),
        errors=[{"where": where, "message": said} for where, said in found],
    )


def _is_json(request: Request) -> bool:
    """Tell whether the request says that its body is JSON, of whatever kind."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _body_type(request: Request) -> Any:
    """Return what the route expects in the body; None where it expects nothing."""
    field: Any = getattr(request.scope.get("route"), "body_field", None)
    return None if field is None else field.field_info.annotation
