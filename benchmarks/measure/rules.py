"""What rules cost: judging what a tick publishes, in processor time beside that tick. Here, without Kafka."""

from collections.abc import AsyncIterator
from itertools import product
from time import process_time

from benchmarks.ground import Ground
from benchmarks.in_process import KPI_TOPIC, NOW_S, NOW_US, Row, facts_of, process, processor, row
from benchmarks.result import Result
from processors.judge import Judge
from processors.partition import PartitionProcessor
from schemas.rules.grammar import Rule

KPIS = ("calls", "activities", "call_duration_mean", "value_added_share")
WINDOWS = ("rolling_24h", "rolling_7d", "day", "week", "month")
LIMITS = (1e6, 2e6, 3e6, 4e6, 5e6)
SHARE_MAX = 10.0
"""Percent of a tick that 100 rules may cost."""
CALLS = 6
FIRING = 4.5
"""A limit that the fifth call of a day is over."""


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Every rep makes a call, six times; each time all their KPIs are published and judged."""
    reps = ground.size.rule_reps
    quiet = {f"r{n}": _rule(*what) for n, what in enumerate(product(KPIS, WINDOWS, LIMITS))}
    firing = {f"r{n}": _rule(*what) for n, what in enumerate(product(KPIS, WINDOWS, LIMITS[1:]))}
    firing |= {f"f{n}": _rule("calls", window, FIRING) for n, window in enumerate(WINDOWS)}
    tracker, rollup = processor("track"), processor("rollup")
    judges = {"quiet": _judge(quiet), "firing": _judge(firing)}
    begun = 0
    for times in range(1, CALLS + 1):
        process(rollup, facts_of(tracker, [_call(rep, times) for rep in range(reps)], rollup.cut + 1))
        tick_s, judged_s, records = _tick(rollup, judges, NOW_US + times * 61_000_000)
        note = f"tick {tick_s:.1f} s, {records:,} KPI records; judging"
        if times == CALLS - 1:
            yield _result(reps, "nothing near a limit", tick_s, judged_s["quiet"], note, goal=SHARE_MAX)
            begun = sum(judges["firing"].alerts.values())
            yield _result(reps, f"{begun:,} alerts begin", tick_s, judged_s["firing"], note)
        elif times == CALLS:
            yield _result(reps, f"{begun:,} alerts go on", tick_s, judged_s["firing"], note, goal=SHARE_MAX)


def _result(
    reps: int, what: str, tick_s: float, judged_s: float, note: str, goal: float | None = None
) -> Result:
    return Result(
        name=f"100 rules × {reps:,} reps, {what}", value=100 * judged_s / tick_s, unit="% of a tick", goal=goal,
        better="less", note=f"{note} {judged_s:.2f} s",
    )  # fmt: skip


def _tick(
    rollup: PartitionProcessor, judges: dict[str, Judge], now_us: int
) -> tuple[float, dict[str, float], int]:
    """Publish and judge, a slice at a time; return processor seconds of both, and the number of records."""
    tick_s, judged_s, count = 0.0, dict.fromkeys(judges, 0.0), 0
    while True:
        began_s = process_time()
        sends = rollup.tick(now_us)
        tick_s += process_time() - began_s
        if not sends:
            return tick_s, judged_s, count
        records = [
            Row(count + number, send.key, send.value, now_us // 1_000)
            for number, send in enumerate(one for one in sends if one.topic == KPI_TOPIC)
        ]
        count += len(records)
        for name, judge in judges.items():
            began_s = process_time()
            judge.process(records, now_us)
            judged_s[name] += process_time() - began_s


def _rule(kpi: str, window: str, above: float) -> Rule:
    return Rule.model_validate({"kpi": kpi, "window": window, "for_each": "rep", "above": above})


def _judge(rules: dict[str, Rule]) -> Judge:
    judge = Judge(rules, "alerts", "history")
    judge.restored()
    return judge


def _call(rep: int, times: int) -> Row:
    who = {"account": f"account-{rep}", "rep": f"rep-{rep}", "team": f"team-{rep % 500}"}
    return row(times * 1_000_000 + rep, NOW_S, "call.logged", **who, duration_s=60 + times, value_added=True)
