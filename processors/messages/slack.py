"""A message as Slack's blocks.

Texts of the alert stand in `plain_text`, where Slack looks for no mark-up and no mentions, or are escaped.
"""

from typing import Any

from processors.messages import words
from schemas.message import Message, Occasion

Block = dict[str, Any]

HEADER_CHARS_MAX = 150
SECTION_CHARS_MAX = 3_000
SECTIONS_MAX = 5
FIELDS_MAX = 10
"""Slack's own limits, but for the number of sections: more is no longer a message."""
LINK_CHARS_MAX = 2_000
"""So that it has room beside what else stands at the foot: names in a link may be long, and escaped they are longer."""

ALOUD = (Occasion.WORSE, Occasion.RESOLVED)
"""What is said in the channel as well when it is said in a thread."""


def slack_payload(message: Message) -> dict[str, Any]:
    """Return the body for an incoming webhook and, with a channel added, for `chat.postMessage`."""
    return {
        "text": escaped(f"{words.icon(message)} {words.title(message)}"),
        "blocks": [*_blocks(message)],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def slack_post(message: Message, channel: str, thread_ts: str | None) -> dict[str, Any]:
    """Return the body for `chat.postMessage`, in a thread if there is one; marked with the message's id."""
    body = slack_payload(message) | {
        "channel": channel,
        "metadata": {
            "event_type": "crm_pulse_notification",
            "event_payload": {"id": message.id, "group": message.group, "revision": message.revision},
        },
    }
    if thread_ts is not None:
        body |= {"thread_ts": thread_ts, "reply_broadcast": message.occasion in ALOUD}
    return body


def escaped(text: str) -> str:
    """Return a text for mark-up, in which nothing is a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(message: Message) -> list[Block]:
    head = words.cut(f"{words.icon(message)} {words.title(message)}", HEADER_CHARS_MAX)
    # A block's id is seen by programs only: who gets a message twice can tell.
    blocks: list[Block] = [{"type": "header", "block_id": message.id, "text": _plain(head)}]
    blocks += [
        {"type": "section", "text": _plain(part)}
        for part in _parts(words.body(message, SECTIONS_MAX * SECTION_CHARS_MAX))
    ]
    alert = words.single(message)
    if alert is not None:
        fields = [
            _marked(f"*{name}*\n{escaped(value)}") for name, value in words.facts(alert, message.timezone)
        ]
        blocks.append({"type": "section", "fields": fields[:FIELDS_MAX]})
    trend = words.trend(message)
    if trend:
        blocks.append({"type": "context", "elements": [_plain(trend)]})
    blocks.append({"type": "context", "elements": [_marked(_foot(message))]})
    return blocks


def _foot(message: Message) -> str:
    parts = [escaped(words.status(message)), escaped(words.rules(message)), words.more(message)]
    link = escaped(words.link(message) or "").replace("|", "%7C")
    if 0 < len(link) <= LINK_CHARS_MAX:
        parts.append(f"<{link}|Open>")
    return " · ".join(part for part in parts if part)


def _parts(text: str) -> list[str]:
    """Return a text in parts that fit a section each, cut at ends of lines; what is left over ends in `…`."""
    parts: list[str] = []
    while text and len(parts) < SECTIONS_MAX:
        if len(text) <= SECTION_CHARS_MAX or len(parts) == SECTIONS_MAX - 1:
            parts.append(words.cut(text, SECTION_CHARS_MAX))
            break
        end = text.rfind("\n", 1, SECTION_CHARS_MAX)
        end = SECTION_CHARS_MAX if end < 0 else end
        parts.append(text[:end])
        text = text[end:].lstrip("\n")
    return [part for part in parts if part.strip()]


def _plain(text: str) -> dict[str, Any]:
    # Without `emoji` a name such as `:fire:` stays as it is.
    return {"type": "plain_text", "text": text, "emoji": False}


def _marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
