"""Tokens, by trying to cross each: everything that one may not, it tries."""

from typing import Any

import pytest

from tests.streams.web.api.serving import TOKENS, Served, bearer, floor, keys, serving

READS = (
    "/kpis", "/kpis/calls|rolling_24h|", "/series?key=calls|rolling_24h|", "/leaderboards/calls/rolling_24h",
    "/alerts", "/silences", "/silences/x", "/catalog", "/boards", "/boards/floor", "/directory", "/status",
    "/events/stream?alerts=true",
)  # fmt: skip
SILENCE = {"matchers": {"team": "south"}, "for": "1h"}
WRITES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/alerts/a/acknowledge", None),
    ("POST", "/silences", SILENCE),
    ("DELETE", "/silences/x", None),
)


async def ask(served: Served, method: str, path: str, who: str | None, body: Any = None) -> int:
    """Return the status that somebody gets."""
    headers = bearer(who) if who else {}
    response = await served.http.request(method, f"/api/v1{path}", json=body, headers=headers)
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
    return response.status_code


async def told(served: Served) -> None:
    """Two teams' alerts and the company's."""
    await floor(served.store)
    await served.store.alert(id="n", dims={"team": "north"})
    await served.store.alert(id="s", dims={"team": "south"})
    await served.store.alert(id="r", dims={"rep": "cem"})
    await served.store.alert(id="c", dims={})


@pytest.mark.parametrize("path", READS)
async def test_nothing_is_open(path: str) -> None:
    """With a file of tokens nothing is read without one, nor with one that may not read."""
    async with serving(TOKENS) as served:
        assert await ask(served, "GET", path, None) == 401
        assert await ask(served, "GET", path, "nobody") == 401
        assert await ask(served, "GET", path, "saying") == 403


async def test_metrics_are_of_the_whole_server() -> None:
    """So a token that sees all of it is needed; what supervisors ask needs none."""
    async with serving(TOKENS) as served:
        for who, status in ((None, 401), ("saying", 403), ("north", 403), ("reader", 200)):
            response = await served.http.get("/metrics", headers=bearer(who) if who else {})
            assert response.status_code == status, who
        assert (await served.http.get("/healthz")).status_code == 200


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
async def test_who_only_reads_changes_nothing(method: str, path: str, body: Any) -> None:
    """No acknowledgement, no silence, and no end of one."""
    async with serving(TOKENS) as served:
        await told(served)
        assert await ask(served, method, path, None, body) == 401
        assert await ask(served, method, path, "reader", body) == 403
        assert await ask(served, method, path, "north-hq", body) == 403
        assert len(served.said.all) == 0


async def test_another_team_is_not_read() -> None:
    """Neither in lists, nor by name, nor by a selector or a leaderboard that asks for it."""
    async with serving(TOKENS) as served:
        await told(served)

        calls = ["calls rep=ann", "calls rep=bob", "calls team=north"]
        assert keys(await served.items("/kpis", "north", kpi="calls", window="rolling_24h")) == calls
        assert keys(await served.items("/kpis", "north-hq", kpi="calls", window="rolling_24h")) == [
            "calls", "calls channel=phone", *calls,
        ]  # fmt: skip
        selectors = ["calls|rolling_24h|team", "calls|rolling_24h|channel"]
        assert keys(await served.items("/kpis", "north", select=selectors)) == ["calls team=north"]
        for dim in ("team=south", "rep=cem", "rep=nobody"):
            assert (await served.get("/kpis", "north", dim=dim)).status_code == 403, dim
        for key in ("team=south", "rep=cem", "rep=nobody", "", "channel=phone"):
            assert (await served.get(f"/kpis/calls|rolling_24h|{key}", "north")).status_code == 403, key
            for path, name in (("/series", "key"), ("/kpis", "select"), ("/events/stream", "select")):
                asked = {name: ["calls|rolling_24h|team=north", f"calls|rolling_24h|{key}"]}
                response = await served.get(path, "north", **asked)
                assert response.json()["type"] == "urn:crm-pulse:problem:forbidden-team", (path, key)
        some = "stage_conversion|rolling_30d|from_stage,team=south,to_stage"
        assert (await served.get("/events/stream", "north", select=some)).status_code == 403
        assert (await served.get("/kpis/calls|rolling_24h|", "north-hq")).status_code == 200
        assert (await served.get("/leaderboards/calls/rolling_24h", "north", team="south")).status_code == 403
        board = await served.items("/leaderboards/calls/rolling_24h", "south")
        assert [(one["rep"], one["rank"]) for one in board] == [("cem", 1)]
        assert [one["rep"] for one in await served.items("/directory", "north")] == ["ann", "bob"]


async def test_another_teams_alerts_are_not_there() -> None:
    """Not in the list, not to be acknowledged."""
    async with serving(TOKENS) as served:
        await told(served)

        assert [one["id"] for one in await served.items("/alerts", "north")] == ["n"]
        assert [one["id"] for one in await served.items("/alerts", "north-hq")] == ["c", "n"]
        assert [one["id"] for one in await served.items("/alerts", "south")] == ["r", "s"]
        for id in ("s", "r", "c", "x"):
            assert await ask(served, "POST", f"/alerts/{id}/acknowledge", "north") == 404
        assert await ask(served, "POST", "/alerts/n/acknowledge", "north") == 200


@pytest.mark.parametrize(
    "matchers",
    [
        {"team": "south"},
        {"rep": "cem"},
        {"rule": "slow-response"},
        {"team": "*"},
        {"team": "nort?"},
        {"id": "s"},
    ],
    ids=str,
)
async def test_another_teams_alerts_are_not_silenced(matchers: dict[str, str]) -> None:
    """Nor everybody's."""
    async with serving(TOKENS) as served:
        await told(served)
        body = {"matchers": matchers, "for": "1h"}
        assert await ask(served, "POST", "/silences", "north", body) == 403
        assert len(served.said.all) == 0


async def test_what_others_said_is_theirs() -> None:
    """Seen where it is about own alerts; ended by its author, or by an admin who sees it."""
    async with serving(TOKENS) as served:
        await told(served)
        assert await ask(served, "POST", "/silences", "keeper", SILENCE) == 201
        assert await ask(served, "POST", "/alerts/n/acknowledge", "keeper") == 200
        ids = {one.kind: one.id for one in served.said.all}

        assert [one["id"] for one in await served.items("/silences", "north")] == [ids["acknowledgement"]]
        assert [one["id"] for one in await served.items("/silences", "south")] == [ids["silence"]]
        for kind, id in ids.items():
            for who in ("north", "south"):
                seen = (who == "north") == (kind == "acknowledgement")
                assert await ask(served, "GET", f"/silences/{id}", who) == (200 if seen else 404)
        assert await ask(served, "DELETE", f"/silences/{ids['acknowledgement']}", "north") == 403
        assert await ask(served, "DELETE", f"/silences/{ids['acknowledgement']}", "south") == 404
        assert await ask(served, "DELETE", f"/silences/{ids['silence']}", "north") == 404
        assert await ask(served, "DELETE", f"/silences/{ids['silence']}", "south") == 200
        assert await ask(served, "DELETE", f"/silences/{ids['acknowledgement']}", "boss") == 200


async def test_a_rep_who_changes_teams_takes_the_numbers_along() -> None:
    """Who sees them is what the directory says now."""
    async with serving(TOKENS) as served:
        await told(served)
        served.store.reps["cem"] = served.store.reps["ann"]

        assert (await served.get("/kpis/calls|rolling_24h|rep=cem", "north")).status_code == 200
        assert (await served.get("/kpis/calls|rolling_24h|rep=cem", "south")).status_code == 403
