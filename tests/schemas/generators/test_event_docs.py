"""The page about events."""

import json

from processors.decode import decode
from schemas.dead_letter import Reason
from schemas.event import EVENT_TYPES
from schemas.generators.event_docs import event_docs
from schemas.generators.event_docs_text import KAFKA, NOTES
from tests.examples import EVENTS
from tests.processors.event_reference import fields_of

PAGE = event_docs({name: json.dumps(event) for name, event in EVENTS.items()})


def test_every_type_and_its_fields_are_there() -> None:
    """Each type has a section with a row for each of its own fields, and its example."""
    sections = {section.partition("\n")[0]: section for section in PAGE.split("\n### ")[1:]}

    assert list(sections) == list(EVENT_TYPES)
    common = {"account", "rep", "team", "campaign", "channel", "product", "segment", "region"}
    for name, section in sections.items():
        for field in set(fields_of(name)) - common:
            assert f"\n| `{field}` |" in section
        assert json.dumps(EVENTS[name]) in section


def test_every_reason_is_there() -> None:
    """The table of dead letters has each reason."""
    assert all(f"\n| `{reason.value}` |" in PAGE for reason in Reason)


def test_notes_are_of_types() -> None:
    """No note is left of a type that is no more."""
    assert set(NOTES) <= set(EVENT_TYPES)


def test_the_binary_example_is_read() -> None:
    """The record that the page shows gives the same event as the type's example."""
    head, _, value = KAFKA.partition("```\n")[2].partition("\n```")[0].partition("\n\n")
    headers = [(name, text.encode()) for name, text in (line.split(": ", 1) for line in head.splitlines())]

    assert decode(value.encode(), headers) == decode(json.dumps(EVENTS["crm.inquiry.answered"]).encode())
