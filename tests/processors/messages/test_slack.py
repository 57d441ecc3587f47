"""Slack's blocks."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.messages import slack
from schemas.message import Occasion
from tests.processors.messages.told import MESSAGES, alert, golden, message, pretty, resolved


@pytest.mark.parametrize("name", MESSAGES)
def test_golden(name: str) -> None:
    """Each message looks as it did when somebody read it."""
    thread = "1700000000.000100" if name == "resolved" else None

    assert pretty(slack.slack_post(MESSAGES[name], "#north", thread)) == golden(f"slack-{name}.json")


def test_a_thread_is_heard_where_it_matters() -> None:
    """What is worse or over is said in the channel too; a reminder stays in its thread."""
    aloud = {
        occasion: slack.slack_post(message(occasion=occasion), "C1", "1.2")["reply_broadcast"]
        for occasion in Occasion
    }

    assert {occasion for occasion, loud in aloud.items() if loud} == {Occasion.WORSE, Occasion.RESOLVED}
    assert "reply_broadcast" not in slack.slack_post(resolved(), "C1", None)


def test_a_webhook_gets_no_channel() -> None:
    """An incoming webhook knows its channel."""
    assert set(slack.slack_payload(message())) == {"text", "blocks", "unfurl_links", "unfurl_media"}


def test_long_text_is_divided_at_ends_of_lines() -> None:
    """Every line is whole, in as many sections as it takes; beyond five it is cut."""
    lines = [f"{number} " + "x" * 90 for number in range(100)]
    blocks = slack.slack_payload(message(text="\n".join(lines)))["blocks"]
    sections = [block["text"]["text"] for block in blocks if "text" in block and block["type"] == "section"]

    assert "\n".join(sections).splitlines() == lines
    assert len(sections) == 4
    endless = slack.slack_payload(message(text="y" * 100_000))["blocks"]
    assert endless[5]["text"]["text"].endswith("…")


TEXTS = (st.text(max_size=8_000), st.text(max_size=300), st.text(max_size=300), st.text(max_size=4_000))


@given(*TEXTS, st.one_of(st.text(max_size=4_000), st.sampled_from(["&" * 1_000, "%E5%B1%B1" * 400])))
def test_limits_and_mentions(text: str, name: str, unit: str, title: str, link: str) -> None:
    """Whatever the texts, Slack's limits are kept and nobody is called."""
    told = message(
        text=text,
        title=title,
        link=f"https://pulse.example.com/{link}",
        alerts=(alert(dims={"team": name}, account=name, owner=name, unit=unit, rule=name),),
    )
    payload = slack.slack_payload(told)

    assert len(payload["blocks"]) <= 50
    for block in payload["blocks"]:
        texts = [*block.get("fields", ()), *block.get("elements", ()), *filter(None, [block.get("text")])]
        most = {"header": 150, "section": 3_000, "context": 3_000}[block["type"]]
        for one in texts:
            assert 1 <= len(one["text"]) <= (2_000 if "fields" in block else most)
            if one["type"] == "mrkdwn":
                links = re.findall("<[^>]*>", one["text"])
                assert all(link.endswith("|Open>") for link in links)
    assert "<" not in payload["text"]
    json.dumps(payload).encode()
