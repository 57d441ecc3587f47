"""The OpenAPI document: what the framework finds, and what it can't know."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from streams.web.api.models import AlertRecord, KpiRecord, Problem

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
    for model in (KpiRecord, AlertRecord):
        # The framework leaves out what is null, and their examples would lack fields that are always there.
        schemas[model.__name__]["example"] = model.model_json_schema()["example"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document
