"""Whatever happens to values, clocks and workers, alerts stay trustworthy."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.publishing.records import rfc3339
from schemas.rule import Rule
from tests.processors.alert_sequences import (
    MINUTE_US,
    START_US,
    Installation,
    assert_trustworthy,
    distinct,
    kpi_body,
)


def rules(**more: Any) -> dict[str, Rule]:
    """Return rules about the same KPI: with and without waiting, of all that time alone can change."""
    limits = {"kpi": "k", "above": 100, "recover": 50, "min_n": 2}
    sliding = {"kpi": "k", "window": "rolling_24h", "for_each": "team"}
    levels = {"warning": {"above": 60, "recover": 50}, "critical": {"above": 150, "recover": 90}}
    month = {"kpi": "k", "window": "month"}
    others = {
        "levels": {**sliding, **levels, "for": "1m", "keep_firing": "2m"},
        "steep": {**sliding, **levels},
        "silent": {**sliding, "no_data": "5m"},
        "either": {**sliding, "any": [{"above": 150}, {"no_data": "2m"}], "keep_firing": "1m"},
        "late": {**month, "below": 60, "elapsed_at_least": 0.7, "for": "1m"},
        "behind": {**month, "below": 0.9, "of": "pace"},
        "quiet-month": {**month, "no_data": "10m"},
        "reached": {**month, "reached": 100},
    }
    return {name: Rule.model_validate(fields) for name, fields in others.items()} | {
        "waits": Rule.model_validate(
            {**limits, "window": "rolling_24h", "for_each": "team", "for": "5m", **more}
        ),
        "at-once": Rule.model_validate({**limits, "window": "rolling_24h", "for_each": "team"}),
        "month": Rule.model_validate({**limits, "window": "month", "for": "2m"}),
    }


KEYS = (
    "k|rolling_24h|team=north",
    "k|rolling_24h|team=south",
    "k|month:2026-11|",
    "other|rolling_24h|team=north",
)
MONTH_START_US = START_US - 60 * MINUTE_US
MONTH_END_US = START_US + 60 * MINUTE_US

DAY_S = 86_400

Event = tuple[Any, ...]

# Values lie on all sides of the limits; most are about one key that two rules watch.
WATCHED = st.sampled_from((KEYS[0], KEYS[0], KEYS[0], KEYS[2], *KEYS))
VALUES = st.sampled_from([10, 75, 200, 200, 10, 50, 100, None])
KPI = st.tuples(st.just("value"), WATCHED, VALUES, st.sampled_from([9, 9, 9, 2, 1, 0]))
LATE = st.tuples(st.just("late"), WATCHED, VALUES, st.sampled_from([1, 100, 200, 301, 400]))
GONE = st.tuples(st.just("gone"), WATCHED)
WAIT = st.tuples(st.just("wait"), st.sampled_from([0, 1, 10, 60, 120, 299, 300, 301, 1800, 7 * 86400]))
READ = st.tuples(st.just("consume"), st.sampled_from([1, 2, 99, 99]))
CRASH = st.tuples(st.just("crash"), st.integers(0, 2), st.integers(0, 255))
ODD = (
    st.tuples(st.just("again"), st.integers(0, 20))
    | st.tuples(st.just("older"), WATCHED, VALUES)
    | st.tuples(st.just("clock"), st.sampled_from([-7200, -60, -1, 3600]))
    | st.tuples(st.just("garbage"), WATCHED)
)
TICK, SNAPSHOT = st.just(("tick",)), st.just(("snapshot",))


def scripts(*parts: st.SearchStrategy[Event], most: int = 25) -> st.SearchStrategy[list[Event]]:
    """Return histories: things that belong together, one after the other, and single things between."""
    together = (
        st.tuples(KPI, READ),
        st.tuples(KPI, WAIT, READ),
        st.tuples(LATE, READ),
        st.tuples(WAIT, TICK),
        st.tuples(SNAPSHOT, KPI, READ, SNAPSHOT, TICK),
        st.tuples(SNAPSHOT, SNAPSHOT, TICK),
        st.tuples(SNAPSHOT, CRASH, READ),
        st.tuples(KPI, READ, SNAPSHOT, st.just(("wait", 301)), TICK, CRASH, LATE, READ),
        st.tuples(KPI, READ, st.just(("wait", 301)), TICK, SNAPSHOT, KPI, READ, CRASH, READ),
    )
    chosen = st.one_of(*together, *(st.tuples(part) for part in parts))
    return st.lists(chosen, min_size=3, max_size=most).map(
        lambda found: [event for some in found for event in some]
    )


def happen(place: Installation, event: Event) -> None:
    """Let one thing happen."""
    match event:
        case ("value", key, value, n):
            emit(place, key, value, n, place.now_us)
        case ("late", key, value, by_s):
            emit(place, key, value, 9, place.now_us - by_s * 1_000_000)
        case ("older", key, value):
            place.publish(key, body(key, value, 9, place.now_us, 1))
        case ("again", back):
            if place.log:
                old = place.log[-1 - back % len(place.log)]
                place.publish((old.key or b"").decode(), old.value)
        case ("gone", key):
            place.publish(key, None)
        case ("garbage", key):
            place.publish(key, b'{"value": "many"}')
        case ("wait", seconds) | ("clock", seconds):
            if seconds >= DAY_S:
                place.consume()  # a worker that runs is never a day behind
            place.now_us += seconds * 1_000_000
        case ("consume", most):
            place.consume(most)
        case ("tick",):
            place.tick()
        case ("snapshot",):
            place.write()
            place.unwritten = place.judge.snapshot()
        case ("crash", groups, part):
            place.crash(groups, part)


def emit(place: Installation, key: str, value: float | None, n: int, at_us: int) -> None:
    """Publish a value with a revision over all before it, as the roll-up does."""
    place.kpi_revision = max(place.now_us // 1000, place.kpi_revision + 1)
    place.publish(key, body(key, value, n, at_us, place.kpi_revision))


def body(key: str, value: float | None, n: int, at_us: int, revision: int) -> bytes:
    """Return a record; one of the month is final an hour after its end."""
    if "month" not in key:
        return kpi_body(value, n, at_us, revision)
    final = at_us >= MONTH_END_US + 60 * MINUTE_US
    period = {"start": rfc3339(MONTH_START_US), "end": rfc3339(MONTH_END_US), "target": 200, "expected": 1}
    return kpi_body(value, n, at_us, revision, final=final, **period)


@settings(max_examples=400, deadline=None)
@given(scripts(KPI, LATE, GONE, WAIT, READ, CRASH, TICK, SNAPSHOT, ODD))
def test_alerts_are_trustworthy(events: list[Event]) -> None:
    """No values, duplicates, clock steps and crashes give two open alerts or a resolve without a fire."""
    place = Installation(rules())
    for event in events:
        happen(place, event)
    place.settle()

    assert_trustworthy(place.messages)
    last = {message.id: message for message in place.messages}
    counts = dict.fromkeys(("pending", "firing", "no_data", "resolved"), 0)
    for message in last.values():
        if message.record is not None:
            counts[message.state] += 1
    assert {state: place.judge.stats[f"alerts_{state}_now"] for state in counts} == counts


@settings(max_examples=200, deadline=None)
@given(scripts(KPI, GONE, WAIT, READ, CRASH, SNAPSHOT), st.integers(0, 255))
def test_a_restart_changes_nothing(events: list[Event], part: int) -> None:
    """The same log gives the same alerts, byte for byte, however often the judge crashes on the way."""
    steady, crashing = Installation(rules()), Installation(rules())
    for event in events:
        if event[0] in ("value", "late", "gone", "wait"):
            happen(steady, event)
            steady.consume()
            happen(crashing, event)
        elif event[0] != "tick":
            happen(crashing, event)  # what the clock decides is another matter, see below
    crashing.write()
    crashing.unwritten = crashing.judge.snapshot()
    crashing.crash(part % 3, part)
    crashing.consume()

    assert distinct(crashing.messages) == distinct(steady.messages)


@settings(max_examples=200, deadline=None)
@given(st.lists(KPI | GONE | WAIT, max_size=40))
def test_ticks_change_when_not_what(events: list[Event]) -> None:
    """A step that the clock takes is the step that the next record would have taken, only sooner."""
    ticking, silent = (Installation(rules(), durable=False) for _ in range(2))
    for event in events:
        for place in (ticking, silent):
            happen(place, event)
            place.consume()
        ticking.tick()
    for place in (ticking, silent):
        place.tick()

    assert distinct(ticking.messages) == distinct(silent.messages)


@settings(max_examples=200, deadline=None)
@given(
    scripts(KPI, GONE, most=10),
    scripts(KPI, GONE, most=10),
    st.sampled_from([{}, {"above": 150}, {"for": "1m"}, {"severity": "critical"}, {"for_each": "rep"}, None]),
)
def test_changed_rules_are_trustworthy_too(
    before: list[Event], after: list[Event], change: dict[str, Any] | None
) -> None:
    """A rules file that changes between two runs closes or keeps alerts, never leaves one behind."""
    place = Installation(rules())
    for event in before:
        happen(place, event)
    changed = rules(**change) if change is not None else {}
    place.consume()
    place.checkpoint()  # as a worker does that is told to stop
    place.crash(rules=changed)
    for event in after:
        happen(place, event)
    place.settle()

    assert_trustworthy(place.messages)
    if change is None:
        last = {message.id: message for message in place.messages}
        assert all(message.state in ("withdrawn", "resolved") for message in last.values())
