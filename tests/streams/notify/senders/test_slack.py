"""Delivery to Slack."""

import logging

import pytest

from streams.notify.sender import Fate, Outcome
from tests.processors.messages.told import message, resolved
from tests.streams.notify.senders.made import slack_bot, slack_webhook
from tests.streams.notify.senders.servers import answer, serving

POSTED = answer(200, '{"ok": true, "channel": "C1", "ts": "1700000000.000100"}')
REPLIED = answer(200, '{"ok": true, "channel": "C1", "ts": "1700000001.000200"}')
THREAD = "#north|1700000000.000100"


async def test_a_thread() -> None:
    """The first message begins a thread, the next of its group goes into it and names the same one."""
    async with serving(POSTED, REPLIED) as server:
        made = slack_bot(server.url)
        first = await made.send(message(), None)
        second = await made.send(resolved(), first.thread)
        await made.close()

    assert first == second == Outcome(Fate.DELIVERED, thread=THREAD)
    assert [asked.path for asked in server.asked] == ["/api/chat.postMessage"] * 2
    assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer xoxb-hunter2"}
    began, went_on = (asked.json for asked in server.asked)
    assert (began["channel"], began.get("thread_ts")) == ("#north", None)
    assert (went_on["thread_ts"], went_on["reply_broadcast"]) == ("1700000000.000100", True)
    assert began["metadata"]["event_payload"]["id"] == message().id
    assert began["blocks"][0]["text"]["text"] == "🔴 Customers of team north wait too long"


@pytest.mark.parametrize("thread", ["#south|1700000000.000100", "<mail@example.com>", "", "#north|x"])
async def test_a_thread_of_another_place(thread: str) -> None:
    """When the channel was changed in the file, the message begins a thread there."""
    async with serving(POSTED) as server:
        made = slack_bot(server.url)
        assert await made.send(resolved(), thread) == Outcome(Fate.DELIVERED, thread=THREAD)
        await made.close()

    assert "thread_ts" not in server.asked[0].json


@pytest.mark.parametrize(
    "word", ["thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"]
)
async def test_a_thread_that_is_gone(word: str) -> None:
    """The message is sent outside of it, and begins a new one."""
    async with serving(answer(200, f'{{"ok": false, "error": "{word}"}}'), POSTED) as server:
        made = slack_bot(server.url)
        assert await made.send(resolved(), "#north|1600000000.000100") == Outcome(
            Fate.DELIVERED, thread=THREAD
        )
        await made.close()

    assert ["thread_ts" in asked.json for asked in server.asked] == [True, False]


@pytest.mark.parametrize(
    ("body", "fate", "why"),
    [
        ('{"ok": false, "error": "invalid_auth"}', Fate.REFUSED, "Slack says invalid_auth"),
        ('{"ok": false, "error": "channel_not_found"}', Fate.REFUSED, "Slack says channel_not_found"),
        ('{"ok": false, "error": "not_in_channel"}', Fate.REFUSED, "Slack says not_in_channel"),
        ('{"ok": false, "error": "internal_error"}', Fate.LATER, "Slack says internal_error"),
        ('{"ok": false, "error": "ratelimited"}', Fate.LATER, "Slack says ratelimited"),
        (
            '{"ok": false, "error": "See https://x.example"}',
            Fate.LATER,
            "answered with something that is not Slack's",
        ),
        ('{"ok": false}', Fate.LATER, "answered with something that is not Slack's"),
        ("{}", Fate.LATER, "answered with something that is not Slack's"),
        ("{no json", Fate.LATER, "answered with something that is not Slack's"),
        ("[1]", Fate.LATER, "answered with something that is not Slack's"),
        ("a portal's page", Fate.LATER, "answered with something that is not Slack's"),
    ],
)
async def test_what_slack_says(body: str, fate: Fate, why: str) -> None:
    """Slack's words are told apart; an answer that isn't Slack's is tried again."""
    async with serving(answer(200, body)) as server:
        made = slack_bot(server.url)
        assert await made.send(message(), None) == Outcome(fate, why)
        await made.close()


async def test_a_message_without_time_stamp() -> None:
    """It was delivered; there is just no thread to go on with."""
    async with serving(answer(200, '{"ok": true}')) as server:
        made = slack_bot(server.url)
        assert await made.send(message(), None) == Outcome(Fate.DELIVERED)
        await made.close()


async def test_a_webhook() -> None:
    """An incoming webhook gets the blocks, and no thread comes of it."""
    async with serving(answer(200, "ok")) as server:
        made = slack_webhook(server.url)
        assert await made.send(message(), "whatever") == Outcome(Fate.DELIVERED)
        await made.close()

    (asked,) = server.asked
    assert asked.path == "/services/hunter2"
    assert asked.json["blocks"][0]["block_id"] == message().id
    assert "channel" not in asked.json


@pytest.mark.parametrize("make", [slack_bot, slack_webhook])
async def test_nothing_is_logged(make: type, caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the most talkative does the library log a URL, a token or a text."""
    caplog.set_level(logging.DEBUG)
    async with serving(POSTED) as server:
        made = make(server.url)
        await made.send(message(), None)
        await made.close()

    assert "hunter2" not in caplog.text
    assert "wait too long" not in caplog.text
