"""`/alerts` and `/silences`: read, acknowledge, silence, end."""

import json
from typing import Any

import pytest

from tests.streams.web.api.serving import NOON_US, TOKENS, Served, bearer, serving


async def post(served: Served, path: str, body: Any = None, who: str = "keeper") -> Any:
    """Say something as somebody; return the response."""
    return await served.http.post(f"/api/v1{path}", json=body, headers=bearer(who))


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({}, ["a", "b", "c"]),
        ({"state": "firing"}, ["a", "b"]),
        ({"state": ["firing", "resolved"]}, ["a", "b", "c"]),
        ({"severity": "warning"}, ["b"]),
        ({"rule": "slow-response", "state": "firing"}, ["a"]),
        ({"rule": "none"}, []),
    ],
    ids=str,
)
async def test_alerts_and_their_filters(params: dict[str, Any], ids: list[str]) -> None:
    """In the order of their ids."""
    async with serving(TOKENS) as served:
        await served.store.alert(id="b", severity="warning", rule="other")
        await served.store.alert(id="a")
        await served.store.alert("resolved", id="c")
        assert [one["id"] for one in await served.items("/alerts", "reader", **params)] == ids


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (
            {"state": ["firing", "foo"]},
            "state: expected one of pending, firing, no_data, resolved, found the text 'foo'",
        ),
        (
            {"severity": "critcal"},
            "severity: expected one of critical, warning, info, found the text 'critcal', did you mean 'critical'?",
        ),
    ],
    ids=str,
)
async def test_filters_that_nothing_can_pass(params: dict[str, Any], said: str) -> None:
    """An empty list would look as if all were well."""
    async with serving() as served:
        response = await served.get("/alerts", **params)

    assert (response.status_code, response.json()["detail"]) == (422, said)


async def test_an_acknowledgement_by_a_token() -> None:
    """Its author is the token's name; without a word it lasts a day; said again, it is the same with another end."""
    async with serving(TOKENS) as served:
        await served.store.alert(id="a1")
        first = (await post(served, "/alerts/a1/acknowledge")).json()
        served.now_us = NOON_US + 60_000_000
        again = (
            await post(served, "/alerts/a1/acknowledge", {"for": "2h", "comment": "on it"}, "boss")
        ).json()
        listed = await served.items("/silences", "reader")

    assert (first["kind"], first["author"], first["alert"]) == ("acknowledgement", "keeper", "a1")
    assert (first["starts_at"], first["ends_at"]) == ("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z")
    assert (again["id"], again["created_at"]) == (first["id"], first["created_at"])
    assert (again["author"], again["ends_at"], again["comment"]) == ("boss", "2026-11-21T14:01:00Z", "on it")
    assert listed == [again]


async def test_what_can_not_be_acknowledged() -> None:
    """What is not there, what is over, and for times that are none."""
    async with serving(TOKENS) as served:
        await served.store.alert("resolved", id="over", ends_at="2026-11-21T09:09:00Z")
        await served.store.alert(id="a")
        assert (await post(served, "/alerts/none/acknowledge")).status_code == 404
        over = await post(served, "/alerts/over/acknowledge")
        assert (over.status_code, over.json()["type"]) == (409, "urn:crm-pulse:problem:conflict")
        for body in (
            {"for": "soon"}, {"for": "91d"}, {"until": "tomorrow"}, {"until": "2020-01-01T00:00:00Z"},
            {"until": "9999-12-31T23:59:59Z"},
            {"for": "1h", "until": "2026-11-22T00:00:00Z"}, {"comment": "x" * 1001}, {"author": "me"}, [], "x",
        ):  # fmt: skip
            assert (await post(served, "/alerts/a/acknowledge", body)).status_code == 422, body
        assert len(served.said.all) == 0


async def test_alerts_of_another_version_are_acknowledged_as_far_as_they_can_be_read() -> None:
    """What another version says beside which alert it is, since when and how bad, is no matter."""
    async with serving(TOKENS) as served:
        await served.store.alert(id="new", reason="full_moon", value="a lot")
        await served.store.alert(id="odd", starts_at=None)
        said = await post(served, "/alerts/new/acknowledge")
        odd = await post(served, "/alerts/odd/acknowledge")

    assert (said.status_code, said.json()["alert"], said.json()["severity"]) == (200, "new", "critical")
    assert (odd.status_code, odd.json()["detail"]) == (
        404, "alert 'odd' is of a version that this server can't read",
    )  # fmt: skip


