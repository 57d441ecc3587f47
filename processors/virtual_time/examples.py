"""Declared examples are run: events in, in virtual time, and what comes out is held to what was expected."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import orjson

from processors.compile import Plan
from processors.replay import Replay
from processors.virtual_time.example_alerts import AlertClock
from processors.virtual_time.example_story import Arrival, Question, Story
from processors.virtual_time.example_timeline import Moment, timeline
from schemas.dead_letter import Unusable
from schemas.events.directory import RepUpdated
from schemas.examples.expectation import AlertExpectation, Expectation
from schemas.fact import PANE_US
from schemas.kpi import dims_text, kpi_key
from schemas.rule import Rule
from schemas.rules.absence import AbsenceRule

NEAR_MAX = 5
"""So many keys that are there are named where the one asked for is not."""


class Failure(NamedTuple):
    """Something that is not as expected."""

    line: int
    what: str
    """The KPI key, the rule and its dims, or the type of an event that can't be used."""
    at_us: int | None
    expected: Mapping[str, Any] | None
    """The fields that are not as expected; None where there should be no record."""
    found: Mapping[str, Any] | None
    """What they are; None where there is no record."""
    hint: str = ""


class Result(NamedTuple):
    """How an example went."""

    story: Story
    failures: tuple[Failure, ...]
    timeline: tuple[Moment, ...] = ()
    """What happens in it, where that is wanted."""


class Examples:
    """Runs examples with a catalog and its rules."""

    def __init__(
        self,
        plan: Plan,
        rules: Mapping[str, Rule],
        dedup_horizon_us: int,
        absences: Mapping[str, AbsenceRule] = MappingProxyType({}),
    ):
        self._plan = plan
        self._rules = rules
        self._absences = absences
        self._horizon_us = dedup_horizon_us

    def run(self, story: Story, *, with_timeline: bool = False) -> Result:
        """Run an example."""
        failures = [*self._kpis(story), *self._alerts(story)]
        moments: tuple[Moment, ...] = ()
        if with_timeline:
            moments = timeline(self._plan, self._rules, story, self._horizon_us, self._absences)
        return Result(story, tuple(sorted(failures, key=lambda failure: failure.line)), moments)

    def _kpis(self, story: Story) -> Iterator[Failure]:
        by_moment: dict[int, list[Question[Expectation]]] = {}
        for question in story.kpis:
            by_moment.setdefault(question.at_us, []).append(question)
        unusable: dict[int, Failure] = {}
        for at_us, questions in sorted(by_moment.items()):
            records = self._records(story, at_us, questions, unusable)
            for question in questions:
                yield from self._hold(question, records)
        yield from unusable.values()

    def _records(
        self,
        story: Story,
        at_us: int,
        questions: list[Question[Expectation]],
        unusable: dict[int, Failure],
    ) -> dict[str, bytes]:
        """Return the KPI records as of a moment, by key. What has not arrived by then is not known."""
        arrived = [one for one in story.arrivals if one.arrives_us <= at_us]
        replay = Replay(
            self._plan, arrival_us=story.last_us, dedup_horizon_us=self._horizon_us, as_of_us=at_us
        )
        for one in arrived:
            if one.kind == RepUpdated.TYPE:
                replay.learn(one.value)
        for one in arrived:
            try:
                why = replay.take(one.value)
            except Unusable as error:
                why = error
            if why is not None:
                unusable[one.line] = _refused(one, why)
        periods: Literal["all", "running"] = (
            "all" if any(question.said.period for question in questions) else "running"
        )
        return {
            record.key.decode(): record.body for record in replay.records(periods) if record.body is not None
        }

    def _hold(self, question: Question[Expectation], records: Mapping[str, bytes]) -> Iterator[Failure]:
        at_us, line, said = question
        key = kpi_key(said.kpi, said.window, said.period or self._running(said.window, at_us), said.dims)
        body = records.get(key)
        record = None if body is None else orjson.loads(body)
        hint = ""
        if record is None and not said.absent:
            near = [other for other in records if other.partition("|")[0] == said.kpi]
            same = [other for other in near if other.split("|")[1] == key.split("|")[1]] or near
            more = f" and {len(same) - NEAR_MAX} more" if len(same) > NEAR_MAX else ""
            hint = (
                f"there are {', '.join(same[:NEAR_MAX])}{more}" if same else f"no record of {said.kpi} at all"
            )
        yield from _held(key, at_us, line, said, record, hint)

    def _running(self, window: str, at_us: int) -> str | None:
        calendar = self._plan.calendar
        periods = calendar.periods_of(calendar.day_of_pane(at_us // PANE_US))
        return next((period.label for period in periods if period.name == window), None)

    def _alerts(self, story: Story) -> Iterator[Failure]:
        if not story.alerts:
            return
        clock = AlertClock(self._plan, self._rules, story.arrivals, self._horizon_us, self._absences)
        for at_us, line, said in sorted(story.alerts, key=lambda question: question.at_us):
            fitting = [alert for alert in clock.at(at_us) if _is_meant(alert, said)]
            what = f"{said.rule}|{dims_text(said.dims)}"
            yield from _held(what, at_us, line, said, fitting[-1] if fitting else None, "")
        if not story.kpis:
            yield from (_refused(arrival, why) for arrival, why in clock.refused)


def _is_meant(alert: Mapping[str, Any], said: AlertExpectation) -> bool:
    return (
        alert["rule"] == said.rule
        and alert["dims"] == said.dims
        and said.period in (None, alert["period"])
        and said.said.get("entity") in (None, alert["entity"])
    )


def _held(
    what: str,
    at_us: int,
    line: int,
    said: Expectation | AlertExpectation,
    record: Mapping[str, Any] | None,
    hint: str,
) -> Iterator[Failure]:
    if said.absent:
        if record is not None:
            shown = {name: record[name] for name in ("state", "value", "n") if name in record}
            yield Failure(line, what, at_us, None, shown)
        return
    if record is None:
        yield Failure(line, what, at_us, said.said, None, hint)
        return
    wrong = [name for name, value in said.said.items() if not _agrees(value, record.get(name), said)]
    if wrong:
        yield Failure(
            line,
            what,
            at_us,
            {name: said.said[name] for name in wrong},
            {name: record.get(name) for name in wrong},
        )


def _agrees(expected: object, found: object, said: Expectation | AlertExpectation) -> bool:
    if _is_number(expected) and _is_number(found):
        assert isinstance(expected, int | float)
        assert isinstance(found, int | float)
        return abs(found - expected) <= said.margin(expected)
    return expected == found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refused(arrival: Arrival, why: Unusable) -> Failure:
    return Failure(arrival.line, arrival.kind, None, None, None, f"{why.reason}: {why.sentence}")
