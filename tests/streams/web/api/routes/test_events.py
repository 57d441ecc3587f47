"""`/events/stream`: who gets which stream. What comes in it is the hub's matter."""

from typing import Any

import pytest

from processors.serving.viewing import Viewer
from streams.web.api.client import Client
from streams.web.api.feed import Question
from streams.web.api.hub import Hub
from tests.streams.web.api.listening import parse
from tests.streams.web.api.serving import TOKENS, Served, bearer, serving


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Question, str, str | None]]:
    """What clients asked the hub for; each is told good-bye, or it would never end."""
    found: list[tuple[Question, str, str | None]] = []
    join = Hub.join

    def joining(hub: Hub, question: Question, counted_as: str, last_id: str | None) -> Client:
        found.append((question, counted_as, last_id))
        client = join(hub, question, counted_as, last_id)
        client.end("stopping")
        return client

    monkeypatch.setattr(Hub, "join", joining)
    return found


Asked = list[tuple[Question, str, str | None]]


async def stream(
    served: Served, who: str | None = None, headers: dict[str, str] | None = None, **params: Any
) -> Any:
    """Ask for a stream."""
    headers = {**(bearer(who) if who else {}), **(headers or {})}
    return await served.http.get("/api/v1/events/stream", params=params, headers=headers)


async def test_selectors_and_alerts(asked: Asked) -> None:
    """As they are asked for, and the last event's id from header or query."""
    async with serving() as served:
        response = await stream(
            served, select=["calls|day|", "calls|day|rep"], alerts=True, last_event_id="7-0"
        )
        assert response.headers["content-type"].startswith("text/event-stream")
        assert parse(response.content)[-1].name == "bye"
        await stream(served, headers={"Last-Event-ID": "8-0"}, select="calls|day|", last_event_id="7-0")
        assert served.hub.clients == 0

    (first, _, first_id), (second, _, second_id) = asked
    assert ([one.kpi for one in first.selectors], first.alerts, first_id) == (["calls", "calls"], True, "7-0")
    assert (second.alerts, second_id) == (False, "8-0")


async def test_a_board_says_what_it_shows(asked: Asked) -> None:
    """Its tiles' selectors, and alerts where it has a ticker or they are asked for."""
    async with serving() as served:
        await stream(served, board="floor")
        await stream(served, board="quiet")
        await stream(served, board="quiet", alerts=True)
        await stream(served, board="floor", alerts=False)

    assert [question.alerts for question, *_ in asked] == [True, False, True, False]
    assert [(one.kpi, one.window) for one in asked[0][0].selectors] == [
        ("calls", "rolling_24h"),
        ("won_revenue", "month"),
    ]


async def test_a_token_brings_its_teams_and_is_counted(asked: Asked) -> None:
    """Streams of one token are counted together, wherever they are."""
    async with serving(TOKENS) as served:
        await stream(served, "north", select="calls|day|rep")

    ((question, counted_as, _),) = asked
    assert (question.viewer, counted_as) == (Viewer(frozenset({"north"}), company=False), "token north")


@pytest.mark.parametrize(
    ("params", "status", "said"),
    [
        ({}, 422, "there is nothing to tell"),
        ({"select": "calls"}, 422, "a selector is"),
        ({"select": "calls|day|", "board": "floor"}, 422, "can't stand beside select"),
        ({"board": "none"}, 404, "no board 'none'"),
        ({"select": [f"calls|day|rep={n}" for n in range(201)]}, 422, "200 selectors at most"),
    ],
    ids=lambda one: str(one)[:40],
)
async def test_what_is_no_stream(params: dict[str, Any], status: int, said: str) -> None:
    """A problem, not a stream that ends at once."""
    async with serving() as served:
        response = await stream(served, **params)
        assert response.status_code == status
        assert said in response.json()["detail"]
