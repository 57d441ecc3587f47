"""A partition's events: the same facts remain in any order, with copies, over any restart."""

import random
from typing import Any

import orjson
import pytest

from processors.activity import Activity
from processors.decode import decode
from schemas.event import Event
from schemas.fact import FACTS
from schemas.facts.activity import ACTIVITY_FACTS
from schemas.facts.conversation import CONVERSATION_FACTS
from schemas.facts.deal import DEAL_FACTS
from schemas.facts.lead import LEAD_FACTS
from tests.processors.engine import PLAN, plan
from tests.processors.restarting import WEEK_US, Restarting, activity, facts_of, in_order, remaining

TYPES = (
    "call.logged", "email.sent", "email.replied", "meeting.scheduled", "meeting.held", "meeting.canceled",
    "inquiry.received", "inquiry.answered", "inquiry.resolved", "inquiry.reopened",
    "quote.requested", "quote.sent",
    "lead.created", "lead.created", "lead.qualified", "lead.converted", "lead.lost",
    "deal.created", "deal.stage_changed", "deal.amount_changed", "deal.owner_changed",
    "deal.won", "deal.lost", "deal.canceled", "deal.reopened",
    "survey.answered", "feedback.received", "content.shared", "content.viewed",
)  # fmt: skip
EPOCH_US = 1_770_000_000_000_000
DAY_US = 86_400_000_000


def told(kind: str, t_us: int, number: int, data: dict[str, Any]) -> Event:
    """Return an event, its data read as from a record."""
    whole = {
        "specversion": "1.0", "source": "ab"[number % 2], "id": f"{number}", "type": f"crm.{kind}",
        "time": "2026-03-04T10:00:00Z", "data": {"account": "x"} | data,
    }  # fmt: skip
    read = decode(orjson.dumps(whole))
    return Event(read.type, read.source, read.id, t_us, read.data)


