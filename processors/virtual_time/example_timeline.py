"""What happens in an example, step by step: events, the values they make, the states of alerts, what would be sent."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from processors.alerts.history import Told
from processors.alerts.measured import shown
from processors.compile import Plan
from processors.partition import Send
from processors.reading.event_time import decode_time
from processors.virtual_time.example_alerts import AlertClock, Withdrawn
from processors.virtual_time.example_story import Arrival, Story
from processors.virtual_time.rule_report import messages
from schemas.examples.names import PREFIX
from schemas.examples.times import moment_text
from schemas.kpi import dims_of, dims_text
from schemas.rule import Rule
from schemas.rules.absence import AbsenceRule


class Kind(StrEnum):
    """What happens at a moment, in the order in which one thing leads to the next."""

    EVENT = "event"
    VALUE = "value"
    STATE = "state"
    MESSAGE = "message"


class Moment(NamedTuple):
    """One thing that happens."""

    at_us: int
    kind: Kind
    what: str
    """The event's type, the KPI's key, the rule and its dims (and what waits), the rule."""
    said: str
    """In words."""
    at: str = ""
    """The moment as an example says it: `day 1 09:00`."""


def timeline(
    plan: Plan,
    rules: Mapping[str, Rule],
    story: Story,
    horizon_us: int,
    absences: Mapping[str, AbsenceRule],
) -> tuple[Moment, ...]:
    """Return everything that an example's questions are about: their KPIs, and the alerts of the rules they name."""
    clock = _Clock(plan, rules, story, horizon_us, absences)
    asked = [one.at_us for one in story.kpis] + [one.at_us for one in story.alerts]
    for at_us in sorted({*asked, story.last_us}):
        clock.at(at_us)
    sent = {(one.id, one.revision) for one in messages(clock.told)}
    found: list[Moment] = []
    for moment, told in clock.moments:
        found.append(moment)
        if told is not None and (told.id, told.revision) in sent:
            said = f"{told.state} ({told.severity}): {told.summary}"
            found.append(Moment(moment.at_us, Kind.MESSAGE, told.rule, said))
    # What the clock decided was due before it was noticed; the sort leaves what is of one moment in its order.
    found.sort(key=lambda one: one.at_us)
    return tuple(one._replace(at=moment_text(one.at_us, story.day_1, plan.calendar.zone)) for one in found)


class _Clock(AlertClock):
    """The clock of the alerts' expectations, which writes down what passes."""

    def __init__(
        self,
        plan: Plan,
        rules: Mapping[str, Rule],
        story: Story,
        horizon_us: int,
        absences: Mapping[str, AbsenceRule],
    ):
        self.moments: list[tuple[Moment, Told | None]] = []
        self.told: list[Told] = []
        self._named = {one.said.rule for one in story.alerts}
        self._zone, self._day_1 = plan.calendar.zone, story.day_1
        self._asked = {(one.said.kpi, one.said.window, dims_text(one.said.dims)) for one in story.kpis}
        watched = [rule for name, rule in rules.items() if name in self._named]
        self._watched = {(rule.kpi, rule.window, rule.dimensions) for rule in watched}
        self._values: dict[bytes, tuple[Any, Any]] = {}
        self._of_alert: dict[str, Told] = {}
        super().__init__(plan, rules, story.arrivals, horizon_us, absences)

    def _take(self, arrival: Arrival) -> None:
        before = len(self.refused)
        super()._take(arrival)
        said = _event(arrival, self._day_1, self._zone)
        if len(self.refused) > before:
            said = f"{said}; can't be used: {self.refused[-1][1].sentence}"
        self._note(Moment(arrival.arrives_us, Kind.EVENT, arrival.kind.removeprefix(PREFIX), said))

    def _record(self, send: Send, now_us: int) -> Any:
        if send.key is not None and self._is_about(send.key.decode()):
            record = None if send.value is None else orjson.loads(send.value)
            value = (None, None) if record is None else (record["value"], record["n"])
            # A record may come again for what it says beside its value.
            if self._values.get(send.key) != value:
                self._values[send.key] = value
                said = "gone" if record is None else f"{shown(value[0], record['unit'])} (n {value[1]})"
                self._note(Moment(now_us, Kind.VALUE, send.key.decode(), said))
        return super()._record(send, now_us)

    def _told(self, told: Told) -> None:
        if told.rule in self._named:
            self._of_alert[told.id] = told
            self.told.append(told)
            said = f"{told.state}, {told.reason}"
            self._note(Moment(decode_time(told.updated_at), Kind.STATE, _whose(told), said), told)

    def _withdrawn(self, withdrawn: Withdrawn) -> None:
        if told := self._of_alert.pop(withdrawn.id, None):
            said = f"withdrawn, {withdrawn.reason}"
            self._note(Moment(withdrawn.at_us, Kind.STATE, _whose(told), said))

    def _is_about(self, key: str) -> bool:
        kpi, window, dims = key.split("|", 2)
        window = window.partition(":")[0]
        return (kpi, window, dims) in self._asked or (
            kpi, window, tuple(sorted(dims_of(dims))),
        ) in self._watched  # fmt: skip

    def _note(self, moment: Moment, told: Told | None = None) -> None:
        self.moments.append((moment, told))


def _whose(told: Told) -> str:
    of = f"|{told.entity}" if told.entity else ""
    return f"{told.rule}|{dims_text(told.dims)}{of}"


def _event(arrival: Arrival, day_1: date, zone: ZoneInfo) -> str:
    event = orjson.loads(arrival.value)
    said = ", ".join(f"{name} {_plain(value)}" for name, value in event["data"].items())
    t_us = decode_time(event["time"])
    return said if t_us == arrival.arrives_us else f"{said}; late, of {moment_text(t_us, day_1, zone)}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
