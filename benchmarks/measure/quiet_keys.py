"""A tick over keys that nothing happened to. In this process, without Kafka."""

from collections.abc import AsyncIterator, Sequence
from time import perf_counter

from benchmarks.ground import Ground
from benchmarks.in_process import NOW_S, NOW_US, Row, facts_of, process, processor, publish, row
from benchmarks.result import Result
from processors.partition import PartitionProcessor
from schemas.fact import PANE_US

DAY_S = 86_400
ROUNDS = 200
REPS_AT_ONCE = 200
SETTLED_US = NOW_US + 61_000_000
"""In the same pane: by then the teams' reps were told where they stand now, which is done once a minute."""


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Publish so many keys, then tick: with nothing changed, with one call, and into the next pane."""
    tracker, rollup = processor("track"), processor("rollup")
    keys = calls = 0
    while keys < ground.size.quiet_keys:
        # Ten days ago: past every pane that moves in the next hour, and in several windows.
        _take(tracker, rollup, [_call(calls + n, calls + n, NOW_S - 10 * DAY_S) for n in range(REPS_AT_ONCE)])
        calls += REPS_AT_ONCE
        keys += publish(rollup, NOW_US)
    publish(rollup, SETTLED_US)
    times_s = []
    for _ in range(ROUNDS):
        began_s = perf_counter()
        publish(rollup, SETTLED_US)
        times_s.append(perf_counter() - began_s)
    yield _result(f"tick over {keys:,} quiet keys", min(times_s), "nothing changed")
    times_s, sent = [], 0
    for number in range(ROUNDS):
        _take(tracker, rollup, [_call(calls + number, 0, NOW_S)])
        began_s = perf_counter()
        sent = publish(rollup, SETTLED_US)
        times_s.append(perf_counter() - began_s)
    yield _result("tick over the same after one call", min(times_s), f"{sent} KPI records")
    began_s = perf_counter()
    sent = publish(rollup, SETTLED_US + PANE_US)
    yield _result("tick over the same into the next pane", perf_counter() - began_s, f"{sent} KPI records")


def _result(name: str, seconds: float, note: str) -> Result:
    return Result(name=name, value=seconds * 1e3, unit="ms", better="less", note=note)


def _take(tracker: PartitionProcessor, rollup: PartitionProcessor, rows: Sequence[Row]) -> None:
    process(rollup, facts_of(tracker, rows, rollup.cut + 1))


def _call(number: int, rep: int, at_s: int) -> Row:
    who = {"account": "account-0", "rep": f"rep-{rep}", "team": f"team-{rep % 500}"}
    return row(number, at_s, "call.logged", **who, channel="phone")
