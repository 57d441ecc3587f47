"""Identities seen: within the horizon, and across crashes at any point of any snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors import deduplicate
from processors.deduplicate import BUCKET_US, KEY_PREFIX, RECORD_BYTES_MAX, SMALL_RECORDS_MAX, Deduplicator
from processors.partition import StateItem

DAY_US = 86_400_000_000
HORIZON = 2
"""In buckets, for the property tests."""

Arrival = tuple[str, str, int]
"""source, id, watermark"""


def test_second_arrivals_are_seen() -> None:
    """A pair is new once; another source or another id is another event."""
    seen = Deduplicator(7 * DAY_US)

    assert not seen.seen("a", "1", 0)
    assert seen.seen("a", "1", 0)
    assert not seen.seen("a", "2", 0)
    assert not seen.seen("b", "1", 0)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a\0b", "c"), ("a", "b\0c")),
        (("a", "\0b"), ("a\0", "b")),
        (("\0", "1\0\0a"), ("\0\0", "1\0a")),
        (("a", "bc"), ("ab", "c")),
    ],
)
def test_identities_dont_run_together(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Pairs whose texts are alike one after the other are still two, whatever characters they have."""
    seen = Deduplicator(DAY_US)

    assert not seen.seen(*one, 0)
    assert not seen.seen(*other, 0)
    assert seen.seen(*one, 0)


@pytest.mark.parametrize("arrival_us", [0, 1, BUCKET_US - 1])
def test_horizon(arrival_us: int) -> None:
    """An identity is remembered for the horizon after its arrival, and not a bucket longer."""
    horizon_us = 7 * DAY_US
    inside = Deduplicator(horizon_us)
    inside.seen("a", "1", arrival_us)
    outside = Deduplicator(horizon_us)
    outside.seen("a", "1", arrival_us)

    assert inside.seen("a", "1", arrival_us + horizon_us)
    assert not outside.seen("a", "1", arrival_us + horizon_us + BUCKET_US)
    assert len(outside) == 1


def test_a_horizon_that_is_no_whole_bucket() -> None:
    """It is rounded up, never down."""
    seen = Deduplicator(BUCKET_US + 1)
    seen.seen("a", "1", 0)

    assert seen.seen("a", "1", 2 * BUCKET_US)
    assert not seen.seen("a", "1", 3 * BUCKET_US)


def test_times_before_the_epoch() -> None:
    """Negative watermarks are as good as others, through the changelog too."""
    seen = Deduplicator(DAY_US)
    seen.seen("a", "1", -DAY_US * 1000)
    again = restored(seen.snapshot(0), 0, DAY_US)

    assert again.seen("a", "1", -DAY_US * 999)
    assert not again.seen("a", "1", -DAY_US * 998)


def test_a_clean_state_writes_nothing() -> None:
    """A snapshot holds what is new since the one before, and is empty when nothing is."""
    seen = Deduplicator(DAY_US)
    seen.seen("a", "1", 0)

    assert [key for key, _ in seen.snapshot(5)] == [b"s|0|5|5|0"]
    assert seen.snapshot(5) == []
    seen.seen("a", "1", 0)
    assert seen.snapshot(6) == []


def test_large_snapshots_are_cut() -> None:
    """No changelog record is over the limit, with identities as long as they may be."""
    seen = Deduplicator(DAY_US)
    for number in range(1000):
        seen.seen("😀" * 200, f"{number:0199}😀", 0)
    items = seen.snapshot(1000)

    assert len(items) > 1
    assert all(len(value or b"") <= RECORD_BYTES_MAX for _, value in items)
    assert len(restored(items, 1000, DAY_US)) == 1000


def test_expired_records_get_tombstones() -> None:
    """Tombstones follow one snapshot after the one in which the bucket had expired, for every record."""
    seen = Deduplicator(BUCKET_US)
    log: list[StateItem] = []
    for offset in range(20):
        seen.seen("a", str(offset), offset * BUCKET_US)
        log += seen.snapshot(offset)
    log += seen.snapshot(19)

    live = compacted(log)
    assert sorted(value is not None for _, value in live) == [False] * 18 + [True] * 2


def test_small_records_are_merged() -> None:
    """A quiet partition's many small records become one when their bucket is over, then get tombstones."""
    seen = Deduplicator(DAY_US)
    log: list[StateItem] = []
    for offset in range(100):
        seen.seen("a", str(offset), 0)
        log += seen.snapshot(offset)
    seen.seen("a", "100", BUCKET_US)
    merged = seen.snapshot(100)
    log += merged

    assert [value is not None for _, value in merged] == [True] + [False] * 100 + [True]
    assert sum(value is not None for _, value in compacted(log)) == 2
    assert len(restored(compacted(log), 100, DAY_US)) == 101
    assert seen.snapshot(101) == []


