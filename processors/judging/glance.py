"""A glance at a KPI record: can it mean anything to a rule that remembers nothing of its key?

Nearly all records of watched keys mean nothing, and there may be a hundred rules about each. What is compiled
here says so without judging: a condition that is no breach, and that time can't make one, is passed over.
"""

from collections.abc import Callable

from processors.judging.observation import Body
from processors.judging.rule_memory import slides, watches_silence
from schemas.alert import Number
from schemas.rules.condition import Condition, Rank, amount
from schemas.rules.grammar import Rule

Glance = Callable[[Body], bool]
"""Whether a record must be judged."""


def glance(rule: Rule) -> Glance:
    """Return what is quick to say of a record for a rule."""
    if watches_silence(rule) and not slides(rule):
        return _always  # each record is remembered, for the next one
    first, *second = (_of(level.condition, rule.min_n) for level in rule.levels)
    return _either(first, second[0]) if second else first


def _either(first: Glance, second: Glance) -> Glance:
    return lambda body: first(body) or second(body)


def _always(_: Body) -> bool:
    return True


def _of(condition: Condition, min_n: int) -> Glance:
    """Compile a condition; how much of the period has elapsed is left to the judge."""
    if condition.all_ is not None or condition.any_ is not None:
        parts = [_of(part, min_n) for part in condition.parts]
        silent = any(leaf.no_data is not None for leaf in condition.leaves)
        if condition.all_ is not None and not silent:
            return lambda body: all(part(body) for part in parts)
        return lambda body: any(part(body) for part in parts)
    if condition.no_data is not None:
        return lambda body: body.value is None or body.n == 0
    if condition.reached is not None:
        return _reached(condition, condition.reached)
    if condition.rank is not None:
        return _place(condition.rank, min_n)
    if condition.reference is not None:
        return _compared(condition, min_n)
    if condition.above is not None:
        return _above(condition.above, min_n)
    assert condition.below is not None
    return _below(condition.below, min_n)


def _above(limit: float, min_n: int) -> Glance:
    def matters(body: Body) -> bool:
        value = body.value
        return value is not None and value > limit and body.n >= min_n

    return matters


def _below(limit: float, min_n: int) -> Glance:
    def matters(body: Body) -> bool:
        value = body.value
        return value is not None and value < limit and body.n >= min_n

    return matters


def _reached(condition: Condition, reached: float) -> Glance:
    def matters(body: Body) -> bool:
        limit = reached if condition.of is None else _times(reached, _reference(condition, body))
        return body.value is not None and limit is not None and body.value >= limit

    return matters


def _place(rank: Rank, min_n: int) -> Glance:
    in_last, places, least = rank.in_last is not None, rank.places, rank.least

    def matters(body: Body) -> bool:
        place, of = body.rank, body.of
        if place is None or of is None or of < least or body.n < min_n:
            return False
        return place > (of - places if in_last else places)

    return matters


def _compared(condition: Condition, min_n: int) -> Glance:
    """Compile a comparison. A pace goes from 0 to the target: what is under either may fall behind it."""
    high = condition.above is not None or condition.higher_than is not None
    if high and condition.reference == "pace":
        return _always
    plain = condition.above if condition.above is not None else condition.below
    share = 1.0 if plain is None else plain
    by, gap = (amount(condition.by), 0.0) if isinstance(condition.by, str) else (0.0, condition.by)
    side = 1 if high else -1
    field = _FIELDS[condition.reference or "target"]

    def matters(body: Body) -> bool:
        value, reference = body.value, getattr(body, field)
        if value is None or reference is None or body.n < min_n:
            return False
        limit = share * reference + side * (by * abs(reference) + gap)
        return bool(value > limit if high else value < limit)

    def may_fall_behind(body: Body) -> bool:
        return matters(body) or (
            body.value is not None
            and body.target is not None
            and body.n >= min_n
            and body.value < -gap  # where the pace of a target below 0 begins
        )

    return may_fall_behind if condition.reference == "pace" else matters


_FIELDS = {
    "target": "target",
    "pace": "target",
    "previous": "previous",
    "baseline": "baseline",
    "team": "team_value",
}


def _reference(condition: Condition, body: Body) -> Number | None:
    reference: Number | None = getattr(body, _FIELDS[condition.reference or "target"])
    return reference


def _times(share: float, reference: Number | None) -> float | None:
    return None if reference is None else share * reference
