"""What reps did with an account: what is there at an offset, and what of it comes back after a restart."""

import random
from collections.abc import Iterable
from typing import Never

import pytest

from processors.partition import StateItem
from processors.tracking import touches as module
from processors.tracking.touches import KEPT, Touch, Touches
from schemas.duration import DAY_US

HORIZON_US = 7 * DAY_US
RETENTION_US = 800 * DAY_US


def touch(t_us: int, account: str = "x", name: str = "") -> Touch:
    """Return a touch at a time."""
    return (t_us, "s", name or f"{t_us}", account, ("ann", "north", "", "phone", ""))


def touches() -> Touches:
    """Return an empty partition's."""
    found = Touches(HORIZON_US, RETENTION_US)
    found.restored(-1, 0)
    return found


def restored(log: Iterable[StateItem], cut: int, watermark_us: int) -> Touches:
    """Return what this changelog gives."""
    found = Touches(HORIZON_US, RETENTION_US)
    for item in log:
        found.restore(*item)
    found.restored(cut, watermark_us)
    return found


def since(found: Touches, t_us: int, watermark_us: int, account: str = "x") -> int | None:
    """Return the time of the first touch at or after a time."""
    first = found.first_since(account, (t_us, "", ""), watermark_us)
    return None if first is None else first[0]


def test_the_first_at_or_after() -> None:
    """In the order of time, source and id, whatever order they came in; of that account only."""
    found = touches()
    for one in (touch(30), touch(10), touch(20, name="b"), touch(20, name="a"), touch(15, "y")):
        found.add(one, 30)

    assert [10, 20, 30, None] == [since(found, t_us, 30) for t_us in (5, 11, 21, 31)]
    first = found.first_since("x", (20, "s", "a"), 30)
    second = found.first_since("x", (20, "s", "aa"), 30)
    assert first is not None
    assert second is not None
    assert ("a", "b") == (first[2], second[2])
    assert None is found.first_since("z", (0, "", ""), 30)


def test_the_newest_are_there_however_old() -> None:
    """So many of an account stay until the retention; one more pushes the oldest out unless it is recent."""
    found = touches()
    for day in range(KEPT):
        found.add(touch(day * DAY_US), day * DAY_US)
    assert 0 == since(found, 0, 400 * DAY_US)

    found.add(touch(KEPT * DAY_US), KEPT * DAY_US)
    assert DAY_US == since(found, 0, KEPT * DAY_US)
    assert KEPT * DAY_US == since(found, 0, RETENTION_US + KEPT * DAY_US)
    assert None is since(found, 0, RETENTION_US + KEPT * DAY_US + 1)


def test_all_of_the_horizon_are_there() -> None:
    """Touches of the last seven days behind the watermark are there, however many."""
    found = touches()
    for number in range(500):
        found.add(touch(number), 500)

    assert 0 == since(found, 0, HORIZON_US)
    assert 1 == since(found, 0, HORIZON_US + 1)
    assert 500 - KEPT == since(found, 0, HORIZON_US + 500)


def test_memory_lets_go() -> None:
    """What is not there any more is soon not kept either, and what is older than the retention goes at a sweep."""
    found = touches()
    for day in range(1_000):
        found.add(touch(day * DAY_US), day * DAY_US)
    assert len(found) <= KEPT + module.PRUNE_EVERY

    found.forget(990 * DAY_US)
    assert 10 == len(found)
    found.forget(1_000 * DAY_US)
    assert 0 == len(found)
    found.add(touch(1_001 * DAY_US), 1_001 * DAY_US)
    assert 1 == len(found)


def test_a_snapshot_is_a_record_a_day() -> None:
    """However many accounts were touched; nothing new is nothing to write."""
    found = touches()
    for number in range(10):
        found.add(touch(number, f"account {number}"), 10)
    found.add(touch(DAY_US), DAY_US)

    assert [b"t|0|41|0", b"t|1|41|0"] == [key for key, _ in found.snapshot(41, DAY_US)]
    assert [] == found.snapshot(42, DAY_US)


