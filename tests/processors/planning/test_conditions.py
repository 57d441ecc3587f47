"""Filters as predicates, and the marks of events."""

from typing import Any

import pytest

from processors.planning.conditions import marks, predicate
from schemas.catalogs.condition import Where
from schemas.event import EVENT_TYPES, Event


def event(type_: str, **fields: Any) -> Event:
    """Return an event with these fields."""
    data: Any = EVENT_TYPES[type_](account="a", **fields)
    return Event(type_, "s", "1", 0, data)


def where(**tests: Any) -> Where:
    """Return a condition as a file would say it."""
    return Where.model_validate({name.rstrip("_"): test for name, test in tests.items()})


CALL = event("crm.call.logged", direction="outbound", duration_s=60.0, value_added=True, channel="phone")
PLAIN = event("crm.call.logged")


@pytest.mark.parametrize(
    ("tests", "call", "plain"),
    [
        ({"direction": "outbound"}, True, False),
        ({"direction": "inbound"}, False, False),
        ({"direction": ("inbound", "outbound")}, True, False),
        ({"value_added": True}, True, False),
        ({"value_added": False}, False, False),
        ({"duration_s": 60}, True, False),
        ({"duration_s": {"at_least": 60}}, True, False),
        ({"duration_s": {"above": 60}}, False, False),
        ({"duration_s": {"at_most": 60}}, True, False),
        ({"duration_s": {"below": 60}}, False, False),
        ({"duration_s": {"above": 59, "below": 61}}, True, False),
        ({"duration_s": {"at_least": 10, "at_most": 20}}, False, False),
        ({"outcome": {"present": True}}, False, False),
        ({"outcome": {"present": False}}, True, True),
        ({"channel": {"present": True}}, True, False),
        ({"channel": "phone", "direction": "outbound"}, True, False),
        ({"channel": "phone", "direction": "inbound"}, False, False),
        ({"channel": "phone", "direction": "outbound", "value_added": True}, True, False),
        ({"any_": ({"direction": "inbound"}, {"value_added": True})}, True, False),
        ({"all_": ({"direction": "outbound"}, {"value_added": False})}, False, False),
        ({"not_": {"direction": "inbound"}}, True, True),
        ({"not_": {"direction": "outbound"}}, False, True),
        ({"score": {"at_least": 9}}, False, False),
        ({"score": {"present": False}}, True, True),
        ({"not_": {"score": 5}}, True, True),
    ],
)
def test_predicates(tests: dict[str, Any], call: bool, plain: bool) -> None:
    """What each test says of a call with fields and of one without, and of a field that calls never have."""
    passes = predicate(where(**tests), type(CALL.data))

    assert (call, plain) == (passes(CALL.data), passes(PLAIN.data))


def test_marks() -> None:
    """An event has the ids of the filters of its type that it passes, in their order, each once."""
    added, outbound, short = (
        where(value_added=True),
        where(direction="outbound"),
        where(duration_s={"below": 5}),
    )
    of = marks({"crm.call.logged": [added, outbound, short, where(value_added=True)], "crm.email.sent": []})

    assert ",".join(sorted([added.id, outbound.id])) == of(CALL)
    assert "" == of(PLAIN)
    assert "" == of(event("crm.email.sent"))


def test_no_filters() -> None:
    """Without filters no event has a mark."""
    assert "" == marks({})(CALL)
