"""A rule that says something else, tried on what was recorded: which `for` and `recover` would have calmed it.

The judge itself judges the records again; nothing is replayed from the events.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from processors.alerts.history import FLAP_US, Episode, Told, episodes, read_told
from processors.judge import Judge
from processors.partition import Send, Stored
from processors.reading.event_time import decode_time
from processors.virtual_time.rule_history import Recorded
from schemas.alert import alert_id
from schemas.duration import MINUTE_US
from schemas.rule import Rule

FOR_US: Final = tuple(MINUTE_US * minutes for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240))
"""What `for` may become: who hears of trouble after half a day need not hear of it."""
SHARES: Final = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75)
"""How far from the limit `recover` may lie, as shares of it."""
OPEN_TIMES_MAX: Final = 2
"""A recovery value that keeps alerts open for longer than so many times as long is none: it is hardly ever reached. One
by which nothing recovers at all is none either."""


class _Body(msgspec.Struct):
    value: float | None = None


_value = msgspec.json.Decoder(_Body).decode

Tapes = Mapping[bytes, Sequence[Recorded]]

_ALERTS: Final = "alerts"
_HISTORY: Final = "history"


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """Other values for a rule, and what they would have changed."""

    for_us: int | None
    """None: as it is."""
    recover: float | None
    fired: int
    flapped: int
    untold: int
    """Alerts that nobody would have been told of…"""
    untold_longest_s: float
    """…and how long the longest of them lasted."""
    open_s: float


class _Judged:
    """The episodes that a rule makes of the records; those that began before `since_us` are not counted."""

    def __init__(self, every: Sequence[Episode], since_us: int, until_us: int):
        self._until_us = until_us
        self.every = every
        self.counted = [one for one in every if decode_time(one.fired_at) >= since_us]
        self.flapped = sum(one.reopened for one in self.counted)
        self.recovered = sum(one.to_resolve_s is not None for one in every)
        self.open_s = sum(map(self.lasted_s, every))
        """How long all of them were open, together."""

    def lasted_s(self, one: Episode) -> float:
        """Return how long one was open, until the end of history at most."""
        begins_us, ends_us = self._span_us(one)
        return (ends_us - begins_us) / 1e6

    def overlap(self, one: Episode, other: Episode) -> bool:
        """Tell whether two are of the same alert and about the same time."""
        (begins, ends), (other_begins, other_ends) = self._span_us(one), self._span_us(other)
        return one.id == other.id and begins <= other_ends and other_begins <= ends

    def _span_us(self, one: Episode) -> tuple[int, int]:
        return decode_time(one.fired_at), self._until_us if one.ends_at is None else decode_time(one.ends_at)


def judge_again(name: str, rule: Rule, tapes: Tapes, until_us: int) -> list[Told]:
    """Return what a rule tells of the recorded KPIs until the clock's end."""
    judge = Judge({name: rule}, _ALERTS, _HISTORY, durable=False)
    told: list[Told] = []
    offset = -1
    for key, records in tapes.items():
        for recorded in records:
            offset += 1
            record = Stored(offset, recorded.now_us // 1000, key, recorded.value)
            told += _read(judge.process([record], recorded.now_us))
    while sends := judge.tick(until_us):
        told += _read(sends)
    return told


def suggestions(
    name: str,
    rule: Rule,
    tapes: Tapes,
    until_us: int,
    since_us: int = 0,
    flap_us: int = FLAP_US,
) -> list[Suggestion]:
    """Return what would have halved how often a rule flapped: `for` alone, `recover` alone, else both together.

    Of each the least change that does. None, where it didn't flap or nothing helps.
    """
    trial = _Trial(name, rule, tapes, until_us, since_us, flap_us)
    if not trial.before.flapped:
        return []
    longer = [rule.model_copy(update={"for_us": for_us}) for for_us in FOR_US if for_us > rule.for_us]
    better = [rule.model_copy(update={"recover": value}) for value in recoveries(rule, tapes)]
    alone = [found for ladder in (longer, better) if (found := trial.first_that_helps(ladder)) is not None]
    if alone:
        return alone
    both = trial.first_that_helps(_together(longer, better))
    return [] if both is None else [both]


class _Trial:
    """A rule's records, judged as it says and as it might."""

    def __init__(self, name: str, rule: Rule, tapes: Tapes, until_us: int, since_us: int, flap_us: int):
        self._name = name
        self._rule = rule
        self._until_us, self._since_us, self._flap_us = until_us, since_us, flap_us
        self.before = self._judged(rule, tapes)
        restless = of_alerts(name, tapes, {one.id for one in self.before.counted if one.reopened})
        # First the keys that flapped, and only if a change helps there all of them.
        self._samples = (restless, tapes) if len(restless) < len(tapes) else (tapes,)

    def first_that_helps(self, changes: Iterable[Rule]) -> Suggestion | None:
        """Return the first of these changes that halves how often the rule flapped, and loses nothing for that."""
        return next(filter(None, map(self._tried, changes)), None)

    def _tried(self, changed: Rule) -> Suggestion | None:
        before, rule = self.before, self._rule
        for some in self._samples:
            after = self._judged(changed, some)
            if 2 * after.flapped > before.flapped:
                return None
        if not after.every or after.open_s > OPEN_TIMES_MAX * before.open_s:
            return None
        if before.recovered and not after.recovered:
            return None
        untold = [
            one for one in before.counted if not any(after.overlap(one, other) for other in after.every)
        ]
        return Suggestion(
            for_us=changed.for_us if changed.for_us != rule.for_us else None,
            recover=changed.recover if changed.recover != rule.recover else None,
            fired=len(after.counted),
            flapped=after.flapped,
            untold=len(untold),
            untold_longest_s=max(map(before.lasted_s, untold), default=0.0),
            open_s=after.open_s,
        )

    def _judged(self, rule: Rule, tapes: Tapes) -> _Judged:
        told = judge_again(self._name, rule, tapes, self._until_us)
        return _Judged(episodes(told, flap_us=self._flap_us), self._since_us, self._until_us)


def of_alerts(name: str, tapes: Tapes, ids: Collection[str]) -> Tapes:
    """Return the tapes of those KPI keys about which these alerts of a rule are."""
    return {key: tape for key, tape in tapes.items() if alert_id(name, key.decode()) in ids}


def recoveries(rule: Rule, tapes: Tapes) -> Iterator[float]:
    """Yield recovery values to try, the nearest to the limit first, each better than the rule's own."""
    limit = rule.above if rule.above is not None else rule.below
    if limit is None:
        return
    scale = abs(limit) or _usual(tapes)
    sign = -1 if rule.above is not None else 1
    whole = float(limit).is_integer() and scale >= 1
    last = rule.recovery
    for share in SHARES:
        exact = limit + sign * share * scale
        value = float(round(exact)) if whole else float(f"{exact:.3g}")
        if (value - last) * sign > 0:
            last = value
            yield value


def _together(longer: Sequence[Rule], better: Sequence[Rule]) -> Iterator[Rule]:
    """Yield both changes at once, those that change little first."""
    pairs = [(i + j, i, j) for i in range(len(longer)) for j in range(len(better))]
    for _, i, j in sorted(pairs):
        yield longer[i].model_copy(update={"recover": better[j].recover})


def _read(sends: Iterable[Send]) -> Iterator[Told]:
    return (read_told(send.value) for send in sends if send.topic == _HISTORY and send.value is not None)


def _usual(tapes: Tapes) -> float:
    """Return the size of what is recorded, where the limit is 0 and says nothing of it: the median."""
    sizes = sorted(
        abs(value)
        for tape in tapes.values()
        for one in tape
        if one.value is not None and (value := _value(one.value).value)
    )
    return sizes[len(sizes) // 2] if sizes else 0.0
