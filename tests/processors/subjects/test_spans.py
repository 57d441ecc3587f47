"""Spans and conversions of a catalog: the same facts remain in any order, with copies, over any restart."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.activity import Activity
from processors.compile import Plan
from processors.decode import decode
from processors.entities.timeline import Fact
from processors.partition import StateItem
from schemas.event import Event
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, plan
from tests.processors.link_facts import CATALOG, expected, own_kinds
from tests.processors.restarting import Restarting, facts_of, in_order, remaining

OWN = plan(CATALOG)
KINDS = own_kinds(OWN)
DAY_US = 86_400_000_000
START_US = instant("2026-03-05T16:00:00Z")
FOREVER_US = 5_000 * DAY_US

TYPES = (
    "inquiry.received", "inquiry.received", "inquiry.answered", "meeting.scheduled", "meeting.scheduled",
    "meeting.held", "email.sent", "order.placed", "order.placed", "lead.created", "deal.created", "deal.created",
    "deal.owner_changed", "deal.stage_changed", "deal.won", "deal.won", "deal.lost", "call.logged",
)  # fmt: skip


def event(id_: str, type_: str, t_us: int, **data: Any) -> Event:
    """Return an event, of account acme where nothing else is said."""
    whole = {
        "specversion": "1.0", "source": "crm", "id": id_, "type": f"crm.{type_}", "time": "2026-03-04T12:00:00Z",
        "data": {"account": "acme"} | data,
    }  # fmt: skip
    found = decode(orjson.dumps(whole))
    return Event(found.type, found.source, found.id, t_us, found.data)


def random_event(rng: random.Random, number: int, t_us: int, deals: Sequence[str] = "de") -> Event:
    """Return an event of any type with few names."""
    type_ = rng.choice(TYPES)
    data: dict[str, Any] = {
        "account": rng.choice(("acme", "acme", "bolt")), "rep": rng.choice(("ann", "bob", None)),
        "team": rng.choice(("north", None, None)), "product": rng.choice(("ale", "beer", None)),
        "channel": rng.choice(("web", "phone", None)), "conversation": rng.choice("cd"), "order": str(number),
        "amount": 1, "lead": "l", "deal": rng.choice(deals), "stage": "s", "to_stage": "s", "contact": {},
        "meeting": rng.choice(("m", "n", None)), "direction": "outbound",
    }  # fmt: skip
    if type_ == "deal.owner_changed":
        data["rep"] = rng.choice(("ann", "bob", "eve"))
    # In another order than that of the numbers, so that ties are decided by what the event is called.
    return event(f"{rng.randrange(100)}-{number}", type_, t_us, **data)


def random_events(rng: random.Random, days: float = 8) -> list[Event]:
    """Return events with many ties, over a weekend, and the directory ahead of them."""
    moments = [START_US + round(rng.random() * days * DAY_US) for _ in range(12)]
    updates = [
        event(f"u{n}", "rep.updated", rng.choice(moments), rep=rep, team=team, active=True)
        for n, (rep, team) in enumerate((("ann", "north"), ("bob", "south"), ("ann", "east")))
    ]
    return updates + [random_event(rng, n, rng.choice(moments)) for n in range(rng.randrange(1, 40))]


def arriving(rng: random.Random, events: list[Event]) -> list[Event]:
    """Return them in the order of arrival, some twice; the directory first."""
    activity = [one for one in events if one.type != "crm.rep.updated"]
    activity += rng.sample(activity, rng.randrange(len(activity) + 1))
    if rng.random() < 0.8:
        rng.shuffle(activity)
    return [*(one for one in events if one.type == "crm.rep.updated"), *activity]


def own(facts: list[Fact]) -> Counter[Fact]:
    """Return what remains of the facts that the catalog defines."""
    return remaining([fact for fact in facts if fact[0] in KINDS])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000_000))
def test_any_order_with_copies(seed: int) -> None:
    """What is left of the facts is what the definitions say of all events in order."""
    rng = random.Random(seed)
    events = random_events(rng)
    counted = Counter(expected(OWN, in_order(events)))

    assert counted == own(facts_of(arriving(rng, events), OWN))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000_000))
def test_restarts_anywhere(seed: int) -> None:
    """Crashes, also in the middle of a checkpoint, change nothing of what is published."""
    rng = random.Random(seed)
    events = random_events(rng)
    counted = Counter(expected(OWN, in_order(events)))

    assert counted == own(Restarting(arriving(rng, events), OWN).run(rng))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000_000))
def test_over_years(seed: int) -> None:
    """What is let go of behind the retention was not needed: of a long life the facts are those of its definition."""
    rng = random.Random(seed)
    events: list[Event] = []
    t_us = START_US
    for n in range(300):
        t_us += round(rng.expovariate(1) * 15 * DAY_US)
        # Deals come to an end: one of that name years later would be another.
        said = random_event(rng, n, t_us, deals=(f"d{n // 30}", f"e{n // 30}"))
        late_days = rng.choice((0, 0, 0, rng.random() * (200 if "deal" in said.type else 790)))
        late_us = round(late_days * DAY_US)
        events.append(Event(said.type, said.source, said.id, max(START_US, t_us - late_us), said.data))
    found = Restarting(events, OWN)
    while found.step(rng.randrange(1, 60)):
        if rng.random() < 0.7:
            found.checkpoint()
            found.restart()

    assert Counter(expected(OWN, in_order(events))) == own(found.facts)


def test_nothing_of_what_the_catalog_has_not() -> None:
    """No span is named: no handler, no state, at no type of event."""
    found = Activity(PLAN, FOREVER_US)
    subject = next(one for one in found._subjects if type(one).__name__ == "Spans")

    assert {} == subject.handlers


def test_only_types_that_are_named() -> None:
    """A call costs a catalog with spans nothing, and an unused span costs none."""
    found = Activity(
        plan("spans: {x: {from: crm.call.logged, to: crm.email.sent, entity: account}}"), FOREVER_US
    )
    subject = next(one for one in found._subjects if type(one).__name__ == "Spans")
    assert {} == subject.handlers
    subject = next(one for one in Activity(OWN, FOREVER_US)._subjects if type(one).__name__ == "Spans")
    assert "crm.call.logged" not in subject.handlers


def test_little_is_written() -> None:
    """What means nothing to a conversion changes no record; a long-lived account's don't grow for ever."""
    found = Activity(OWN, FOREVER_US)
    log: list[StateItem] = []
    found.digest(event("l", "lead.created", START_US, lead="l", contact={}), 0)
    for n in range(1, 1000):
        found.digest(event(f"{n}", "order.placed", START_US + n * 3 * DAY_US, order=f"{n}", amount=1), n)
        found.digest(event(f"m{n}", "email.sent", START_US + n * 3 * DAY_US), n)
        found.cut = n
        log = [item for group in found.snapshot() for item in group if item[0].startswith(b"x|")] or log
        if n > 10:
            assert [b'x|mailed|["acme","acme"]'] == [key for key, _ in log]

    ((_, value),) = log
    assert value is not None
    assert 2 * 800 / 3 <= len(orjson.loads(value)[1]) <= 4 * 800 / 3


def test_entities_that_ended_are_forgotten() -> None:
    """Conversations are, and conversions of deals that came to their end; what an account did first is not."""
    found = Activity(OWN, FOREVER_US)
    data = {
        "conversation": "c",
        "deal": "d",
        "stage": "s",
        "order": "o",
        "amount": 1,
        "lead": "l",
        "contact": {},
    }
    types = (
        "inquiry.received",
        "inquiry.answered",
        "deal.created",
        "deal.won",
        "lead.created",
        "order.placed",
    )
    for n, type_ in enumerate(types):
        found.digest(event(f"{n}", type_, START_US + n, **data), n)
    assert (6, 4) == tuple(found.stats[name] for name in ("spans_now", "conversions_now"))

    found.digest(event("end", "call.logged", START_US + 900 * DAY_US, direction="outbound"), 9)
    # Of an account's deals the owners may be asked for.
    assert (2, 3) == tuple(found.stats[name] for name in ("spans_now", "conversions_now"))


def test_a_span_that_the_catalog_gave_up() -> None:
    """Its records go: when it comes back they would be old."""
    found = Activity(OWN, FOREVER_US)
    found.digest(event("1", "email.sent", START_US), 0)
    found.cut = 0
    log = [item for group in found.snapshot() for item in group]
    assert any(key.startswith(b"x|") for key, _ in log)

    after = Activity(Plan(PLAN.catalog), FOREVER_US)
    after.restore(log)
    after.restored()
    after.digest(event("2", "email.sent", START_US), 1)
    after.cut = 1
    gone = [item for group in after.snapshot() for item in group if item[0].startswith(b"x|")]
    assert [(b'x|mailed|["acme","acme"]', None)] == gone
