"""What a condition of a rule says of a KPI record at a moment, and when time alone may change that."""

from collections.abc import Iterable
from enum import StrEnum
from math import ceil, floor
from typing import NamedTuple

from processors.judging.observation import Observation
from processors.working_time.business_time import BusinessTime
from processors.working_time.working_deadline import elapsed_deadline_us, elapsed_us, working_deadline_us
from schemas.alert import Number
from schemas.rules.condition import Condition, amount


class Verdict(StrEnum):
    """What there is to say."""

    BREACH = "breach"
    BETWEEN = "between"
    """No longer beyond the limit, and not well again either."""
    CLEAR = "clear"
    TOO_SMALL = "too_small"
    NO_VALUE = "no_value"
    NO_REFERENCE = "no_reference"
    """What it is compared with is not there: no target, no baseline, too few who are ranked."""


UNKNOWN = frozenset((Verdict.TOO_SMALL, Verdict.NO_VALUE, Verdict.NO_REFERENCE))
"""Nothing can be said."""


class Facts(NamedTuple):
    """What a condition is judged by."""

    seen: Observation
    at_us: int
    """The moment; the observation may be older."""
    min_n: int = 0
    silent_us: int | None = None
    """Since when nothing came; None when that is not watched, or something is there."""
    working: BusinessTime | None = None
    """Working time; None: all time is."""


class Finding(NamedTuple):
    """What a condition says."""

    verdict: Verdict
    clause: Condition
    """The condition that decided: of several, one of them."""
    limit: Number | None = None
    recovery: Number | None = None
    reference: Number | None = None
    """What it was compared with."""
    turns_us: int | None = None
    """When the verdict may be another without a new record; None for never."""


def judge(condition: Condition, facts: Facts) -> Finding:
    """Judge a record by a condition."""
    found = _judge(condition, facts)
    share = condition.elapsed_at_least
    if share is None:
        return found
    start_us, end_us = facts.seen.start_us, facts.seen.end_us
    if start_us is None or end_us is None:
        return found._replace(verdict=Verdict.CLEAR, turns_us=None)
    elapsed, total = elapsed_us(facts.working, start_us, end_us, facts.at_us)
    needed = ceil(share * total)
    if elapsed >= needed:
        return found
    if found.verdict is not Verdict.BREACH and found.turns_us is None:
        return found._replace(verdict=Verdict.CLEAR)
    opens_us = elapsed_deadline_us(facts.working, start_us, end_us, needed)
    if opens_us is not None and found.turns_us is not None:
        opens_us = max(opens_us, found.turns_us)
    return found._replace(verdict=Verdict.CLEAR, turns_us=opens_us)


def _judge(condition: Condition, facts: Facts) -> Finding:
    if condition.all_ is not None:
        return _all([judge(part, facts) for part in condition.all_])
    if condition.any_ is not None:
        return _any([judge(part, facts) for part in condition.any_])
    if condition.no_data is not None:
        return _silence(condition, condition.no_data, facts)
    value, n = facts.seen.value, facts.seen.n
    if condition.reached is not None:
        return _milestone(condition, condition.reached, facts)
    if value is None:
        return Finding(Verdict.NO_VALUE, condition, *_limits(condition, facts))
    if n < facts.min_n:
        return Finding(Verdict.TOO_SMALL, condition, *_limits(condition, facts))
    if condition.rank is not None:
        return _place(condition, facts)
    limit, recovery, reference = _limits(condition, facts)
    if limit is None or recovery is None:
        return Finding(Verdict.NO_REFERENCE, condition)
    if is_high(condition):
        verdict = Verdict.BREACH if value > limit else Verdict.CLEAR if value <= recovery else Verdict.BETWEEN
    else:
        verdict = Verdict.BREACH if value < limit else Verdict.CLEAR if value >= recovery else Verdict.BETWEEN
    turns_us = _pace_turns_us(condition, facts, value, verdict) if condition.reference == "pace" else None
    return Finding(verdict, condition, limit, recovery, reference, turns_us)


def is_high(condition: Condition) -> bool:
    """Say whether high values are the bad ones."""
    return condition.above is not None or condition.higher_than is not None


def _all(parts: list[Finding]) -> Finding:
    """Every part must be a breach; one that is well makes it well."""
    decided = _first(parts, (Verdict.CLEAR,)) or _first(parts, UNKNOWN) or _first(parts, (Verdict.BETWEEN,))
    return (decided or parts[0])._replace(turns_us=_soonest(parts))


def _any(parts: list[Finding]) -> Finding:
    """One part that is a breach is enough; all must be well for it to be well."""
    decided = _first(parts, (Verdict.BREACH,)) or _first(parts, (Verdict.BETWEEN,)) or _first(parts, UNKNOWN)
    return (decided or parts[0])._replace(turns_us=_soonest(parts))


def _first(parts: list[Finding], verdicts: Iterable[Verdict]) -> Finding | None:
    wanted = frozenset(verdicts)
    return next((part for part in parts if part.verdict in wanted), None)


