"""Distinct accounts: whatever facts come, in whatever order, and are taken back, the counts are brute force's."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.calendar import Calendar
from processors.partition import StateItem
from processors.planning.ways import Reach
from processors.tracking.distinct_accounts import DistinctAccounts
from schemas.catalogs.distinct import (
    ALL,
    DAY,
    EVER,
    LATEST,
    MONTH,
    QUARTER,
    WEEK,
    YEAR,
    DistinctRow,
    distinct_route,
    distinct_route_of,
    joint_route,
)
from schemas.fact import PANE_US
from tests.oracle.moments import instant
from tests.processors.distinct_sums import Fact, Sums, expected

ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York")
DAY_US = 86_400_000_000
M = "buyers"
ANN = ("", "team=north", "rep=ann")
BOB = ("", "team=north", "rep=bob")
EVE = ("", "team=south", "rep=eve", "segment=smb")
Step = tuple[int, int, tuple[str, ...]]
"""sign, time, groups: a fact of the event at the offset that is its index."""


def pane(moment: str) -> int:
    """Return the five-minute pane of a moment."""
    return instant(moment) // PANE_US


class Told:
    """Distinct accounts of one account, told facts one by one."""

    def __init__(self, zone: str = "UTC") -> None:
        self.calendar = Calendar(zone)
        self.accounts = DistinctAccounts(self.calendar)
        self.offset = -1
        self.watermark_us = 0

    def fact(self, moment: str, groups: tuple[str, ...] = ("",), sign: int = 1) -> list[DistinctRow]:
        """Return the rows of a fact in an event of its own."""
        self.offset += 1
        return self.at(self.offset, (sign, instant(moment), groups))

    def at(self, offset: int, step: Step) -> list[DistinctRow]:
        """Return the rows of the fact at that offset."""
        sign, t_us, groups = step
        if sign > 0:
            self.watermark_us = max(self.watermark_us, t_us)
        self.accounts.begin(offset, self.watermark_us)
        return [*self.accounts.digest("acme", M, Reach(M, groups), t_us, sign)]

    def restart(self, log: list[StateItem]) -> None:
        """Lose what is not in the changelog."""
        self.accounts = DistinctAccounts(self.calendar)
        for key, value in log:
            self.accounts.restore(key, value)
        self.accounts.restored()


def test_the_first_counts_everywhere() -> None:
    """An account's first fact is the latest, and new in every period."""
    assert [(1, pane("2026-03-04T12:00:00Z"), (ALL, None), "#buyers|")] == Told().fact("2026-03-04T12:01:00Z")


def test_another_in_the_same_pane_says_nothing() -> None:
    """Neither the latest pane nor any period changes."""
    told = Told()
    told.fact("2026-03-04T12:01:00Z")

    assert [] == told.fact("2026-03-04T12:04:59Z")


@pytest.mark.parametrize(
    ("moment", "new"),
    [
        ("2026-03-04T12:05:00Z", 0),
        ("2026-03-05T00:00:00Z", DAY),
        ("2026-03-09T00:00:00Z", DAY | WEEK),
        ("2026-04-01T00:00:00Z", DAY | WEEK | MONTH | QUARTER),
        ("2027-01-04T00:00:00Z", DAY | WEEK | MONTH | QUARTER | YEAR),
    ],
)
def test_the_next_is_one_row(moment: str, new: int) -> None:
    """The latest leaves its pane, and the periods that are new get one."""
    told = Told()
    told.fact("2026-03-04T12:01:00Z")
    left = pane("2026-03-04T12:00:00Z")

    assert [(1, pane(moment), (LATEST | new, left), "#buyers|")] == told.fact(moment)


def test_periods_are_local() -> None:
    """The day turns at midnight of the business time zone."""
    told = Told("Europe/Berlin")
    told.fact("2026-03-04T22:59:00Z")

    assert [(LATEST | DAY, pane("2026-03-04T22:59:00Z"))] == [
        row[2] for row in told.fact("2026-03-04T23:00:00Z")
    ]


def test_a_late_one_begins_periods_earlier() -> None:
    """A period's count moves to the day of its first fact; the latest stays."""
    told = Told()
    told.fact("2026-03-05T12:00:00Z")

    assert [
        (1, pane("2026-03-04T12:00:00Z"), (ALL & ~LATEST, None), "#buyers|"),
        (-1, pane("2026-03-05T12:00:00Z"), (WEEK | MONTH | QUARTER | YEAR | EVER, None), "#buyers|"),
    ] == told.fact("2026-03-04T12:00:00Z")


