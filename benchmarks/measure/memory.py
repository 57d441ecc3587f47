"""What an entity and a pane cost: bytes in memory and on the changelog. In this process, without Kafka."""

import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable

from benchmarks.ground import Ground
from benchmarks.in_process import NOW_S, Row, facts_of, process, processor, row, size
from benchmarks.result import Result

DAY_S = 86_400
REPS = 200


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Measure open inquiries and deals, ids of events, and panes."""
    count = ground.size.entities
    id_bytes, id_log = _tracked(count, _feedback)
    yield _result("id of an event (against duplicates)", id_bytes, id_log)
    for name, make in (("open inquiry", _inquiry), ("open deal", _deal), ("touch of an account", _call)):
        memory, log = _tracked(count, make)
        goal = 1_024 if name.startswith("open") else None
        yield _result(name, memory - id_bytes, log - id_log, goal)
    memory, log, cells = _rolled_up(count)
    yield _result(
        "roll-up cell",
        memory,
        log,
        note=f"{cells:,} cells: a group's hour with its five-minute panes, its day, or all time",
    )


def _result(name: str, memory: float, log: float, goal: float | None = None, note: str = "") -> Result:
    note = ", ".join([text for text in (f"{log:,.0f} bytes on the changelog", note) if text])
    return Result(name=f"memory: {name}", value=memory, unit="bytes", goal=goal, better="less", note=note)


def _tracked(count: int, make: Callable[[int], Row]) -> tuple[float, float]:
    """Return the bytes in memory and on the changelog that an event of this kind leaves in tracking."""
    rows = [make(number) for number in range(count)]
    tracker = processor("track")
    log: list[tuple[int, int]] = []

    def work() -> None:
        process(tracker, rows)
        log.append(size(tracker.snapshot()))

    memory = _growth(work)
    assert tracker.stats["events"] == count
    return memory / count, log[0][1] / count


def _rolled_up(count: int) -> tuple[float, float, int]:
    """Return the bytes in memory and on the changelog for a cell, and how many there were."""
    rollup = processor("rollup")
    facts = facts_of(processor("track"), [_call(number) for number in range(count)], 0)
    log: list[tuple[int, int]] = []

    def work() -> None:
        process(rollup, facts)
        log.append(size(rollup.snapshot()))

    memory = _growth(work)
    cells, written = log[0]
    return memory / cells, written / cells, cells


def _growth(work: Callable[[], None]) -> float:
    """Return by how many bytes the memory has grown after `work`."""
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        work()
        gc.collect()
        return float(tracemalloc.get_traced_memory()[0] - before)
    finally:
        tracemalloc.stop()


def _event(number: int, kind: str, **own: object) -> Row:
    """Return an event of some rep, somewhen in the last day."""
    rep = number * 7_919 % REPS
    who = {"account": f"account-{number % 5_000:05}", "rep": f"rep-{rep:03}", "team": f"team-{rep % 20:02}"}
    return row(number, NOW_S - DAY_S + number * 7_907 % DAY_S, kind, **who, **own)


def _call(number: int) -> Row:
    return _event(number, "call.logged", channel="phone")


def _feedback(number: int) -> Row:
    """An event of which nothing is kept but that it came."""
    return _event(number, "feedback.received", channel="email", sentiment="neutral")


def _inquiry(number: int) -> Row:
    return _event(number, "inquiry.received", channel="email", conversation=f"conversation-{number:08}")


def _deal(number: int) -> Row:
    product = {"product": "atlas", "segment": "smb", "region": "emea"}
    name = f"deal-{number:08}"
    return _event(number, "deal.created", deal=name, stage="qualification", amount=12_000, **product)
