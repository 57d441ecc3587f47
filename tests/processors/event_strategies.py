"""Hypothesis strategies: valid events of every type, and events with something changed."""

import copy
from typing import Any

from hypothesis import strategies as st

from tests.examples import EVENTS
from tests.processors.event_reference import TABLE, fields_of

_RIGHT: dict[str, Any] = {
    "name": "x",
    "bool": True,
    "number": 12.5,
    "currency": "USD",
    "score": 10,
    "contact": {"name": "A. Example", "email": "", "phone": None},
    "dims": {"team": "north"},
    "period": "2026-11",
}

WEIRD: list[Any] = [
    None, True, False, 0, -1, -0.5, 3, 10.5, 9e12, 9.1e12, 10**30, 1.0,
    "", "x", "x" * 200, "x" * 201, "😀" * 200, "😀" * 201, "\0", "1.0",
    [], ["x"], {}, {"team": None}, {"": "x"}, {"x": 1}, {"name": 5}, {"phone": "x" * 300},
    "outbound", "Outbound", "positive", "nps", "month", "day",
    "2026-W53", "2027-W53", "2026-02-30", "2026-11-21", "2026-13", "2026-Q4", "2026", "0000",
    "2026-11-21T09:05:12Z", "2026-11-21t09:05:12.1234567+23:59", "2026-11-21T09:05:12",
    "2026-11-21 09:05:12z", "2026-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T09:05:12+24:00",
    "0001-01-01T00:00:00+00:01", "٢026-11-21T09:05:12Z", "crm.call.logged", "crm.deal.won", "crm.unknown",
    "EUR", "eur", "EURO", "EUR\n", "ÉUR",
]  # fmt: skip
"""Values that are right somewhere and wrong elsewhere."""


@st.composite
def full_events(draw: st.DrawFn) -> dict[str, Any]:
    """A valid event, with some or all of the optional fields."""
    kind = draw(st.sampled_from(sorted(TABLE)))
    event = copy.deepcopy(EVENTS[kind])
    for name, (_, rule) in fields_of(kind).items():
        if name not in event["data"] and draw(st.booleans()):
            event["data"][name] = _RIGHT.get(rule, rule.split("/")[0])
    return event


@st.composite
def changed_events(draw: st.DrawFn) -> dict[str, Any]:
    """An event with up to three changes: fields dropped, nulled, replaced, added; often no longer valid."""
    event = draw(full_events())
    for _ in range(draw(st.integers(0, 3))):
        places = [event]
        places += [inner for inner in (event.get("data"),) if isinstance(inner, dict)]
        places += [inner for place in places[1:] for inner in place.values() if isinstance(inner, dict)]
        place = draw(st.sampled_from(places))
        name = draw(st.sampled_from([*place, "unknown", "amount", "account", "contact", "name"]))
        if draw(st.integers(0, 3)) == 0:
            place.pop(name, None)
        else:
            place[name] = copy.deepcopy(draw(st.sampled_from(WEIRD)))
    return event
