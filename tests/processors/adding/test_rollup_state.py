"""What a roll-up writes and reads back: equal after a restart, whatever prefix was written."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.partition import StateItem
from tests.processors.engine import Desk, Row, Shown, fact

AT = "2026-03-04T10:00:00Z"
LATER = "2026-03-04T10:01:00Z"
MOST = 9_000_000_000_000_000_000
"""The largest amount of a deal, in millionths."""

Told = dict[str, Shown]


def told(desk: Desk, at: str = LATER) -> Told:
    """Return value and n of every key, after a tick."""
    desk.tick(at)
    return {key: (record["value"], record["n"]) for key, record in desk.kpis.items()}


def differing(wanted: Told, found: Told) -> dict[str, tuple[Shown | None, Shown | None]]:
    """Return the keys that differ; no record and one that says nothing (n 0) are equal."""
    both = {key: (wanted.get(key), found.get(key)) for key in wanted | found}
    return {key: pair for key, pair in both.items() if len({_worth(shown) for shown in pair}) > 1}


def _worth(shown: Shown | None) -> Shown | None:
    return None if shown is None or shown[1] == 0 else shown


def again(desk: Desk, rows: list[Row], at: str = AT) -> None:
    """Bring the facts again from behind the cut on, one a message, as Kafka does after a restart."""
    for offset in range(desk.rollup.cut + 1, len(rows)):
        desk._offset = offset - 1
        desk.message(at, [[offset, *rows[offset]]], offset)


def scattered(count: int, seed: int = 1) -> list[Row]:
    """Return facts of several kinds, groups, hours and days, some taken back."""
    dice = random.Random(seed)
    rows = []
    for _ in range(count):
        moment = f"2026-0{dice.choice((1, 2, 3))}-0{dice.randrange(1, 4)}T{dice.randrange(24):02}:{dice.randrange(60):02}:00Z"
        kind, value = dice.choice((("call", None), ("response", 7_000_000), ("deal_won", 5_500_000)))
        rep = dice.choice(("ann", "bob", None))
        rows.append(fact(kind, moment, value, rep=rep))
        if dice.random() < 0.2:
            rows.append(fact(kind, moment, value, rep=rep, sign=-1))
    return rows


def test_a_restart_changes_nothing() -> None:
    """Restored from what was written, the next fact gives what it would have given."""
    rows = scattered(60)
    quiet, restarted = Desk(), Desk()
    for desk in (quiet, restarted):
        again(desk, rows)
        desk.checkpoint()
        if desk is restarted:
            desk.restart()
        again(desk, [*rows, fact("call", AT), fact("call", "2026-02-02T10:00:00Z")])

    assert {} == differing(told(quiet), told(restarted))


def test_a_clean_state_writes_nothing() -> None:
    """Without facts there is no snapshot, nor a second one; what a restart restored is clean."""
    desk = Desk()
    assert [] == desk.rollup.snapshot()
    desk.take(AT, fact("call", AT))
    desk.tick(AT)
    desk.checkpoint()

    assert [] == desk.rollup.snapshot()
    desk.restart()
    desk.tick(LATER)
    assert [] == desk.rollup.snapshot()


def test_what_was_told_is_written_without_new_facts() -> None:
    """The tick comes after the checkpoint; with the next one a restart needs not tell it again."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.checkpoint()
    desk.tick(AT)
    for at, written in ((AT, ["meta"]), (LATER, []), ("2026-03-04T12:00:00Z", ["meta"])):
        desk.tick(at)
        groups = desk.rollup.snapshot()
        assert written == [key.decode() for group in groups for key, _ in group], at
        desk.log += [item for group in groups for item in group]
    desk.restart()

    assert desk.rollup.taken_over
    desk.tick("2026-03-04T12:01:00Z")
    assert [] == [key for key, _ in desk.said if "|year:" in key]