def anything(rng: random.Random, number: int, days: int) -> Event:
    """Return any event of one of two accounts; times often tie."""
    kind = rng.choice(TYPES)
    account = rng.choice("xy")
    data: dict[str, Any] = {"account": account}
    for name, values in (
        ("rep", ("ann", "bob")), ("team", ("north", "south")), ("campaign", ("c1", "c2")),
        ("channel", ("web", "phone")), ("product", ("p", "q")), ("segment", ("s",)),
        ("deal", ("d1", "d2")),
    ):  # fmt: skip
        if rng.random() < 0.5:
            data[name] = rng.choice(values)
    data |= {
        "conversation": rng.choice(("k1", "k2")), "quote": rng.choice(("q1", "q2")), "content": rng.choice("fg"),
        "contact": rng.choice(({}, {"name": "N"}, {"name": "N", "email": "e", "phone": "1"})),
        "stage": rng.choice(("qualification", "discovery")), "to_stage": rng.choice(("discovery", "proposal")),
        "final": rng.random() < 0.7, "score": rng.randrange(11), "sentiment": "positive",
        "kind": rng.choice(("nps", "csat")), "duration_s": 1.5, "lead": rng.choice(("l1", "l2")),
    }  # fmt: skip
    if kind.startswith("deal."):
        data |= {"deal": rng.choice(("d1", "d2"))}
    if kind == "deal.owner_changed":
        data |= {"rep": rng.choice(("ann", "bob"))}
    if kind == "deal.amount_changed" or rng.random() < 0.3:
        data |= {"amount": rng.randrange(100)}
    step_us = rng.choice((1, 60_000_000, 3_600_000_000, DAY_US))
    return told(kind, EPOCH_US + rng.randrange(days * DAY_US) // step_us * step_us, number, data)


def history(rng: random.Random, n: int, days: int) -> list[Event]:
    """Return events in any order, some of them twice."""
    events = [anything(rng, number, days) for number in range(n)]
    events += rng.sample(events, n // 10)
    rng.shuffle(events)
    return events


@pytest.mark.parametrize("seed", range(60))
def test_any_order_with_copies_and_crashes(seed: int) -> None:
    """What remains is what the distinct events give in their order, whatever was torn, lost and told again."""
    rng = random.Random(seed)
    events = history(rng, rng.choice((20, 80)), rng.choice((1, 5)))
    expected = remaining(facts_of(in_order(events)))

    assert expected == remaining(facts_of(events))
    assert expected == remaining(Restarting(events).run(rng))


@pytest.mark.parametrize("seed", range(20))
def test_first_touches_by_definition(seed: int) -> None:
    """Each lead's response is the account's first call, e-mail or meeting held at or after its first creation.

    By the channel of that, where it has one.
    """
    rng = random.Random(seed)
    events = history(rng, 60, 3)
    expected, channels = set(), dict[Any, Any]()
    ordered = in_order(events)
    touches = [
        one for one in ordered if one.type in ("crm.call.logged", "crm.email.sent", "crm.meeting.held")
    ]
    created: dict[tuple[str, str], Event] = {}
    for one in ordered:
        if one.type == "crm.lead.created":
            created.setdefault((one.data.account, one.data.lead), one)  # type: ignore[union-attr, arg-type]
    for (account, _), lead in created.items():
        order = (lead.t_us, lead.source, lead.id)
        for touch in touches:
            if touch.data.account == account and (touch.t_us, touch.source, touch.id) >= order:
                response = (touch.t_us, touch.t_us - lead.t_us, touch.data.rep)
                expected.add(response)
                channels[response] = touch.data.channel
                break
    responses = [fact for fact in remaining(Restarting(events).run(rng)) if fact[0] == "lead_response"]

    assert expected == {fact[1:4] for fact in responses}
    assert all(channels[fact[1:4]] in (None, fact[-1]) for fact in responses)


def test_every_fact_is_as_declared() -> None:
    """A fact has the dimensions of its kind, a value if the kind has one, and all that tracking can say is said."""
    facts = facts_of(history(random.Random(1), 600, 30))

    for kind, _, _, value, _, team, _, *dims in facts:
        found = FACTS[kind.removesuffix("^")]
        assert len(found.dimensions) == len(dims), kind
        assert (found.value is not None) == (value is not None) or found.optional_value, kind
        assert team
    assert set(ACTIVITY_FACTS | CONVERSATION_FACTS | LEAD_FACTS | DEAL_FACTS) <= {fact[0] for fact in facts}


def test_a_fact_has_the_marks_of_the_event_that_completes_it() -> None:
    """Facts that are given at another event than the one at which they count have that one's marks."""

    def marks(one: Event) -> str:
        return f"{one.type},{one.t_us}"

    facts = facts_of(in_order(history(random.Random(2), 400, 30)), marks=marks)
    for fact in facts:
        kind, t_us, found = fact[0].removesuffix("^"), fact[2], fact[6].split(",")
        assert found[0] in FACTS[kind].completed_by, kind
        assert t_us == int(found[1]), kind


def test_only_what_the_catalog_uses_is_given() -> None:
    """The others are dropped before they cost anything; touches are not even remembered."""
    dropped = (
        "lead_response_time_mean",
        "open_deals",
        "open_pipeline_value",
        "content_win_rate",
        "csat_mean",
    )
    lean = plan("kpis:\n" + "".join(f"  {name}:\n" for name in dropped))
    unused = {"lead_response", "open_deal", "content_decided", "content_won", "csat_answer"}
    told = {}
    for catalog in (PLAN, lean):
        partition = Activity(catalog, WEEK_US)
        partition.restored()
        told[catalog] = {
            fact[0].removesuffix("^")
            for offset, one in enumerate(history(random.Random(3), 1_500, 30))
            for fact in partition.digest(one, offset)
        }
        assert (catalog is PLAN) == (partition.stats["touches_now"] > 0)

    assert unused <= told[PLAN] <= PLAN.used
    assert unused == told[PLAN] - told[lean] == PLAN.used - lean.used
    assert told[lean] <= lean.used


def test_sentiment() -> None:
    """Replies and feedback that carry one: 1, 0 or -1 in millionths; a reply without one is only a reply."""
    found = [
        (fact[0], fact[3])
        for number, (kind, data) in enumerate(
            (
                ("email.replied", {}),
                ("email.replied", {"sentiment": "negative"}),
                ("feedback.received", {"sentiment": "neutral"}),
            )
        )
        for fact in facts_of([told(kind, EPOCH_US, number, data)])
    ]

    assert [
        ("email_replied", None),
        ("email_replied", None),
        ("sentiment", -1_000_000),
        ("feedback", None),
        ("sentiment", 0),
    ] == found


def test_what_is_kept_is_told() -> None:
    """Each subject says how much of it there is."""
    partition = activity()
    for offset, one in enumerate(history(random.Random(4), 300, 3)):
        partition.digest(one, offset)
    stats = partition.stats

    assert (4, 4, 4, 4) == tuple(
        stats[f"{name}_now"] for name in ("conversations", "deals", "leads", "quotes")
    )
    assert stats["touches_now"] > 32


def test_what_takes_a_records_place_is_durable_before_its_tombstone() -> None:
    """Ids and touches are merged now and then. Within a group the order is the writer's: it may lose any part of it."""
    partition = activity(PLAN)
    buried = 0
    for number in range(60):
        partition.cut = number
        t_us = EPOCH_US + number * 3_600_000_000
        partition.digest(told("call.logged", t_us, number, {"rep": "ann"}), number)
        for group in partition.snapshot():
            tombstones = [key for key, value in group if value is None]
            assert len(tombstones) in (0, len(group))
            buried += len(tombstones)
    assert buried