def test_large_records_are_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record has so many touches at most."""
    monkeypatch.setattr(module, "RECORD_TOUCHES_MAX", 2)
    found = touches()
    for number in range(5):
        found.add(touch(number), 5)
    log = found.snapshot(7, 5)

    assert [b"t|0|7|0", b"t|0|7|1", b"t|0|7|2"] == [key for key, _ in log]
    assert 5 == len(restored(log, 7, 5))


def test_records_beyond_the_cut_are_passed_over() -> None:
    """Their events come again."""
    found = touches()
    found.add(touch(10), 10)
    log = found.snapshot(3, 10)
    found.add(touch(5), 10)
    log += found.snapshot(4, 10)

    assert [10, 5] == [since(restored(log, cut, 10), 0, 10) for cut in (3, 4)]


def test_days_that_are_over_are_written_in_few_records() -> None:
    """Many small records become one, which is written when what it holds is durable; then they get tombstones."""
    found = touches()
    log: list[StateItem] = []
    for cut in range(20):
        found.add(touch(cut), cut)
        log += found.snapshot(cut, cut)
    assert 20 == len(log)
    found.add(touch(DAY_US), DAY_US)
    assert [b"t|1|20|0"] == [key for key, _ in found.snapshot(20, DAY_US)]
    merged = found.snapshot(21, DAY_US)
    assert [] == found.snapshot(22, DAY_US)

    assert [b"t|0|20|m0"] == [key for key, value in merged if value is not None]
    assert {key for key, _ in log} == {key for key, value in merged if value is None}
    assert 20 == len(restored(log + merged, 20, DAY_US))
    for written in range(len(merged)):
        assert 20 == len(restored(log + merged[:written], 20, DAY_US)), written


def test_what_is_behind_the_retention_gets_tombstones() -> None:
    """The changelog lets go of days as memory does."""
    found = touches()
    found.add(touch(10), 10)
    (item,) = found.snapshot(1, 10)
    later_us = RETENTION_US + 2 * DAY_US
    found.add(touch(later_us, "y"), later_us)
    found.snapshot(2, later_us)

    assert [(item[0], None)] == found.snapshot(3, later_us)


def test_nothing_is_kept_for_snapshots_that_never_come() -> None:
    """A replay over a file has none."""
    found = Touches(HORIZON_US, RETENTION_US, written=False)
    found.add(touch(1), 1)

    assert [] == found.snapshot(1, 1)
    assert 1 == since(found, 0, 1)


@pytest.mark.parametrize("seed", range(30))
def test_what_is_there_depends_on_the_log_alone(seed: int) -> None:
    """Whatever was merged, pruned, torn and restored: the same touches are there as by the rule."""
    rng = random.Random(seed)
    log: list[tuple[Touch, int]] = []
    watermark_us = 900 * DAY_US
    for number in range(400):
        watermark_us += rng.choice((0, 0, DAY_US // 7, DAY_US, 30 * DAY_US if rng.random() < 0.1 else 0))
        late_us = rng.choice((0, 0, 0, DAY_US, 3 * DAY_US, 20 * DAY_US))
        log.append((touch(watermark_us - late_us, rng.choice("xyz"), f"{number}"), watermark_us))
    found, cut, durable = touches(), -1, -1
    changelog: list[StateItem] = []
    while cut < len(log) - 1:
        for _ in range(rng.randrange(1, 20)):
            if cut < len(log) - 1:
                cut += 1
                found.add(*log[cut])
        _check(found, [one for one, _ in log[: cut + 1]], log[cut][1], rng)
        items = found.snapshot(cut, log[cut][1])
        written = rng.choice((len(items), len(items), rng.randrange(len(items) + 1)))
        changelog += items[:written]
        if written == len(items):
            durable = cut
        if written < len(items) or rng.random() < 0.2:
            cut = durable
            found = restored(changelog, cut, log[cut][1] if cut >= 0 else 0)


def _check(found: Touches, said: list[Touch], watermark_us: int, rng: random.Random) -> None:
    for account in "xyz":
        own = sorted(one for one in said if one[3] == account)
        there = [
            one
            for index, one in enumerate(own)
            if (index >= len(own) - KEPT or one[0] >= watermark_us - HORIZON_US)
            and one[0] >= watermark_us - RETENTION_US
        ]
        for one in rng.sample(own, min(len(own), 5)):
            expected = next((other for other in there if other[:3] >= one[:3]), None)
            assert expected == found.first_since(account, one[:3], watermark_us)


def test_whose_touches_are_one_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reps and channels come again and again, and are kept once, up to a bound."""
    monkeypatch.setattr(module, "NAMES_MAX", 2)
    found = touches()
    first = found.shared(("ann", "north", "", "", ""))

    assert first is found.shared(("ann", "north", "", "", "".join([])))
    for rep in "bcd":
        found.shared((rep, "", "", "", ""))
    assert len(found.whos) <= 2


def test_how_many_there_are_is_known_without_a_look_at_each() -> None:
    """After whatever came, was pushed out, forgotten and restored."""
    found, log, draw, watermark_us = touches(), dict[bytes, bytes | None](), random.Random(3), 0
    for step in range(3_000):
        watermark_us += draw.randrange(DAY_US // 20)
        late_us = draw.choice((0, 0, draw.randrange(90 * DAY_US)))
        found.add(touch(max(watermark_us - late_us, 0), f"a{draw.randrange(12)}", f"{step}"), watermark_us)
        if step % 200 == 199:
            found.forget(watermark_us - draw.randrange(40, 80) * DAY_US)
        if step % 500 == 499:
            log |= dict(found.snapshot(step, watermark_us))
            found = restored(log.items(), step, watermark_us)
        assert len(found) == sum(map(len, dict.values(found._accounts)))
    found._accounts = Unseen(found._accounts)
    assert len(found) > KEPT


class Unseen(dict[str, list[Touch]]):
    """Has accounts that nobody may look at."""

    def __iter__(self) -> Never:
        raise AssertionError("it was gone through")

    def values(self) -> Never:
        raise AssertionError("it was gone through")
