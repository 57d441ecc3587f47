"""What a value is made of: parts, facts and events, the same as the value whatever order they came in."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.compile import Plan
from processors.explaining.explain import Explainer
from processors.explaining.inquiry import Part, Question
from schemas.catalog import load_catalog
from schemas.dead_letter import Unusable
from schemas.kpi import dims_of
from tests.oracle.arriving import DEDUPLICATION_HORIZON_US
from tests.oracle.histories import arrivals, histories
from tests.oracle.moments import instant
from tests.oracle.telling import Event, event, rep_updated

CATALOG = load_catalog()
PLAN = Plan(CATALOG)
LATE = instant("2099-01-01T00:00:00Z")
DEAL = {"deal": "d", "rep": "ann"}
STORY = (
    rep_updated("08:00", "ann", "north"),
    event("deal.created", "09:00", stage="qualification", amount=12000, **DEAL),
    event("deal.won", "10:00", **DEAL),
    event("deal.reopened", "2026-04-01T10:00:00Z", **DEAL),
)


def explainer(*events: Event) -> Explainer:
    """Return one that took these, each from the line of its place."""
    found = Explainer(PLAN, arrival_us=LATE, dedup_horizon_us=DEDUPLICATION_HORIZON_US)
    values = [orjson.dumps(one) for one in events]
    for value in values:
        found.learn(value)
    for place, value in enumerate(values):
        try:
            found.take(value, f"a.jsonl:{place}")
        except Unusable:
            continue
    return found


def explained(question: Question, *events: Event) -> Part:
    """Return what is said of a value."""
    part = explainer(*events).explain(question)
    assert part is not None
    return part


def test_a_ratio_has_its_parts_and_their_facts() -> None:
    """Down to the event; the ratio itself looks at no fact."""
    part = explained(Question("average_deal_size", "month", None, {"rep": "ann"}), *STORY[:3])

    assert ("average_deal_size|month:2026-03|rep=ann", 12000, ()) == (
        part.key,
        part.record and part.record["value"],
        part.facts,
    )
    above, below = part.parts
    assert (("won_revenue", "deals_won"), above.facts) == ((above.kpi, below.kpi), below.facts)
    (won,) = above.facts
    assert ("ann", "north", 12_000_000_000, "crm.deal.won", "a.jsonl:2") == (
        won.rep,
        won.team,
        won.value,
        won.given_by.type,
        won.given_by.where,
    )


def test_what_was_taken_back_says_by_what() -> None:
    """A closed period is explained as of now: the win is gone since the reopening."""
    part = explained(Question("won_revenue", "month", "2026-03", {}), *STORY)

    assert part.record is not None
    assert (0, (), 1) == (part.record["value"], part.facts, len(part.taken_back))
    (lost,) = part.taken_back
    assert lost.taken_by is not None
    assert ("a.jsonl:2", "a.jsonl:3") == (lost.given_by.where, lost.taken_by.where)


def test_a_late_event_is_no_reason() -> None:
    """However it arrived, the answer completes the response, and nothing was taken back."""
    ask = {"conversation": "c", "rep": "ann"}
    part = explained(
        Question("response_time_mean", "day", None, {}),
        event("inquiry.answered", "10:00", **ask),
        event("inquiry.received", "09:30", **ask),
        event("inquiry.received", "09:00", **ask),
    )
    (response,) = part.facts
    assert ("a.jsonl:0", 3_600_000_000, ()) == (response.given_by.where, response.value, part.taken_back)


def test_other_windows_and_groups_are_left_out() -> None:
    """A fact of another day, rep or team is no part of the value."""
    calls = [
        event("call.logged", "2026-03-03T10:00:00Z", rep="ann"),
        event("call.logged", "10:00", rep="bob"),
        event("call.logged", "11:00", rep="ann"),
        event("call.logged", "11:00", id="copy", rep="ann"),
        event("call.logged", "11:00", id="copy", rep="ann"),
        event("call.logged", "12:00", rep=""),
    ]
    part = explained(Question("calls", "day", None, {"rep": "ann"}), *calls)
    assert ["a.jsonl:2", "a.jsonl:3"] == [one.given_by.where for one in part.facts]


def test_nothing_to_explain() -> None:
    """Without events there is no moment; without a record no facts, but the keys that there are."""
    assert explainer().explain(Question("calls", "all_time", None, {})) is None
    found = explainer(*STORY)
    part = found.explain(Question("won_revenue", "month", None, {}))
    assert part == Part("won_revenue", "won_revenue|month:2026-04|", None, (), (), ())
    assert "won_revenue|month:2026-03|" in found.keys("won_revenue")


EXPLAINED = (
    "deals_won", "won_revenue", "activities", "open_inquiries", "stage_transitions", "customers", "churn_rate",
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_facts_add_up_to_the_value(data: st.DataObject) -> None:
    """Of any history in any order: so many facts as a count says, so much as a sum says, in every group and window."""
    history = data.draw(histories(max_size=40))
    arriving = [one for chunk in data.draw(arrivals(history, max_copies=3)) for one in chunk]
    found = explainer(*arriving)
    keys = found.keys(data.draw(st.sampled_from(EXPLAINED)))
    for key in data.draw(st.lists(st.sampled_from(keys), max_size=4, unique=True)) if keys else ():
        kpi, window, dims = key.split("|")
        part = found.explain(
            Question(kpi, window.partition(":")[0], window.partition(":")[2] or None, dims_of(dims))
        )
        assert part is not None
        assert part.record is not None
        if kpi == "churn_rate":
            active = [one for one in part.facts if one.kind == "customer_active"]
            assert part.record["n"] == len(active), key
            assert part.record["value"] == (len(part.facts) - len(active)) / len(active), key
            continue
        assert part.record["n"] == len(part.facts), key
        if kpi == "won_revenue":
            assert part.record["value"] == sum(one.value or 0 for one in part.facts) / 1_000_000


def test_churn_is_of_those_who_were_there_before() -> None:
    """Active when the period began, whether they left in it, before it or not at all; and who left in it."""
    part = explained(
        Question("churn_rate", "month", "2026-03", {}),
        event("customer.activated", "2026-01-10T10:00:00Z", account="gone before"),
        event("customer.canceled", "2026-02-10T10:00:00Z", account="gone before"),
        event("customer.activated", "2026-02-10T10:00:00Z", account="leaves", segment="smb"),
        event("customer.activated", "2026-02-11T10:00:00Z", account="stays"),
        event("customer.canceled", "2026-03-05T10:00:00Z", account="leaves"),
        event("customer.activated", "2026-03-06T10:00:00Z", account="new"),
        event("order.placed", "2026-04-06T10:00:00Z", account="leaves", segment="large", order="o", amount=1),
    )
    assert part.record is not None
    assert (0.5, 2) == (part.record["value"], part.record["n"])
    assert [
        ("customer_active", "a.jsonl:2"),
        ("customer_active", "a.jsonl:3"),
        ("customer_churned_month", "a.jsonl:4"),
    ] == [(one.kind, one.given_by.where) for one in part.facts]
    assert part.taken_back == ()


def test_facts_that_the_catalog_defines() -> None:
    """Of a conversion between types of event, and of a span: the events that gave them."""
    own = Plan(
        load_catalog(
            "catalog: own\nextends: standard\n"
            "spans: {wait: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}\n"
            "kpis:\n"
            "  waited: {label: W, unit: seconds, mean: wait}\n"
            "  held: {label: H, unit: ratio,\n"
            "    conversion: {base: crm.meeting.scheduled, reached: crm.meeting.held, entity: meeting}}\n",
            "own.yaml",
        )
    )
    found = Explainer(own, arrival_us=LATE, dedup_horizon_us=DEDUPLICATION_HORIZON_US)
    for kind, time in (("meeting.scheduled", "09:00"), ("meeting.held", "10:00")):
        found.take(orjson.dumps(event(kind, time, meeting="m", channel="web")), kind)
    waited, held = (found.explain(Question(kpi, "day", None, {})) for kpi in ("waited", "held"))
    assert waited is not None
    assert held is not None

    assert [("wait", "meeting.held", ("channel", "web"))] == [
        (one.kind, one.given_by.where, one.dims[1]) for one in waited.facts
    ]
    assert {("held.base", "meeting.scheduled"), ("held.reached", "meeting.held")} == {
        (one.kind, one.given_by.where) for one in held.facts
    }


def test_facts_that_pass_the_filter() -> None:
    """Only what a formula looks at is shown: of a share all that is looked at, whether it passes or not."""
    own = Plan(
        load_catalog(
            "catalog: own\nextends: standard\nkpis:\n"
            "  out: {label: O, unit: count, count: {of: call, where: {direction: outbound}}}\n"
            "  met: {label: M, unit: count, distinct: {accounts: call, where: {direction: outbound}}}\n"
            "  long: {label: L, unit: seconds, mean: {of: call, where: {direction: outbound}}}\n"
            "  good: {label: G, unit: ratio, share: {of: call, among: {direction: outbound}, where: {value_added: true}}}\n",
            "own.yaml",
        )
    )
    found = Explainer(own, arrival_us=LATE, dedup_horizon_us=DEDUPLICATION_HORIZON_US)
    for time, fields in (
        ("09:00", {"direction": "inbound", "value_added": True}),
        ("10:00", {"direction": "outbound", "duration_s": 60}),
        ("11:00", {"direction": "outbound", "duration_s": 90, "value_added": True}),
    ):
        found.take(orjson.dumps(event("call.logged", time, **fields)), time)
    for kpi in ("out", "met", "long", "good"):
        part = found.explain(Question(kpi, "day", None, {}))
        assert part is not None
        assert ["10:00", "11:00"] == [one.given_by.where for one in part.facts], kpi


def test_parts_in_windows_of_their_own() -> None:
    """What an expression looks at elsewhere is shown there; of a period that is over it says nothing."""
    own = Plan(
        load_catalog(
            "catalog: own\nextends: standard\nkpis:\n"
            "  pace: {label: P, unit: ratio, expression: calls@rolling_2h / calls@month, n: calls}\n",
            "own.yaml",
        )
    )
    found = Explainer(own, arrival_us=LATE, dedup_horizon_us=DEDUPLICATION_HORIZON_US)
    for time in ("2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z", "2026-03-03T10:30:00Z"):
        found.take(orjson.dumps(event("call.logged", time)), time[8:13])
    part = found.explain(Question("pace", "day", None, {}))
    assert part is not None

    assert part.record is not None
    assert 2 / 3 == part.record["value"]
    assert [
        ("calls|rolling_2h|", ["03T09", "03T10"]),
        ("calls|month:2026-03|", ["02T09", "03T09", "03T10"]),
        ("calls|day:2026-03-03|", ["03T09", "03T10"]),
    ] == [(one.key, [fact.given_by.where for fact in one.facts]) for one in part.parts]
    over = found.explain(Question("pace", "day", "2026-03-02", {}))
    assert over is None or over.record is None


def test_growth_shows_both_periods() -> None:
    """The period, then the one before that it is compared with."""
    created = event("deal.created", "2026-04-01T09:00:00Z", stage="offer", deal="e", rep="ann")
    won = event("deal.won", "2026-04-02T09:00:00Z", amount=18000, deal="e", rep="ann")
    part = explained(Question("sales_growth", "month", None, {"rep": "ann"}), *STORY[:3], created, won)

    assert part.record is not None
    assert 0.5 == part.record["value"]
    assert [("won_revenue|month:2026-04|rep=ann", 18000), ("won_revenue|month:2026-03|rep=ann", 12000)] == [
        (one.key, one.record and one.record["value"]) for one in part.parts
    ]
    assert ["a.jsonl:4", "a.jsonl:2"] == [one.facts[0].given_by.where for one in part.parts]
