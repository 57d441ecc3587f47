"""What goes wrong, in one form."""

import re

from streams.web.api.problems import ProblemType, of_status
from tests.streams.web.api.serving import serving


def test_types_are_words_of_their_own() -> None:
    """A reader can tell them apart, and they are URIs."""
    words = [type.word for type in ProblemType]

    assert len({*words}) == len(words)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", word) for word in words)
    assert ProblemType.NOT_FOUND.uri == "urn:crm-pulse:problem:not-found"


async def test_a_problem_says_all_that_the_rfc_asks_for() -> None:
    """Type, title, status, detail, and what is wrong with which parameter."""
    async with serving() as served:
        response = await served.get("/kpis", select="cals|day|")

    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:crm-pulse:problem:invalid", "title": "The request is not understood", "status": 422,
        "detail": "select: unknown KPI 'cals', did you mean 'calls'?",
        "errors": [{"where": "select", "message": "unknown KPI 'cals', did you mean 'calls'?"}],
    }  # fmt: skip


async def test_what_the_framework_finds_has_the_same_form() -> None:
    """Unknown paths, methods, bodies that are no JSON or lack a field."""
    async with serving() as served:
        unknown = await served.http.get("/api/v1/nothing")
        method = await served.http.put("/api/v1/boards")
        broken = await served.http.post(
            "/api/v1/silences", content=b"{", headers={"Content-Type": "application/json"}
        )
        missing = await served.http.post("/api/v1/silences", json={"for": "1h"})

    assert [one.status_code for one in (unknown, method, broken, missing)] == [404, 405, 422, 422]
    for response in (unknown, method, broken, missing):
        assert response.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail"} <= {*response.json()}
    assert unknown.json()["detail"] == "there is no path '/api/v1/nothing'"
    assert method.headers["allow"] == "GET, HEAD"
    assert method.json()["detail"] == "'/api/v1/boards' has no PUT; it has GET, HEAD"
    assert missing.json()["errors"][0]["where"] == "body.matchers"


async def test_a_fault_of_the_server_tells_nothing_of_its_inside() -> None:
    """That is in the log."""
    async with serving() as served:
        served.store.told = None  # type: ignore[assignment]
        response = await served.get("/alerts")

    assert (response.status_code, response.json()["type"]) == (500, "urn:crm-pulse:problem:internal")
    assert "None" not in response.text


def test_a_status_that_has_no_type_of_its_own() -> None:
    """Is the client's fault or the server's."""
    assert (of_status(418, "").type, of_status(507, "").type) == (ProblemType.INVALID, ProblemType.INTERNAL)
