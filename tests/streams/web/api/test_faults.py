"""What the framework finds wrong with a request is said in plain words."""

from typing import Any

import pytest

from tests.streams.web.api.serving import serving


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "body: missing"),
        (b"{", "body: expected JSON, found a mistake in it at character 1"),
        (b"[]", "body: expected fields (name: value), found a list"),
        (b"{}", "body.matchers: missing"),
        (b'{"matchers": {}}', "body.matchers: must have at least 1 entry, found 0"),
        (
            b'{"matchers": {"team": 5}, "for": ["1h"]}',
            "body.matchers.team: expected a text, found the number 5; put it in quotes; "
            "body.for: expected a text, found a list",
        ),
        (
            b'{"matchers": {"team": "north"}, "untill": "noon"}',
            "body.untill: unknown field 'untill', did you mean 'until'?",
        ),
    ],
)
async def test_bodies(body: bytes, said: str) -> None:
    """With the nearest name of a field that there is not."""
    async with serving() as served:
        response = await served.http.post(
            "/api/v1/silences", content=body, headers={"Content-Type": "application/json"}
        )

    assert (response.status_code, response.json()["detail"]) == (422, said)


@pytest.mark.parametrize(
    "body", [b'{"matchers": {"team": "\xff"}}', b"[" * 30_000], ids=["not UTF-8", "too deep"]
)
async def test_a_body_that_nothing_can_read(body: bytes) -> None:
    """It is told as other mistakes are, by its place."""
    async with serving() as served:
        headers = {"Content-Type": "application/json"}
        response = await served.http.post("/api/v1/silences", content=body, headers=headers)

    message = "expected JSON, found what is not UTF-8, or nested too deep"
    assert response.status_code == 422
    assert response.json()["detail"] == f"body: {message}"
    assert response.json()["errors"] == [{"where": "body", "message": message}]


async def test_a_body_that_may_be_missing() -> None:
    """Is read like others where it is there."""
    async with serving() as served:
        await served.store.alert(id="a")
        response = await served.http.post("/api/v1/alerts/a/acknowledge", json={"form": "2h"})

    assert response.json()["errors"] == [
        {"where": "body.form", "message": "unknown field 'form', did you mean 'for'?"}
    ]


async def test_a_body_of_another_kind() -> None:
    """A form is no JSON."""
    async with serving() as served:
        response = await served.http.post("/api/v1/silences", data={"matchers": "team"})

    assert response.json()["detail"] == (
        "body: expected JSON, sent with the header `Content-Type: application/json`"
    )


@pytest.mark.parametrize(
    ("path", "params", "said"),
    [
        ("/kpis", {"limit": 0}, "limit: must be at least 1, found the text '0'"),
        ("/kpis", {"limit": "many"}, "limit: expected a whole number, found the text 'many'"),
        (
            "/kpis",
            {"select": ["a", "x" * 1001]},
            "select: must have at most 1000 characters, found the text ",
        ),
        ("/silences", {"all": "maybe"}, "all: expected true or false, found the text 'maybe'"),
        ("/series", {}, "key: missing"),
        ("/boards/" + "x" * 201, {}, "id: must have at most 200 characters, found the text "),
    ],
    ids=lambda one: str(one)[:20],
)
async def test_parameters(path: str, params: dict[str, Any], said: str) -> None:
    """By their names."""
    async with serving() as served:
        response = await served.get(path, **params)

    assert (response.status_code, response.json()["detail"][: len(said)]) == (422, said)
    assert response.json()["errors"][0]["where"] == said.partition(":")[0]
