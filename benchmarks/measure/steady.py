"""A set rate of live events on top of a month of history: does the lag stay flat?"""

import asyncio
from collections.abc import AsyncIterator

from benchmarks.ground import Ground, publishing
from benchmarks.pacing import at_rate, live_events
from benchmarks.result import Result
from benchmarks.workers import Report, Worker
from streams.settings import Settings
from streams.topics import topics

POLL_S = 0.1
CAUGHT_UP_S = 0.25
"""A lag is flat when, in the last third of the time, it came down to so many seconds' worth of events: who
can't keep up never gets there."""


async def steady(ground: Ground, settings: Settings, worker: Worker) -> AsyncIterator[Result]:
    """Raise the rate step by step until the lag grows; report the last that was held."""
    held: Result | None = None
    for per_s in ground.size.steady_per_s:
        result, flat = await _at(ground, settings, worker, per_s)
        await drained(settings, worker)
        if not flat:
            held = held or result
            break
        held = result
    if held is not None:
        yield held


async def _at(ground: Ground, settings: Settings, worker: Worker, per_s: int) -> tuple[Result, bool]:
    topic, begin = topics(settings).activity.name, len(worker.reports())
    events = live_events(per_s, ground.size.steady_s)
    broker_s = ground.broker_cpu_s()
    async with publishing(settings) as publisher:
        took_s = await at_rate(publisher, topic, events, per_s)
    reports = worker.reports()[begin:]
    lags = [_waiting(report) for report in reports[2 * len(reports) // 3 :]]
    flat = min(lags) <= CAUGHT_UP_S * per_s
    used_s, span_s = reports[-1]["cpu_s"] - reports[0]["cpu_s"], reports[-1]["at_s"] - reports[0]["at_s"]
    note = (
        f"lag {'flat' if flat else 'GROWING'}: {min(lags):,} to {max(lags):,} events in the last third; "
        f"{100 * used_s / span_s:.0f} % of a core; records at most {_stillness_s(reports):.1f} s apart"
    )
    result = Result(
        name="steady rate with flat lag, one process" if flat else "steady rate, lag not flat",
        value=len(events) / took_s,
        unit="events/s",
        goal=30_000,
        wall_s=took_s,
        cpu_s_per_million=used_s * 1e6 / len(events),
        broker_cpu_s_per_million=(ground.broker_cpu_s() - broker_s) * 1e6 / len(events),
        peak_mib=reports[-1]["peak_mib"],
        note=note,
    )
    return result, flat


def _waiting(report: Report) -> int:
    return report.lag("track")


def _stillness_s(reports: list[Report]) -> float:
    """Return the longest time between two publications."""
    longest_s, last, since_s = 0.0, reports[0]["ticks"], reports[0]["at_s"]
    for report in reports:
        longest_s = max(longest_s, report["at_s"] - since_s)
        if report["ticks"] != last:
            last, since_s = report["ticks"], report["at_s"]
    return float(longest_s)


async def drained(settings: Settings, worker: Worker) -> None:
    """Wait until nothing is left to do, and publications come as often as when nothing was dear."""
    while True:
        report = worker.last()
        if report is not None and _idle(report) and report["emit_interval_s"] <= settings.emit_interval_s:
            return
        await asyncio.sleep(POLL_S)


def _idle(report: Report) -> bool:
    if any(report["lag"].values()):
        return False
    kpis = report.stat("rollup", "kpi_records") + report.stat("rollup", "kpi_tombstones")
    return not report.stat("rollup", "changed_groups_now") and report.done("judge") >= kpis
