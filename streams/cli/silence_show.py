"""Silences and acknowledgements as people see them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from rich.text import Text

from processors.reading.event_time import decode_time
from schemas.silence import Silence
from streams.cli.output import new_table
from streams.cli.units import to_the_second


def as_json(said: Silence) -> dict[str, Any]:
    """Return the record as published."""
    found: dict[str, Any] = msgspec.to_builtins(said)
    return found


def in_order(said: Iterable[Silence], now_us: int) -> list[Silence]:
    """Return those that hold now first, then those to come, then those that are over; the next to end first."""
    places = {"holds": 0, "to come": 1, "over": 2}
    return sorted(said, key=lambda one: (places[phase(one, now_us)], one.ends_at, one.id))


def phase(said: Silence, now_us: int) -> str:
    """Return where it is in time: `holds`, `to come`, `over`."""
    if decode_time(said.ends_at) <= now_us:
        return "over"
    return "to come" if now_us < decode_time(said.starts_at) else "holds"


def about(said: Silence) -> str:
    """Return what it is about: `rule=slow-* team=north`, `alert a47543c5d79a7499 since 2026-…`."""
    if said.kind == "acknowledgement":
        return f"alert {said.alert} since {said.episode}"
    return " ".join(f"{name}={pattern}" for name, pattern in said.matchers.items())


def sentence_of(said: Mapping[str, Any]) -> str:
    """Return what a record does to an alert: `silenced by kim until 2026-…: holidays`."""
    word = "silenced" if said["kind"] == "silence" else "acknowledged"
    comment = said.get("comment")
    return f"{word} by {said['author']} until {to_the_second(said['ends_at'])}" + (
        f": {comment}" if comment else ""
    )


def table_of(said: Sequence[Silence], now_us: int) -> Any:
    """Return the table that people see."""
    table = new_table("id", "kind", "state", "about", "from", "until", "by", "comment")
    for one in said:
        # Texts, not strings: what people wrote is no markup.
        table.add_row(
            one.id,
            one.kind,
            phase(one, now_us),
            Text(about(one)),
            to_the_second(one.starts_at),
            to_the_second(one.ends_at),
            Text(one.author),
            Text(one.comment),
        )
    return table