def test_other_stages_keys_are_passed_over() -> None:
    """Restoring looks at the keys of its own prefix only."""
    seen = Deduplicator(DAY_US)
    seen.restore([(b"meta", b"{}"), (b"d|x", None)])
    seen.restored(5)

    assert len(seen) == 0


def restored(items: Sequence[StateItem], cut: int, horizon_us: int = HORIZON * BUCKET_US) -> Deduplicator:
    """Return the state that a changelog gives, read in two batches."""
    seen = Deduplicator(horizon_us)
    seen.restore(items[: len(items) // 2])
    seen.restore(items[len(items) // 2 :])
    seen.restored(cut)
    return seen


def compacted(log: Sequence[StateItem]) -> list[StateItem]:
    """What compaction leaves: the last record of each key, in order."""
    last = {key: position for position, (key, _) in enumerate(log)}
    return [item for position, item in enumerate(log) if last[item[0]] == position]


def model(arrivals: Sequence[Arrival]) -> list[bool]:
    """What was seen, by the definition: every earlier first arrival whose bucket the horizon still has."""
    answers, buckets = [], dict[tuple[str, str], int]()
    for source, id_, watermark_us in arrivals:
        now = watermark_us // BUCKET_US
        known = buckets.get((source, id_))
        answers.append(known is not None and known >= now - HORIZON)
        if not answers[-1]:
            buckets[source, id_] = now
    return answers


@dataclass
class Log:
    """A changelog, with the cuts whose snapshots are complete."""

    items: list[StateItem] = field(default_factory=list)
    cut: int = -1

    def write(self, seen: Deduplicator, cut: int, torn: int | None = None) -> None:
        """Write a snapshot, or no more than its first `torn` records: then a crash follows."""
        items = seen.snapshot(cut)
        self.items += items if torn is None else items[:torn]
        if torn is None:
            self.cut = max(self.cut, cut)


@st.composite
def histories(draw: st.DrawFn) -> list[Arrival]:
    """Arrivals of few identities, the watermark standing or moving on by parts of a bucket or several."""
    watermark_us, arrivals = 0, []
    for _ in range(draw(st.integers(1, 60))):
        watermark_us += draw(st.sampled_from([0, 0, 0, BUCKET_US // 3, BUCKET_US, 4 * BUCKET_US]))
        arrivals.append((draw(st.sampled_from("ab")), str(draw(st.integers(0, 12))), watermark_us))
    return arrivals


@settings(max_examples=100, deadline=None)
@given(histories(), st.data())
def test_crashes_change_no_answer(arrivals: list[Arrival], data: st.DataObject) -> None:
    """Crashes between and inside snapshots, a compacted log, a writer that lives on after it was replaced:
    every answer is what it would have been without.
    """
    expected = model(arrivals)
    log, zombies = Log(), list[tuple[Deduplicator, int]]()
    seen, offset = Deduplicator(HORIZON * BUCKET_US), 0
    with patch.object(deduplicate, "RECORD_BYTES_MAX", data.draw(st.sampled_from([20, 10_000]))):
        while offset < len(arrivals):
            assert seen.seen(*arrivals[offset]) is expected[offset]
            action = data.draw(
                st.sampled_from(["go on", "go on", "write", "write", "crash", "tear", "replace"])
            )
            if action == "write":
                log.write(seen, offset)
            elif action == "tear":
                log.write(seen, offset, torn=data.draw(st.integers(0, 12)))
            elif action == "replace":
                zombies.append((seen, offset))
            offset += 1
            if action in ("crash", "tear", "replace"):
                items = compacted(log.items) if data.draw(st.booleans()) else log.items
                seen, offset = restored(items, log.cut), log.cut + 1
            if zombies and data.draw(st.booleans()):
                zombie, last = zombies.pop()
                for later in range(last + 1, min(last + 4, len(arrivals))):
                    assert zombie.seen(*arrivals[later]) is expected[later]
                    last = later
                log.write(zombie, last)


def test_the_log_stays_small() -> None:
    """Over a long quiet time the live records don't grow beyond a few for each bucket of the horizon."""
    seen = Deduplicator(10 * BUCKET_US)
    log: list[StateItem] = []
    for offset in range(3000):
        seen.seen("a", str(offset), offset * (BUCKET_US // 20))
        log += seen.snapshot(offset)
    live = [key for key, value in compacted(log) if value is not None]

    assert len(live) <= 12 * (SMALL_RECORDS_MAX + 1) + 20
    assert all(key.startswith(KEY_PREFIX) for key in live)
