"""Each fact is given by the event that completes it, and taken back by what happened later."""

import orjson

from processors.activity import Activity
from processors.compile import Plan
from processors.decode import decode
from processors.explaining.fact_ledger import FactLedger, Origin, Told
from processors.explaining.inquiry import FOREVER_US
from schemas.catalog import load_catalog
from tests.oracle.telling import Event, event

PLAN = Plan(load_catalog())
ORIGIN = Origin("crm.call.logged", "crm", "1", 0, "acme", "a.jsonl:1")


def told(kind: str, *events: Event) -> list[tuple[str, str | None]]:
    """Return by whom each fact of that kind was given and taken back: places in the list of events."""
    ledger = FactLedger(Activity(PLAN, FOREVER_US), {kind: PLAN.kinds[kind]})
    for place, said in enumerate(events):
        ledger.take(decode(orjson.dumps(said)), str(place))
    return [(one.given_by.where, one.taken_by and one.taken_by.where) for one in ledger.told]


def test_a_decision_in_force_and_those_before_it() -> None:
    """Won, reopened, won again: the first win is taken back by the reopening."""
    deal = {"deal": "d", "rep": "ann"}
    assert [("1", "2"), ("3", None)] == told(
        "deal_won",
        event("deal.created", "09:00", stage="qualification", amount=5, **deal),
        event("deal.won", "10:00", **deal),
        event("deal.reopened", "11:00", **deal),
        event("deal.won", "12:00", **deal),
    )


def test_a_fact_that_is_told_later_than_it_counts() -> None:
    """A stage is reached by the change of stage, and counts where the base stage was entered."""
    changed = event("deal.stage_changed", "10:00", deal="d", to_stage="discovery")
    assert [("1", None)] == told(
        "stage_reached", event("deal.created", "09:00", deal="d", stage="qualification"), changed
    )


def test_equal_facts_are_told_apart_by_number() -> None:
    """Two inquiries of the same moment are two facts; an answer ends both."""
    ask = {"conversation": "c", "rep": "ann"}
    assert [("0", "2"), ("1", "2")] == told(
        "inquiry_open",
        event("inquiry.received", "09:00", **ask),
        event("inquiry.received", "09:00", **ask),
        event("inquiry.answered", "10:00", **ask),
    )


def test_what_ends_is_one_fact_with_an_end() -> None:
    """The cancel ends the account's own last activation before it; who is active again is so anew."""
    acme, zeta = {"account": "acme", "rep": "ann"}, {"account": "zeta", "rep": "ann"}
    assert [("0", "3"), ("1", None), ("4", None)] == told(
        "customer_active",
        event("customer.activated", "09:00", **acme),
        event("customer.activated", "09:30", **zeta),
        event("customer.activated", "09:45", **acme),
        event("customer.canceled", "10:00", **acme),
        event("customer.activated", "11:00", **acme),
    )


def test_what_is_told_anew_for_another_dimension_has_its_first_reason() -> None:
    """A customer in another segment was made active, and left, by the events that did so before."""
    acme = {"account": "acme", "rep": "ann"}
    assert [("0", "1"), ("0", "3"), ("0", "1")] == told(
        "customer_active",
        event("customer.activated", "09:00", segment="smb", **acme),
        event("customer.canceled", "10:00", **acme),
        event("customer.registered", "11:00", **acme),
        event("email.sent", "12:00", segment="large", **acme),
    )


def fact(own_groups: bool = False, **dims: str | None) -> Told:
    """Return a fact of Ann's, team north, with these dimensions."""
    return Told("call", 0, None, "ann", "north", tuple(dims.items()), own_groups, frozenset(), ORIGIN)


def test_the_groups_of_a_fact() -> None:
    """Company, team, rep and its dimensions; none of a dimension that it doesn't name, but for a null from_stage."""
    called = fact(channel="phone", campaign=None)
    for dims in (
        {},
        {"rep": "ann"},
        {"team": "north"},
        {"channel": "phone"},
        {"rep": "ann", "channel": "phone"},
    ):
        assert called.is_of(dims)
    for dims in ({"rep": "bob"}, {"channel": "chat"}, {"campaign": "spring"}, {"stage": "new"}):
        assert not called.is_of(dims)
    assert not called.is_of({"campaign": None})
    assert fact(from_stage=None, to_stage="new").is_of({"from_stage": None, "to_stage": "new"})


def test_facts_of_their_own_groups_only() -> None:
    """They don't count for company, team and rep."""
    shared = fact(own_groups=True, content="brochure")
    assert shared.is_of({"content": "brochure"})
    assert not shared.is_of({})
    assert not shared.is_of({"rep": "ann"})
