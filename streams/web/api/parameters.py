"""Parameters that a path of the API does not have: ignored, a filter with a misspelt name would leave everything."""

from typing import Any, get_origin

from fastapi import Request

from schemas.files.fault import unknown
from streams.web.api.guard import BASE
from streams.web.api.problems import FAULTS_MAX, ProblemError, ProblemType, and_more


def refuse_unknown(request: Request) -> None:
    """Raise ProblemError for parameters that the route does not have, or has once and is given more often."""
    if not request.url.path.startswith(f"{BASE}/"):
        return  # what is sent to /metrics is Prometheus's own matter
    route: Any = request.scope["route"]
    known = [field.alias for field in route.dependant.query_params]
    strange = [name for name in request.query_params if name not in known]
    said = {
        name: unknown("parameter", name, known) + ("" if known else "; there are none here")
        for name in strange[:FAULTS_MAX]
    }
    for field in route.dependant.query_params:
        many = get_origin(field.field_info.annotation) is list
        if not many and len(set(request.query_params.getlist(field.alias))) > 1:
            said[field.alias] = f"parameter {field.alias!r} is given twice; here it has one value"
    if said:
        errors = [{"where": name, "message": message} for name, message in said.items()]
        detail = "; ".join(said.values()) + and_more(len(strange))
        raise ProblemError(ProblemType.INVALID, detail, errors=errors)
