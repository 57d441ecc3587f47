"""What holds for every request: names, origins, sizes, headers."""

import pytest

from streams.web.api.guard import CSP
from tests.streams.web.api.serving import TOKENS, bearer, serving


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("localhost:8080", 200), ("LOCALHOST", 200), ("127.0.0.1:8080", 200), ("[::1]:8080", 200),
        ("127.0.0.2:8080", 200),
        ("[::1]", 200), ("evil.example", 421), ("evil.example:8080", 421), ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421), ("", 421), ("evil.example:localhost", 421),
    ],
)  # fmt: skip
async def test_without_tokens_it_answers_to_this_machines_names_only(host: str, status: int) -> None:
    """A page whose name was made to lead here asks under its own name."""
    async with serving() as served:
        response = await served.http.get("/api/v1/boards", headers={"Host": host})
        assert response.status_code == status


async def test_with_tokens_it_may_have_any_name() -> None:
    """No page from elsewhere has one."""
    async with serving(TOKENS) as served:
        headers = {"Host": "pulse.example.com", **bearer("reader")}
        assert (await served.http.get("/api/v1/boards", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"Origin": "http://localhost"}, 404),
        ({"Sec-Fetch-Site": "same-origin"}, 404),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
    ids=str,
)
async def test_nothing_is_said_for_pages_from_elsewhere(headers: dict[str, str], status: int) -> None:
    """An acknowledgement needs no body, so a foreign form could send one."""
    async with serving() as served:
        response = await served.http.post("/api/v1/alerts/x/acknowledge", headers=headers)
        assert response.status_code == status


async def test_requests_are_small() -> None:
    """By what they say of their length, and by what comes."""

    async def endless() -> object:
        for _ in range(100):
            yield b"x" * 10_000

    async with serving() as served:
        headers = {"Content-Type": "application/json"}
        long = await served.http.post("/api/v1/silences", content=b"x" * 70_000, headers=headers)
        chunked = await served.http.post("/api/v1/silences", content=endless(), headers=headers)  # type: ignore[arg-type]
        odd = await served.http.post("/api/v1/silences", headers={**headers, "Content-Length": "-5"})
        square = await served.http.post("/api/v1/silences", headers=[(b"Content-Length", b"\xb2")])

    assert [one.status_code for one in (long, chunked, odd, square)] == [413] * 4
    assert long.json()["type"] == chunked.json()["type"] == "urn:crm-pulse:problem:too-large"


@pytest.mark.parametrize("path", ["/api/v1/boards", "/api/v1/nothing", "/nothing", "/healthz"])
async def test_every_answer_has_the_headers_of_a_careful_server(path: str) -> None:
    """Also those that say what is wrong."""
    async with serving() as served:
        headers = (await served.http.get(path)).headers

    assert headers["content-security-policy"] == CSP
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'"):
        assert part in CSP
    assert "unsafe" not in CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] in ("no-store", "private, no-cache")


@pytest.mark.parametrize("path", ["/api/v1/boards", "/healthz"])
async def test_a_slash_too_many_leads_nowhere_else(path: str) -> None:
    """Neither to a name that somebody sent, nor from a proxy's https to http, with the token in the clear."""
    async with serving(TOKENS) as served:
        response = await served.http.get(f"{path}/?a=http://b", headers={"Host": "evil.example:1"})

    assert (307, f"{path}?a=http://b") == (response.status_code, response.headers["location"])


async def test_requests_are_counted_by_route() -> None:
    """Never by what somebody sent: keys and guesses are not labels."""
    async with serving() as served:
        for path in (
            "/api/v1/boards/floor",
            "/api/v1/boards/none",
            "/api/v1/kpis/calls|day|",
            "/api/v1/x",
            "/y",
        ):
            await served.http.get(path)
        await served.http.request("BREW", "/api/v1/boards")
        page = (await served.http.get("/metrics")).text

    for line in (
        '{method="GET",route="/boards/{id}",status="200"} 1.0', '{method="GET",route="/boards/{id}",status="404"} 1.0',
        '{method="GET",route="/kpis/{key:record_key}",status="404"} 1.0', '{method="GET",route="other",status="404"} 2.0',
    ):  # fmt: skip
        assert f"crm_pulse_serve_requests_total{line}" in page
    assert 'method="other"' in page
    assert "BREW" not in page
