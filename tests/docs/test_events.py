"""The examples of docs/events.md are events: the engine takes each, and counts what they say."""

from pathlib import Path

import orjson

from processors.compile import Plan
from processors.decode import decode
from processors.replay import Replay
from schemas.catalog import load_catalog
from schemas.event import EVENT_TYPES
from tests.docs.pages import blocks_of

WEEK_US = 7 * 86_400_000_000
EXAMPLES = [block.text.encode() for block in blocks_of(Path("docs/events.md"), "json")]
EVENTS = [value for value in EXAMPLES if b'"specversion"' in value]

#: Of all examples together: the company's values of all time.
EXPECTED = {
    "calls": 1, "emails_sent": 1, "meetings_scheduled": 1, "meetings_held": 1, "activities": 3,
    "deals_created": 1,
}  # fmt: skip


def test_the_page_has_an_example_of_every_type() -> None:
    """Each type is shown once in its own section, as one JSON object."""
    shown = {orjson.loads(value)["type"] for value in EVENTS}
    assert shown == set(EVENT_TYPES)


def test_the_examples_replay_to_what_they_say() -> None:
    """None is a dead letter, and what they count is what one reads in them."""
    distinct = {(event.source, event.id): event for event in map(decode, EVENTS)}
    last_us = max(event.t_us for event in distinct.values())
    engine = Replay(Plan(load_catalog()), arrival_us=last_us, dedup_horizon_us=WEEK_US)
    for value in EVENTS:
        engine.take(value)

    assert engine.summary["dead_letters"] == {}
    assert engine.summary["events"] == len(distinct)
    found = {record.kpi: record.value for record in engine.records() if record.key.endswith(b"|all_time|")}
    assert {name: found[name] for name in EXPECTED} == EXPECTED