def _soonest(parts: list[Finding]) -> int | None:
    return min((part.turns_us for part in parts if part.turns_us is not None), default=None)


def _silence(condition: Condition, length_us: int, facts: Facts) -> Finding:
    limit = length_us / 1_000_000
    if facts.silent_us is None:
        return Finding(Verdict.CLEAR, condition, limit, limit)
    if condition.working_time and facts.working is not None:
        due_us = working_deadline_us(facts.working, facts.silent_us, length_us)
    else:
        due_us = facts.silent_us + length_us
    if due_us is not None and facts.at_us >= due_us:
        return Finding(Verdict.BREACH, condition, limit, limit)
    return Finding(Verdict.CLEAR, condition, limit, limit, turns_us=due_us)


def _milestone(condition: Condition, reached: float, facts: Facts) -> Finding:
    value, reference = facts.seen.value, _reference(condition, facts)
    if condition.of is not None and reference is None:
        return Finding(Verdict.NO_REFERENCE, condition)
    limit = reached if reference is None else reached * reference
    if value is not None and facts.seen.n < facts.min_n:
        return Finding(Verdict.TOO_SMALL, condition, limit, limit, reference)
    there = value is not None and value >= limit
    return Finding(Verdict.BREACH if there else Verdict.CLEAR, condition, limit, limit, reference)


def _place(condition: Condition, facts: Facts) -> Finding:
    rank = condition.rank
    assert rank is not None
    place, of = facts.seen.compared.rank, facts.seen.compared.of
    if place is None or of is None or of < rank.least:
        return Finding(Verdict.NO_REFERENCE, condition)
    limit, recovery = rank.limits(of)
    verdict = Verdict.BREACH if place > limit else Verdict.CLEAR if place <= recovery else Verdict.BETWEEN
    return Finding(verdict, condition, limit, recovery, place)


def _limits(condition: Condition, facts: Facts) -> tuple[Number | None, Number | None, Number | None]:
    """Return limit, recovery, and what they come from; None where there is nothing to compare with."""
    if condition.rank is not None:
        return None, None, None
    plain = condition.above if condition.above is not None else condition.below
    recover = plain if condition.recover is None else condition.recover
    if condition.reference is None:
        return plain, recover, None
    reference = _reference(condition, facts)
    if reference is None:
        return None, None, None
    if plain is not None and recover is not None:
        return plain * reference, recover * reference, reference
    by, recover_by = condition.by, condition.by if condition.recover_by is None else condition.recover_by
    side = 1 if condition.higher_than is not None else -1
    return reference + side * _gap(by, reference), reference + side * _gap(recover_by, reference), reference


def _gap(by: float | str, reference: Number) -> float:
    return amount(by) * abs(reference) if isinstance(by, str) else by


def _reference(condition: Condition, facts: Facts) -> Number | None:
    seen = facts.seen
    match condition.reference:
        case "target":
            return seen.target
        case "pace":
            return _expected(facts)
        case "previous":
            return seen.compared.previous
        case "baseline":
            return seen.compared.baseline
        case "team":
            return seen.compared.team_value
    return None


def _expected(facts: Facts) -> Number | None:
    """Return what of the target should be reached by the moment; the record says it for its own."""
    seen = facts.seen
    if seen.compared.expected is None or seen.target is None or seen.start_us is None or seen.end_us is None:
        return None
    elapsed, total = elapsed_us(facts.working, seen.start_us, seen.end_us, facts.at_us)
    return seen.target * elapsed / total if total else seen.target


def _pace_turns_us(condition: Condition, facts: Facts, value: Number, verdict: Verdict) -> int | None:
    """Return when the pace, which grows with time, passes the value, or leaves it behind for good."""
    seen = facts.seen
    assert seen.target is not None
    assert seen.start_us is not None
    assert seen.end_us is not None
    high = is_high(condition)
    if seen.target <= 0 or verdict is (Verdict.CLEAR if high else Verdict.BREACH):
        return None
    # At which pace the value is at the limit; of a value that is too high, at the recovery value.
    side = 1 if high else -1
    plain = condition.above if high else condition.below
    if plain is not None:
        factor = condition.recover if high and condition.recover is not None else plain
        pace = value / factor if factor > 0 else None
    else:
        by = condition.recover_by if high and condition.recover_by is not None else condition.by
        factor = 1 + side * amount(by) if isinstance(by, str) else 1.0
        pace = (value if isinstance(by, str) else value - side * by) / factor if factor > 0 else None
    if pace is None:
        return None
    _, total = elapsed_us(facts.working, seen.start_us, seen.end_us, seen.start_us)
    share = pace * total / seen.target
    needed = ceil(share) if high else floor(share) + 1
    if not 0 < needed <= total:
        return None
    turns_us = elapsed_deadline_us(facts.working, seen.start_us, seen.end_us, needed)
    # By a rounding error the moment may be one too early: a second later it is not.
    return None if turns_us is None else max(turns_us, facts.at_us + 1_000_000)