def test_the_latest_taken_back() -> None:
    """The one before is the latest again."""
    told = Told()
    told.fact("2026-03-04T12:00:00Z")
    told.fact("2026-03-05T12:00:00Z")
    late, early = pane("2026-03-05T12:00:00Z"), pane("2026-03-04T12:00:00Z")

    assert [(-1, late, (DAY, None), "#buyers|"), (1, early, (LATEST, late), "#buyers|")] == told.fact(
        "2026-03-05T12:00:00Z", sign=-1
    )


def test_of_two_in_a_pane_one_taken_back() -> None:
    """Facts of a pane are counted, so it stays until the last is taken back."""
    told = Told()
    told.fact("2026-03-05T12:00:00Z")
    told.fact("2026-03-05T12:01:00Z")

    assert [] == told.fact("2026-03-05T12:01:00Z", sign=-1)
    assert [(-1, pane("2026-03-05T12:00:00Z"), (ALL, None), "#buyers|")] == told.fact(
        "2026-03-05T12:00:00Z", sign=-1
    )


def test_what_was_never_given() -> None:
    """A fact from before the measure was declared is taken back in silence."""
    assert [] == Told().fact("2026-03-05T12:00:00Z", sign=-1)


def test_groups_have_their_own_counts() -> None:
    """A second rep's first fact is new for the rep, and moves the team's."""
    told = Told()
    told.fact("2026-03-04T12:00:00Z", ANN)
    rows = told.fact("2026-03-05T12:00:00Z", BOB)

    assert [("", LATEST | DAY), ("team=north", LATEST | DAY), ("rep=bob", ALL)] == [
        (group, row[2][0]) for row in rows for group in distinct_route_of(row[3])[1]
    ]


def test_a_route_and_back() -> None:
    """Measure and group come back as they went in."""
    one = distinct_route("buyers", "segment=a%7Cb")
    assert ("buyers", ["segment=a%7Cb"]) == distinct_route_of(one)
    assert ("buyers", ["", "segment=a%7Cb"]) == distinct_route_of(joint_route(("#buyers|", one)))


def test_groups_that_move_alike_are_one_row() -> None:
    """As of an account that has one rep: what is to be said of each of its groups is said once."""
    told = Told()
    told.fact("2026-03-04T12:00:00Z", ANN)
    (row,) = told.fact("2026-03-05T12:00:00Z", ANN)

    assert ("buyers", [*ANN]) == distinct_route_of(row[3])


