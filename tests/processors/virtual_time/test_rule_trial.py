"""Other values for a rule, tried on what was recorded."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.virtual_time.rule_history import Recorded
from processors.virtual_time.rule_trial import FOR_US, judge_again, of_alerts, recoveries, suggestions
from schemas.rule import Rule
from tests.processors.past import RESTLESS, inquiries, open_rule, past

KEY = b"open_inquiries|now|team=north"


def suggested(rule: Rule, open_at: list[tuple[str, int]], **options: Any) -> list[tuple[Any, ...]]:
    """Return `for` in minutes, `recover`, flaps and firings of each suggestion."""
    found = past({"r": rule}, inquiries(open_at))
    return [
        (one.for_us and one.for_us // 60_000_000, one.recover, one.flapped, one.fired)
        for one in suggestions("r", rule, found.tapes, found.until_us, **options)
    ]


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(1, 240), st.integers(0, 6)), min_size=1, max_size=12),
    st.sampled_from(("0s", "7m", "1h")),
    st.integers(0, 2),
)
def test_the_same_rule_says_the_same_again(changes: list[tuple[int, int]], wait: str, recover: int) -> None:
    """What was recorded is enough: judged again it gives every step that the whole replay gave."""
    minute, open_at = 0, []
    for after, wanted in changes:
        minute += after
        open_at.append((_time(minute), wanted))
    rule = open_rule(**{"for": wait, "recover": recover})
    found = past({"r": rule}, inquiries([*open_at, (_time(minute + 300), 1)]))

    def order(one: Any) -> tuple[str, int]:
        return one.id, one.revision

    again = judge_again("r", rule, found.tapes, found.until_us)
    assert sorted(again, key=order) == sorted(found.told, key=order)


def _time(minute: int) -> str:
    return f"2026-03-{4 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:00Z"


def test_what_would_have_halved_it() -> None:
    """The least `for` by itself, and the nearest recovery by itself."""
    assert suggested(open_rule(), RESTLESS) == [(15, None, 0, 1), (None, 1, 0, 1)]


def test_what_it_costs() -> None:
    """Alerts that nobody would have been told of are counted, with the longest; merged ones are not among them."""
    found = past({"r": open_rule()}, inquiries(RESTLESS))

    longer, better = suggestions("r", open_rule(), found.tapes, found.until_us)

    assert (longer.untold, longer.untold_longest_s) == (2, 600)
    assert (better.untold, better.untold_longest_s) == (0, 0)
    assert (longer.open_s, better.open_s) == (35 * 60, 90 * 60)


def test_a_rule_that_did_not_flap_needs_nothing() -> None:
    """Two alerts far from each other are two."""
    far = [("09:00", 3), ("09:10", 0), ("12:00", 3), ("12:30", 0)]

    assert suggested(open_rule(), far) == []
    assert suggested(open_rule(), far, flap_us=3 * 3_600_000_000) != []


def test_both_together_where_neither_is_enough() -> None:
    """Two flaps are short spikes, two are shallow dips, and one nothing calms: five, of which each alone leaves three."""
    lasting = [
        (300, 30), (10, 0), (300, 30),  # a deep fall between long breaches
        (2, 19), (300, 30), (2, 19), (300, 30), (180, 0),  # shallow dips
        (4, 30), (10, 0), (4, 30), (10, 0), (4, 30), (10, 0),  # short spikes
    ]  # fmt: skip
    open_at, minute = [], 1
    for length, wanted in lasting:
        open_at.append((_time(minute), wanted))
        minute += length

    assert suggested(open_rule(above=20), open_at) == [(5, 18, 1, 2)]


def test_nothing_helps() -> None:
    """A value that stays long on both sides is no flapping of the rule's making."""
    slow = [
        (f"2026-03-{4 + hours // 24:02}T{hours % 24:02}:00:00Z", 0 if hours % 5 == 4 else 9)
        for hours in range(50)
    ]

    assert suggested(open_rule(), slow, flap_us=2 * 3_600_000_000) == []


def test_a_recovery_that_is_hardly_ever_reached_is_none() -> None:
    """It would keep one alert open for ever, which is no calm."""
    rule = open_rule(above=10)
    open_at = [("09:00", 11), ("09:02", 8), ("09:10", 11), ("09:12", 8), ("20:00", 7)]

    assert all(recover is None or recover > 7 for _, recover, _, _ in suggested(rule, open_at))


def test_a_recovery_that_nothing_reaches_is_none() -> None:
    """There are never fewer than no inquiries."""
    open_at = [("09:00", 1), ("09:10", 0), ("09:20", 1), ("09:30", 0), ("09:40", 1), ("11:00", 0)]

    assert suggested(open_rule(above=0), open_at) == [(15, None, 0, 1)]


def test_only_what_is_counted_counts() -> None:
    """Alerts from before, when windows were filling, are left out."""
    rule = open_rule()
    found = past({"r": rule}, inquiries(RESTLESS))
    after_us = found.until_us - 60_000_000

    assert suggestions("r", rule, found.tapes, found.until_us, since_us=after_us) == []


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (open_rule(above=3600), [3420, 3240, 3060, 2880, 2520, 2160, 1800, 900]),
        (open_rule(above=3600, recover=2700), [2520, 2160, 1800, 900]),
        (open_rule(above=3), [2, 1]),
        (open_rule(above=None, below=0.2), [0.21, 0.22, 0.23, 0.24, 0.26, 0.28, 0.3, 0.35]),
        (open_rule(above=0), [-1, -2, -3]),
        (open_rule(above=-100), [-105, -110, -115, -120, -130, -140, -150, -175]),
    ],
)
def test_recovery_values_to_try(rule: Rule, wanted: list[float]) -> None:
    """On the good side of the limit and of the rule's own, in the size of the limit, or else of the values."""
    tape = [Recorded(0, b'{"value":%d}' % value) for value in (3, -4, 5, 0)]

    assert list(recoveries(rule, {KEY: [*tape, Recorded(0, None)]})) == wanted


def test_for_values_rise() -> None:
    """The least change comes first."""
    assert list(FOR_US) == sorted(set(FOR_US))


def test_the_tapes_of_a_rules_alerts() -> None:
    """Each rule is tried on its own keys."""
    found = past({"r": open_rule()}, inquiries(RESTLESS))

    assert of_alerts("r", found.tapes, {found.told[0].id}) == found.tapes
    assert of_alerts("other", found.tapes, {found.told[0].id}) == {}