def test_many_facts_of_a_cell_are_one_record() -> None:
    """However many facts came, a group's day and a rep's team are written once, and the cut last of all."""
    desk = Desk()
    desk.take(AT, *[fact("call", AT)] * 500)
    groups = desk.rollup.snapshot()

    keys = [key for group in groups for key, _ in group]
    assert len(set(keys)) == len(keys)
    assert [b"r|ann"] == [key for key in keys if key.startswith(b"r|")]
    assert len(keys) <= 3 * 3 + 1 + 1
    assert [b"meta"] == [key for key, _ in groups[-1]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_any_prefix_of_what_was_written(written: int, first: int, second: int, ticks: bool) -> None:
    """A crash may leave any prefix of the last checkpoint: facts come again, and none is counted twice."""
    rows = scattered(40, seed=first)
    desk, true = Desk(), Desk()
    again(true, rows)

    again(desk, rows[:first])
    desk.tick(AT)
    desk.checkpoint()
    again(desk, rows[: first + second])
    if ticks:
        desk.tick(AT)
    torn = [item for group in desk.rollup.snapshot() for item in group]
    desk.log += torn[:written]
    desk.restart()
    again(desk, rows)

    assert {} == differing(told(true), told(desk))


def test_a_prefix_of_the_groups() -> None:
    """Written cells without their cut: the facts come again, and cells that have them stay as they are."""
    desk = Desk()
    rows = [fact("call", AT), fact("call", AT)]
    again(desk, rows)
    desk.checkpoint(groups=1)
    desk.restart()
    assert -1 == desk.rollup.cut
    again(desk, [*rows, fact("call", AT)])

    assert (3, 3) == told(desk)["calls|day:2026-03-04|rep=ann"]
    assert (3, 3) == told(desk)["calls|all_time|"]
    assert (3, 3) == told(desk)["calls|rolling_24h|"]


def test_a_stale_writer_takes_nothing_back() -> None:
    """Of several records of a key the one with the highest fence counts, not the last."""
    desk, stale = Desk(), Desk()
    for one in (desk, stale):
        again(one, [fact("call", AT)])
    again(desk, [fact("call", AT)] * 3)
    desk.checkpoint()
    stale.checkpoint()
    desk.log += [item for item in stale.log if item[0] != b"meta"]
    desk.restart()

    assert 2 == desk.rollup.cut
    assert (3, 3) == told(desk)["calls|day:2026-03-04|"]


@pytest.mark.parametrize("seed", range(5))
def test_compaction_loses_nothing(seed: int) -> None:
    """The last record of each key, in the log's order, is as good as the whole log."""
    rows = scattered(30, seed)
    whole, compacted = Desk(), Desk()
    for desk in (whole, compacted):
        for until in (10, 20, len(rows)):
            again(desk, rows[:until])
            desk.tick(AT)
            desk.checkpoint()
    last: dict[bytes, StateItem] = {}
    for item in compacted.log:
        last.pop(item[0], None)
        last[item[0]] = item
    compacted.log = list(last.values())
    for desk in (whole, compacted):
        desk.restart()
        again(desk, [*rows, fact("call", "2026-01-02T10:00:00Z")])

    assert {} == differing(told(whole), told(compacted))


@pytest.mark.parametrize("count", [1, 3, 5])
def test_sums_beyond_64_bits_survive(count: int) -> None:
    """Money in millionths may add up beyond 64 bits in the company's total, and comes back to the last one."""
    desk = Desk()
    rows = [fact("deal_won", AT, MOST) for _ in range(count)] + [fact("deal_won", AT, 1)]
    again(desk, rows)
    desk.tick(AT)
    desk.checkpoint()
    desk.restart()
    again(desk, [*rows, *[fact("deal_won", AT, MOST, sign=-1)] * count])

    assert (1e-06, 1) == told(desk)["won_revenue|all_time|"]
    assert (1e-06, 1) == told(desk)["won_revenue|rolling_24h|"]
    assert (1e-06, 1) == told(desk)["won_revenue|year:2026|rep=ann"]


def test_repeated_facts_are_known_after_a_restart() -> None:
    """Source offsets counted so far are part of the state."""
    desk = Desk()
    desk.message(AT, [[7, *fact("call", AT)]], 9)
    desk.checkpoint()
    desk.restart()
    desk.message(AT, [[7, *fact("call", AT)], [9, *fact("call", AT)], [10, *fact("call", AT)]], 10)

    assert (2, 2) == told(desk)["calls|all_time|"]


def test_what_was_not_published_is_published() -> None:
    """Facts written but not yet told before a crash are told after it."""
    desk = Desk()
    desk.take(AT, fact("call", AT), fact("inquiry_open", AT), fact("call", "2026-01-01T00:00:00Z"))
    desk.checkpoint()
    desk.restart()

    found = told(desk)
    assert (1, 1) == found["open_inquiries|now|"]
    assert (1, 1) == found["calls|month:2026-01|rep=ann"]
    assert (1, 1) == found["calls|rolling_24h|rep=ann"]


@pytest.mark.parametrize("restarts", [False, True])
def test_an_hour_leaves_its_own_record_for_its_days(restarts: bool) -> None:
    """Once five-minute panes don't matter in it, also where nobody was there when it came to that."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.checkpoint()
    if restarts:
        desk.restart()
    desk.tick("2026-03-06T10:00:00Z")
    desk.checkpoint()

    assert [] == [key for key, value in dict(desk.log).items() if key[:2] == b"h|" and value is not None]
    desk.restart()
    assert (1, 1) == told(desk, "2026-03-06T10:01:00Z")["calls|rolling_7d|rep=ann"]


def test_a_gap_moves_the_cut() -> None:
    """A gap in the log is part of the state, though it changes no cell."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.checkpoint()
    desk.rollup.skip_to(100)
    desk.checkpoint()
    desk.restart()

    assert 99 == desk.rollup.cut


def test_late_facts_before_the_first_restored_hour_keep_their_panes() -> None:
    """Nothing was known of the morning when it restarted: what comes late of it is in the rolling day all the same."""
    desk = Desk()
    desk.take(AT, fact("call", "2026-03-04T09:30:00Z"))
    desk.checkpoint()
    desk.restart()
    desk.take(AT, fact("call", "2026-03-04T07:30:00Z"))
    desk.checkpoint()
    desk.restart()

    assert (2, 2) == told(desk)["calls|rolling_24h|"]
