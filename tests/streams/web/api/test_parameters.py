"""Parameters that a path does not have."""

import pytest

from tests.streams.web.api.serving import TOKENS, bearer, serving

PATHS = (
    "/kpis", "/kpis/calls|day|", "/series?key=calls|day|", "/leaderboards/calls/day", "/alerts", "/silences",
    "/silences/x", "/catalog", "/boards", "/boards/floor", "/directory", "/status", "/events/stream?alerts=true",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_ignores_what_it_does_not_know(path: str) -> None:
    """A misspelt filter would leave everything."""
    async with serving() as served:
        response = await served.http.get(f"/api/v1{path}{'&' if '?' in path else '?'}foo=1")

    problem = response.json()
    assert (response.status_code, problem["type"]) == (422, "urn:crm-pulse:problem:invalid")
    assert problem["detail"].startswith("unknown parameter 'foo'")
    assert problem["errors"] == [{"where": "foo", "message": problem["detail"]}]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/alerts/a/acknowledge"), ("POST", "/silences"), ("DELETE", "/silences/a")],
)
async def test_nor_where_something_is_said(method: str, path: str) -> None:
    """There it comes in the body."""
    async with serving() as served:
        body = {"matchers": {"team": "north"}, "for": "1h"} if path == "/silences" else None
        response = await served.http.request(method, f"/api/v1{path}?for=2h", json=body)

        assert response.status_code == 422
        assert response.json()["detail"] == "unknown parameter 'for'; there are none here"
        assert len(served.said.all) == 0


async def test_the_nearest_name_or_all_there_are() -> None:
    """Each unknown one is told."""
    async with serving() as served:
        response = await served.get("/alerts", states="firing", x="1")

    assert response.json()["detail"] == (
        "unknown parameter 'states', did you mean 'state'?; "
        "unknown parameter 'x'; known: cursor, limit, rule, severity, state"
    )


@pytest.mark.parametrize(
    "path", ["/kpis?window=day&window=week", "/events/stream?board=a&board=b", "/silences?all=true&all=false"]
)
async def test_two_values_where_there_is_one(path: str) -> None:
    """The last one would be answered as if it were all that was asked for."""
    async with serving() as served:
        response = await served.http.get(f"/api/v1{path}")

    name = path.partition("?")[2].partition("=")[0]
    assert (response.status_code, response.json()["errors"]) == (
        422,
        [{"where": name, "message": f"parameter {name!r} is given twice; here it has one value"}],
    )


async def test_lists_may_have_many() -> None:
    """And the same thing twice is no contradiction."""
    async with serving() as served:
        response = await served.http.get("/api/v1/kpis?kpi=calls&kpi=emails_sent&window=day&window=day")

    assert response.status_code == 200


async def test_who_may_not_ask_is_told_that_first() -> None:
    """A token comes before everything."""
    async with serving(TOKENS) as served:
        assert (await served.get("/kpis", foo=1)).status_code == 401
        assert (await served.get("/kpis", "saying", foo=1)).status_code == 403


async def test_prometheus_may_send_what_its_configuration_says() -> None:
    """`/metrics` is no path of the API."""
    async with serving(TOKENS) as served:
        response = await served.http.get("/metrics?foo=1", headers=bearer("reader"))

    assert response.status_code == 200


async def test_of_thousands_the_first_are_told() -> None:
    """Looking for the nearest name of each would keep everybody waiting."""
    async with serving() as served:
        strange = await served.http.get("/api/v1/alerts?" + "&".join(f"p{n}" for n in range(1_021)))
        wrong = await served.http.get("/api/v1/alerts", params={"state": [f"s{n}" for n in range(1_021)]})

    for response in (strange, wrong):
        assert (response.status_code, len(response.json()["errors"])) == (422, 20)
        assert response.json()["detail"].endswith("; and 1,001 more")