async def test_a_silence_from_beginning_to_end() -> None:
    """Made, found, listed, ended; it stays among those that are over."""
    async with serving(TOKENS) as served:
        body = {
            "matchers": {"team": "north", "rule": "slow-*"},
            "until": "2026-11-21T18:00:00Z",
            "comment": "moving",
        }
        made = await post(served, "/silences", body)
        assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/silences/{made.json()['id']}")
        assert (made.json()["author"], made.json()["matchers"]) == ("keeper", body["matchers"])
        assert await served.items("/silences", "reader") == [made.json()]
        there = await served.http.get(made.headers["location"], headers=bearer("reader"))
        assert (there.status_code, there.json()) == (200, made.json())

        served.now_us += 60_000_000
        path = f"/api/v1/silences/{made.json()['id']}"
        ended = await served.http.delete(path, headers=bearer("keeper"))
        assert (ended.status_code, ended.json()["ends_at"]) == (200, "2026-11-21T12:01:00Z")
        assert (await served.http.delete(path, headers=bearer("keeper"))).status_code == 409
        assert (
            await served.http.delete("/api/v1/silences/none", headers=bearer("keeper"))
        ).status_code == 404
        assert await served.items("/silences", "reader") == []
        assert await served.items("/silences", "reader", all=True) == [ended.json()]
        assert (await served.get(f"/silences/{ended.json()['id']}", "reader")).json() == ended.json()
        assert (await served.get("/silences/none", "reader")).status_code == 404


async def test_a_name_that_no_alert_has_is_told() -> None:
    """It is said as asked, with a warning in the answer; labels of the rules are known."""
    async with serving(TOKENS) as served:
        body = {"matchers": {"taem": "north", "floor": "2"}, "for": "1h"}
        made = await post(served, "/silences", body)
        (warning,) = made.json()["warnings"]
        assert (made.status_code, "did you mean 'team'?" in warning) == (201, True)
        (listed,) = await served.items("/silences", "reader")
        assert "warnings" not in listed
        fine = await post(served, "/silences", {"matchers": {"team": "north", "floor": "2"}, "for": "1h"})
        assert "warnings" not in fine.json()


async def test_one_that_begins_later() -> None:
    """`for` counts from its beginning."""
    async with serving(TOKENS) as served:
        body = {"matchers": {"team": "north"}, "from": "2026-12-24T12:00:00Z", "for": "2d"}
        made = (await post(served, "/silences", body)).json()
        assert (made["starts_at"], made["ends_at"]) == ("2026-12-24T12:00:00Z", "2026-12-26T12:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"matchers": {}, "for": "1h"}, {"matchers": {"team": "*"}, "for": "1h"}, {"matchers": {"team": "north"}},
        {"matchers": {"team": "north"}, "for": "91d"}, {"matchers": {"team": 5}, "for": "1h"},
        {"matchers": {str(n): "x" for n in range(21)}, "for": "1h"},
        {"matchers": {"team": "north"}, "for": "1h", "from": "noon"},
        {"matchers": {"team": "north"}, "until": "2026-11-21T11:00:00Z"},
        {"matchers": {"team": "north"}, "for": "1h", "author": "somebody else"},
    ],
    ids=lambda body: str(body)[:60],
)  # fmt: skip
async def test_what_is_no_silence(body: dict[str, Any]) -> None:
    """Nothing is said."""
    async with serving(TOKENS) as served:
        response = await post(served, "/silences", body)
        assert (response.status_code, response.json()["type"]) == (422, "urn:crm-pulse:problem:invalid")
        assert len(served.said.all) == 0


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (r'{"matchers": {"team": "\ud83d"}, "for": "1h"}', "body: the matcher team holds half of a surrogate pair"),
        (r'{"matchers": {"\ud83d": "n"}, "for": "1h"}', "body: the name of a matcher holds half of a surrogate pair"),
        (json.dumps({"matchers": {str(n): "x" for n in range(25)}}), "body.matchers: must have at most 20 entries, found 25"),
    ],
    ids=["value", "name", "number"],
)  # fmt: skip
async def test_what_no_topic_could_keep_is_said(body: str, detail: str) -> None:
    """It is a mistake of the request's, not a fault of the server's."""
    async with serving(TOKENS) as served:
        headers = {**bearer("keeper"), "Content-Type": "application/json"}
        response = await served.http.post("/api/v1/silences", content=body, headers=headers)
        assert (response.status_code, response.json()["detail"]) == (422, detail)
        assert len(served.said.all) == 0


async def test_without_tokens_the_author_is_local() -> None:
    """Whoever it is, it is somebody on this machine."""
    async with serving() as served:
        response = await served.http.post(
            "/api/v1/silences", json={"matchers": {"team": "north"}, "for": "1h"}
        )
        assert response.json()["author"] == "local"
