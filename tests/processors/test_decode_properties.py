"""Decoding any event and any bytes: held to the contract's rules as they are written down a second time."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.decode import decode
from schemas.dead_letter import Reason
from schemas.event import Event
from tests.examples import EVENTS
from tests.processors.event_records import Headers, as_binary, dump, outcome
from tests.processors.event_reference import fields_of, reference
from tests.processors.event_strategies import WEIRD, changed_events, full_events


@given(full_events())
def test_full_events_are_read(event: dict[str, Any]) -> None:
    """Any mix of optional fields is read, structured and binary alike."""
    read = decode(dump(event))
    value, headers = as_binary(event)

    assert decode(value, headers) == read


@pytest.mark.parametrize("kind", EVENTS)
def test_every_field_with_every_value(kind: str) -> None:
    """Any one field of any type, given any of many values or none, is judged as the contract says."""
    example = EVENTS[kind]
    for name in [*fields_of(kind), "account"]:
        for value in WEIRD:
            event = {**example, "data": {**example["data"], name: value}}
            result = outcome(dump(event))
            assert (None if isinstance(result, Event) else result.value) == reference(event), (name, value)


@settings(max_examples=500, deadline=None)
@given(changed_events(), st.randoms(use_true_random=False))
def test_agrees_with_the_contract(event: dict[str, Any], rng: random.Random) -> None:
    """Whatever is changed in an event, it is read, or refused with the reason, as the contract says."""
    entries = list(event.items())
    rng.shuffle(entries)

    result = outcome(dump(dict(entries)))
    assert (None if isinstance(result, Event) else result.value) == reference(event)


@settings(max_examples=300, deadline=None)
@given(changed_events())
def test_binary_agrees_with_structured(event: dict[str, Any]) -> None:
    """A binary record gives the same event or reason as a structured one with the same attributes."""
    texts = {key: value for key, value in event.items() if isinstance(value, str)}
    event = {**texts, "data": event.get("data")}
    value, headers = as_binary(event)

    assert outcome(value, headers) == outcome(dump(event))


@settings(max_examples=300, deadline=None)
@given(full_events(), st.data())
def test_first_ones_of_duplicate_keys_dont_count(event: dict[str, Any], data: st.DataObject) -> None:
    """Putting any value ahead of a field that comes again changes nothing."""
    name = data.draw(st.sampled_from([*event["data"], "data", "type", "time", "source"]))
    weird = dump(data.draw(st.sampled_from(WEIRD)))
    value = dump(event)
    key = dump(name)
    at = value.index(key + b":")

    assert decode(value[:at] + key + b":" + weird + b"," + value[at:]) == decode(value)


@settings(max_examples=500, deadline=None)
@given(full_events(), st.data())
def test_no_bytes_break_it(event: dict[str, Any], data: st.DataObject) -> None:
    """Bytes changed anywhere give an event or a reason, never another error; what is read was JSON."""
    value = bytearray(dump(event))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(value) - 1))
        value[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    result = outcome(bytes(value))

    if isinstance(result, Event):
        json.loads(value.decode())


@given(
    st.binary(max_size=200),
    st.lists(st.tuples(st.sampled_from(["ce_type", "ce_id", "x"]), st.binary(max_size=9))),
)
def test_no_garbage_breaks_it(value: bytes, headers: Headers) -> None:
    """Any bytes under any headers give a reason."""
    assert isinstance(outcome(value, headers), Reason)