def test_old_panes_are_few() -> None:
    """Five-minute panes become hours, hours days, and behind the retention one pane stands for all."""
    told = Told()
    start_us = instant("2022-01-01T00:00:00Z")
    for n in range(1100 * 12):
        told.at(n, (1, start_us + n * 2 * 3_600_000_000 + n % 3 * 300_000_000, ANN))
    (item,) = told.accounts.snapshot(99)

    assert item[1] is not None
    assert len(item[1]) < 30_000  # 800 days, 46 days of twelve hours, 16 bytes each


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, list[Step]]:
    """Draw a zone and facts in any order of time, some taken back later."""
    zone = draw(st.sampled_from(ZONES))
    rng = random.Random(draw(st.integers(0, 1_000_000)))
    gaps_us = rng.choice(((0, 300_000_000), (0, 3_600_000_000, 300_000_000), (3_600_000_000, 20 * DAY_US)))
    if rng.random() < 0.3:
        gaps_us = (*gaps_us, 300 * DAY_US)
    t_us = instant("2026-02-20T22:00:00Z")
    found: list[Step] = []
    present: list[Step] = []
    for _ in range(draw(st.integers(1, 40))):
        # Only a late event takes a fact back, and none is later than the retention.
        present = [step for step in present if step[1] > t_us - 780 * DAY_US]
        if present and rng.random() < 0.3:
            step = present.pop(rng.randrange(len(present)))
            found.append((-1, *step[1:]))
            continue
        t_us += rng.choice((*gaps_us, DAY_US // 3))
        at_us = t_us
        if rng.random() < 0.4:
            at_us -= rng.choice((60_000_000, 3_600_000_000, DAY_US, 9 * DAY_US, 60 * DAY_US, 700 * DAY_US))
        step = (1, at_us, rng.choice((ANN, ANN, BOB, EVE)))
        found.append(step)
        present.append(step)
    return zone, found


def facts_of(found: list[Step]) -> list[Fact]:
    """Return the facts that are left."""
    left: list[Fact] = []
    for sign, t_us, groups in found:
        fact = (groups, t_us // PANE_US)
        left.append(fact) if sign > 0 else left.remove(fact)
    return left


@settings(max_examples=300, deadline=None)
@given(steps(), st.randoms(use_true_random=False))
def test_equals_brute_force(drawn: tuple[str, list[Step]], rng: Any) -> None:
    """After each fact the sums of the rows are what the facts say; a restart in between changes nothing."""
    zone, found = drawn
    told, log = Told(zone), list[StateItem]()
    sums = Sums(told.calendar)
    for offset, step in enumerate(found):
        sums.add(told.at(offset, step))
        pane_now = told.watermark_us // PANE_US
        assert expected(facts_of(found[: offset + 1]), told.calendar, pane_now) == sums.said(pane_now)
        if rng.random() < 0.3:
            log += told.accounts.snapshot(offset)
            told.restart(log)


@pytest.mark.parametrize("seed", range(4))
def test_a_busy_account_equals_brute_force(seed: int) -> None:
    """Through hundreds of days of many facts, with a third taken back, some long after, and many restarts."""
    rng = random.Random(seed)
    told, log, left = Told(rng.choice(ZONES)), list[StateItem](), list[Step]()
    sums, t_us = Sums(told.calendar), instant("2024-01-01T00:00:00Z")
    for offset in range(4_000):
        if left and rng.random() < 0.3:
            step = left.pop(-rng.randrange(1, 9) if len(left) > 9 else rng.randrange(len(left)))
            if rng.random() < 0.5:
                left.append(step)
                step = left.pop(rng.randrange(len(left)))
            step = (-1, *step[1:])
        else:
            t_us += rng.choice((60_000_000, 600_000_000, 3 * 3_600_000_000, 2 * DAY_US))
            late_us = rng.choice((0, 0, 7_200_000_000, 3 * DAY_US, 200 * DAY_US))
            step = (1, t_us - late_us, rng.choice((ANN, BOB, EVE)))
            left.append(step)
        sums.add(told.at(offset, step))
        if offset % 50 == 0:
            log += told.accounts.snapshot(offset)
            told.restart(log)
        if offset % 200 == 0 or offset == 3_999:
            pane_now = told.watermark_us // PANE_US
            facts = [(groups, at_us // PANE_US) for _, at_us, groups in left]
            assert expected(facts, told.calendar, pane_now) == sums.said(pane_now)


@settings(max_examples=300, deadline=None)
@given(steps(), st.data())
def test_a_replay_says_what_was_said(drawn: tuple[str, list[Step]], data: st.DataObject) -> None:
    """Restored from an earlier checkpoint, or from one that a crash fell into, it goes on as if nothing had been."""
    zone, found = drawn
    smooth = Told(zone)
    rows = [smooth.at(offset, step) for offset, step in enumerate(found)]
    first = data.draw(st.integers(0, len(found)))
    second = data.draw(st.integers(first, len(found)))
    told, log = Told(zone), list[StateItem]()
    for offset, step in enumerate(found[:first]):
        told.at(offset, step)
    log += told.accounts.snapshot(first - 1)
    watermark_us = told.watermark_us
    for offset in range(first, second):
        told.at(offset, found[offset])
    torn = data.draw(st.booleans())
    log += told.accounts.snapshot(second - 1) if torn else []
    told.restart(log)
    told.watermark_us = watermark_us
    again = [told.at(offset, found[offset]) for offset in range(first, len(found))]

    assert rows[second:] == again[second - first :]
    assert again[: second - first] == ([[]] * (second - first) if torn else rows[first:second])


def test_the_highest_fence_counts() -> None:
    """A record that a replaced writer wrote late takes nothing back."""
    told = Told()
    told.fact("2026-03-04T12:00:00Z")
    old = told.accounts.snapshot(0)
    told.fact("2026-03-05T12:00:00Z")
    told.restart([*told.accounts.snapshot(1), *old])

    assert [] == told.fact("2026-03-05T12:00:00Z")


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ANN, (*ANN, "product=crm")),
        ((*ANN, "product=crm"), ANN),
        ((*ANN, "product=crm"), (*ANN, "segment=smb")),
        (("",), ANN),
        (ANN, ("",)),
    ],
)
def test_taken_back_under_a_catalog_with_other_dimensions(
    before: tuple[str, ...], after: tuple[str, ...], restarts: bool
) -> None:
    """It leaves the groups that it was given in, and no others; what another rep gave at the same time stays."""
    told, moment = Told(), "2026-03-04T12:01:00Z"
    given_rows = told.fact(moment, before)
    given_rows += told.fact(moment, (*BOB, "product=crm", "segment=smb"))
    if restarts:
        told.restart(told.accounts.snapshot(told.offset))
    taken = told.fact(moment, after, sign=-1)

    left = Counter[str]()
    for sign, _, (mask, _), route in [*given_rows, *taken]:
        for group in distinct_route_of(route)[1]:
            left[group] += sign * bool(mask & DAY)
    assert {group for group, count in left.items() if count} == {*BOB, "product=crm", "segment=smb"}
    assert {0, 1} >= {*left.values()}
