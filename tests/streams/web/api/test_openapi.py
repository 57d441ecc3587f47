"""The OpenAPI document: up to date, and true: whatever is asked, answers are as it says."""

import asyncio
import json
from collections.abc import Iterator

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    missing_required_header,
    positive_data_acceptance,
    unsupported_method,
)

from schemas.token import Token
from streams.serving.store import Point
from streams.web.api.app import create_app
from streams.web.api.context import Context
from streams.web.api.generate import FILE, text
from streams.web.api.limits import Limits
from streams.web.api.problems import ProblemType
from tests.processors.alerts_told import silence
from tests.streams.cli.records import alert_record
from tests.streams.web.api.fed_store import FedStore
from tests.streams.web.api.serving import BOARDS, CATALOG, NOON_US, TOKENS, Said, bearer, floor

EXAMPLES = 12
"""Of each operation."""
EXCLUDED = [ignored_auth, missing_required_header, unsupported_method, positive_data_acceptance]
"""The first two ask without the token, which test_scopes does, the third with TRACE; and what is no selector, cursor or
duration a schema can't say."""


def app_of(tokens: dict[str, Token] | None = TOKENS) -> tuple[FastAPI, FedStore, Said]:
    """Return an application that is asked a lot."""
    store, said = FedStore(), Said()
    limits = Limits(requests_per_s=1e6, requests_burst=1_000_000, refused_per_s=1e6, refused_burst=1_000_000)
    context = Context(store, CATALOG, tokens, BOARDS, said, limits=limits, now_us=lambda: NOON_US)
    return create_app(context), store, said


APP, STORE, SAID = app_of()
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", APP)


@pytest.fixture(scope="module", autouse=True)
def _filled() -> Iterator[None]:
    """Give it something to answer with."""

    async def fill() -> None:
        await floor(STORE)
        STORE.history["calls|rolling_24h|"] = [Point(1_795_262_400_000, 3.5), Point(1_795_262_460_000, None)]
        await STORE.change([], [(id, json.dumps(alert_record(id=id)).encode()) for id in ("a", "b")])
        SAID.all.put(silence(ends_at="3000-01-01T00:00:00Z"))

    asyncio.run(fill())
    yield


def test_the_file_is_made_from_the_application() -> None:
    """`python -m streams.web.api.generate` was run after the last change."""
    assert FILE.read_text("utf-8") == text()


@(schema.exclude(path="/api/v1/events/stream").parametrize())
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_answers_are_as_the_document_says(case: schemathesis.Case) -> None:
    """Status, media type, body and headers, for requests that are right and for those that are not."""
    case.headers = {**(case.headers or {}), **bearer("boss")}
    response = case.call()
    case.validate_response(response, excluded_checks=EXCLUDED)


def test_every_operation_is_explained_and_guarded() -> None:
    """A summary, a description, a token, what can go wrong; and an example of every record."""
    document = APP.openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["description"], where
            assert operation["security"] == [{"token": []}], where
            assert {"401", "403", "422", "429"} <= {*operation["responses"]}, where
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], where
    for name in ("KpiRecord", "AlertRecord", "NewSilence", "Acknowledge"):
        assert "example" in document["components"]["schemas"][name], name
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_problem_is_documented_somewhere() -> None:
    """But the server's own fault, a wrong method, and what forms alone could send."""
    document = json.dumps(APP.openapi())
    said = {type for type in ProblemType if f"`{type.uri}`" in document}

    assert {*ProblemType} - said == {
        ProblemType.INTERNAL,
        ProblemType.METHOD_NOT_ALLOWED,
        ProblemType.MEDIA_TYPE,
    }
