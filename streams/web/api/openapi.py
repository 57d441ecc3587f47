"""The OpenAPI document: what the framework finds, and what it can't know."""

import json
from importlib.resources import files
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from streams.web.api.models import RECORDS, Problem

DESCRIPTION: Final = """Current KPIs, leaderboards and alerts of a sales organisation, as a service asks for them once
and as a screen follows them. Records are passed on as they are on the topics; fields may be added at any time.
Errors are RFC 9457 problems; their `type`s are a bounded set."""


def complete(app: FastAPI) -> None:
    """Make the application's document: what the framework finds, and what it can't know."""

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION.replace("\n", " "), routes=app.routes
    )
    schemas = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas["Problem"].pop("$defs", {})
    for model, (name, example) in RECORDS.items():
        schemas[model.__name__] = _of_record(model, name) | ({"example": example} if example else {})
    # Only where it was just said.
    warnings = {
        "type": "array",
        "items": {"type": "string"},
        "description": "Names in its matchers that no alert has.",
    }
    schemas["SilenceRecord"]["properties"]["warnings"] = warnings
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def _of_record(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the schema of what is on a topic, as it is published."""
    text = files("schemas").joinpath(f"json/{name}.schema.json").read_text("utf-8")
    made = {key: value for key, value in json.loads(text).items() if key not in ("$schema", "$id")}
    return made | {"title": model.__name__, "description": model.__doc__}
