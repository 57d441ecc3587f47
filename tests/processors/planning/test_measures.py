"""What a fact adds to a vector: what formulas asked for, and the sum in any case."""

from typing import Any

import pytest

from processors.histogram import bucket
from processors.planning.measures import Measures, count_slot, measures_of, sum_slot
from processors.planning.vector import Vector, slot_of
from schemas.catalogs.condition import Where
from schemas.fact import FACTS

S = 1_000_000
INBOUND = Where.model_validate({"direction": "inbound"})
LONG = Where.model_validate({"duration_s": {"above": 60}})


def call() -> Measures:
    """Return measures of calls, whose duration is optional; nothing is asked for yet."""
    return Measures("call", FACTS["call"])


def added(measures: Measures, *facts: tuple[Any, int], passed: tuple[str, ...] = ()) -> Vector:
    """Return what facts (value, sign) add whose event passed these conditions."""
    total: Vector = {}
    for value, sign in facts:
        measures.adder(passed)(total, value, sign)
    return total


def test_count_and_sum_are_kept_in_any_case() -> None:
    """A mean that is asked for later has its history; a fact without a value counts, and is no sample."""
    assert {
        count_slot("call"): 2, sum_slot("call"): 3 * S, slot_of("call.samples"): 1,
    } == added(call(), (3 * S, 1), (None, 1))  # fmt: skip


def test_what_has_no_value_only_counts() -> None:
    """One slot, and a value that is there all the same changes nothing."""
    measures = Measures("email_sent", FACTS["email_sent"])

    assert {slot_of("email_sent.count"): 1} == added(measures, (None, 1), (5, 1), (None, -1))
    assert [count_slot("email_sent")] == measures.slots


def test_conditions() -> None:
    """A fact adds to the count and values of exactly the conditions that its event passed."""
    measures = call()
    inbound, long = measures.count(INBOUND), measures.values(LONG, business=False)
    passed_one = added(measures, (90 * S, 1), passed=(LONG.id,))

    assert (0, 90 * S) == (passed_one.get(inbound, 0), passed_one[long.sum])
    assert 1 == passed_one[count_slot("call", LONG.id)] == passed_one[count_slot("call")]
    assert {inbound: 1} == {
        slot: n for slot, n in added(measures, (None, 1), passed=(INBOUND.id,)).items() if slot == inbound
    }
    assert {INBOUND.id: INBOUND, LONG.id: LONG} == measures.filters


def test_limits_include_their_value() -> None:
    """At the limit is within it, a microsecond more is not."""
    measures = Measures("response", FACTS["response"])
    slot = measures.values(None, business=False).at_most(5 * S)

    assert 2 == added(measures, (5 * S, 1), (5 * S + 1, 1), (0, 1))[slot]
    assert slot == measures.values(None, business=False).at_most(5 * S) == slot_of("response.at_most.5000000")


def test_histogram() -> None:
    """Each value is in its bucket, once it is asked for."""
    measures = Measures("response", FACTS["response"])
    assert 2 == len(added(measures, (S, 1)))
    base = measures.values(None, business=False).buckets()

    assert 1 == added(measures, (S, 1))[base + bucket(S)]


def test_working_time_beside_wall_time() -> None:
    """A value of both times adds each to its own sum; without one only the count."""
    measures = Measures("response", FACTS["response"])
    assert not measures.business
    working = measures.values(None, business=True)
    assert measures.business

    total = added(measures, ((7 * S, 2 * S), 1), (None, 1))
    assert (7 * S, 2 * S, 2) == (
        total[sum_slot("response")], total[working.sum], total[count_slot("response")],
    )  # fmt: skip
    assert working.sum == slot_of("response@business.sum")


def test_facts_told_under_another_catalog() -> None:
    """They may have working time where nobody asks for it, and lack it where somebody does: wall time is counted."""
    asking = Measures("response", FACTS["response"])
    working = asking.values(None, business=True)
    wall = {count_slot("response"): 1, sum_slot("response"): 7 * S}

    assert wall == added(Measures("response", FACTS["response"]), ([7 * S, 2 * S], 1))
    assert wall == added(asking, (7 * S, 1))
    assert {**wall, working.sum: 2 * S} == added(asking, ([7 * S, 2 * S], 1))


@pytest.mark.parametrize("kind", FACTS)
def test_taking_back_leaves_nothing(kind: str) -> None:
    """Whatever is asked for, a fact and its opposite sum to 0 in every slot, and all slots are known."""
    measures = measures_of(FACTS)[kind]
    measures.count(INBOUND)
    if measures.kind.value is not None:
        for where, business in ((None, True), (INBOUND, False)):
            values = measures.values(where, business)
            values.at_most(10)
            values.buckets()
    value = None if measures.kind.value is None else (3, 2)
    total = added(measures, (value, 1), (value, -1), passed=(INBOUND.id,))

    assert {0} == set(total.values())
    assert {slot >> 12 for slot in total} == {slot >> 12 for slot in measures.slots}


def test_samples_of_what_always_has_a_value() -> None:
    """Where every fact has its value, samples are the count."""
    won = Measures("deal_won", FACTS["deal_won"])

    assert won.count(None) == won.samples(None, business=False)
    assert call().samples(None, business=False) == slot_of("call.samples")
    assert (S, 3 * S) == (won.divisor, Measures("lead_created", FACTS["lead_created"]).divisor)
