"""A message as a title and a plain body, for the services behind Apprise."""

from typing import Literal

from processors.messages import words
from schemas.message import Message, Occasion

Kind = Literal["failure", "warning", "success", "info"]
BODY_CHARS_MAX = 10_000


def plain(message: Message) -> tuple[str, str, Kind]:
    """Return title, body, and what kind of news it is."""
    parts = [words.body(message, BODY_CHARS_MAX), words.trend(message), words.more(message)]
    parts += [words.link(message) or "", f"({message.id})"]
    return f"{words.icon(message)} {words.title(message)}", "\n\n".join(filter(None, parts)), _kind(message)


def _kind(message: Message) -> Kind:
    match message.occasion:
        case Occasion.RESOLVED:
            return "info" if words.is_closed(message) else "success"
        case Occasion.DIGEST:
            return "info"
    kinds: dict[str, Kind] = {"critical": "failure", "warning": "warning"}
    return kinds.get(message.severity, "info")
