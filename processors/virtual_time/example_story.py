"""An example as the engine takes it: its events as records in the order of their arrival, its questions in time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import orjson
from pydantic import ValidationError

from processors.decode import decode
from processors.publishing.records import rfc3339
from schemas.dead_letter import Unusable
from schemas.event import EVENT_TYPES
from schemas.events.directory import RepUpdated
from schemas.example import Example, ExampleEvent, Read
from schemas.examples.expectation import AlertExpectation, Expectation
from schemas.examples.names import EVENT_OWN, entries, whole_type
from schemas.examples.times import DAY_1, moment_us
from schemas.files.document import Document, Faults
from schemas.files.fault import Fault

SOURCE = "example"
_Said = TypeVar("_Said", Expectation, AlertExpectation)


class Arrival(NamedTuple):
    """An event and when it arrives."""

    arrives_us: int
    line: int
    kind: str
    value: bytes


class Question(NamedTuple, Generic[_Said]):
    """What should be so at a moment, and where that stands."""

    at_us: int
    line: int
    said: _Said


class Story(NamedTuple):
    """One example."""

    name: str
    line: int
    arrivals: tuple[Arrival, ...]
    kpis: tuple[Question[Expectation], ...]
    alerts: tuple[Question[AlertExpectation], ...]
    day_1: date
    """What its days are counted from."""

    @property
    def checks(self) -> int:
        """How many questions it asks."""
        return len(self.kpis) + len(self.alerts)

    @property
    def last_us(self) -> int:
        """The last moment of which anything is said."""
        asked = [one.at_us for one in self.kpis] + [one.at_us for one in self.alerts]
        return max(*(one.arrives_us for one in self.arrivals), *asked)


def story_faults(document: Document, zone: ZoneInfo) -> list[Fault]:
    """Return what the engine won't take in a file that may have other mistakes: each event by itself, and each time."""
    faults: list[Fault] = []
    day_1 = _date(document.data.get("day_1"))
    for index, example in entries(document.data, "examples"):
        teller = _Teller(document, ("examples", index), day_1, zone, faults)
        defaults = example.get("defaults")
        for number, fields in entries(example, "events"):
            event = _legible(fields)
            if event is not None:
                teller.arrival(number, event, defaults if isinstance(defaults, dict) else {})
        for field in ("expect", "expect_alerts"):
            for number, one in entries(example, field):
                at = one.get("at")
                if isinstance(at, str) and _is_moment(at):
                    teller.us(at, (field, number, "at"))
    return faults


def stories(read: Read, zone: ZoneInfo) -> list[Story]:
    """Return a file's examples, their times those of that zone. Raises `Faults` with what the engine won't take."""
    day_1 = date.fromisoformat(read.content.day_1)
    faults: list[Fault] = []
    found = [
        _Teller(read.document, ("examples", index), day_1, zone, faults).tell(example)
        for index, example in enumerate(read.content.examples)
    ]
    if faults:
        raise Faults(faults)
    return found


class _Teller:
    def __init__(
        self,
        document: Document,
        path: tuple[str | int, ...],
        day_1: date,
        zone: ZoneInfo,
        faults: list[Fault],
    ):
        self._document = document
        self._path = path
        self._day_1 = day_1
        self._zone = zone
        self._faults = faults

    def tell(self, example: Example) -> Story:
        arrivals = [*self._arrivals(example)]
        arrivals.sort(key=lambda one: one.arrives_us)
        last_us = arrivals[-1].arrives_us
        first_us = min(
            self.us(event.at, ("events", index, "at")) for index, event in enumerate(example.events)
        )
        line = self._line()
        return Story(
            example.name,
            line,
            (*self._teams(example.teams, first_us, line), *arrivals),
            (*self._questions("expect", example.expect, last_us),),
            (*self._questions("expect_alerts", example.expect_alerts, last_us),),
            self._day_1,
        )

    def _arrivals(self, example: Example) -> Iterator[Arrival]:
        for index, event in enumerate(example.events):
            yield self.arrival(index, event, example.defaults)

    def arrival(self, index: int, event: ExampleEvent, defaults: Mapping[str, Any]) -> Arrival:
        here = ("events", index)
        t_us = self.us(event.at, (*here, "at"))
        arrives_us = t_us if event.arrives is None else self.us(event.arrives, (*here, "arrives"))
        if arrives_us < t_us:
            self._fault((*here, "arrives"), "before it happens (at)")
        value = _record(
            event.kind,
            event.source or SOURCE,
            event.id or f"{index + 1:04d}",
            t_us,
            event.data(defaults),
        )
        try:
            decode(value)
        except Unusable as why:
            # Of data the sentence says so itself.
            said = why.sentence if why.sentence.startswith(event.kind) else f"{event.kind}: {why.sentence}"
            self._fault(here, said)
        return Arrival(arrives_us, self._line(*here), event.kind, value)

    def _teams(self, teams: Mapping[str, Sequence[str]], first_us: int, line: int) -> Iterator[Arrival]:
        """Yield the directory that the example states in short: who is in which team, a second before it begins."""
        t_us = first_us - 1_000_000
        for team, reps in teams.items():
            for rep in reps:
                data = {"rep": rep, "team": team, "active": True}
                value = _record(RepUpdated.TYPE, SOURCE, f"{rep} in {team}", t_us, data)
                yield Arrival(t_us, line, RepUpdated.TYPE, value)

    def _questions(self, field: str, said: Sequence[_Said], last_us: int) -> Iterator[Question[_Said]]:
        for index, one in enumerate(said):
            at_us = last_us if one.at is None else self.us(one.at, (field, index, "at"))
            yield Question(at_us, self._line(field, index), one)

    def us(self, text: str, path: tuple[str | int, ...]) -> int:
        try:
            return moment_us(text, self._day_1, self._zone)
        except ValueError as error:  # an hour that the zone's clocks leave out
            self._fault(path, str(error))
            return 0

    def _line(self, *path: str | int) -> int:
        return self._document.line_of((*self._path, *path))

    def _fault(self, path: tuple[str | int, ...], message: str) -> None:
        self._faults.append(self._document.fault((*self._path, *path), message))


def _legible(fields: Mapping[str, Any]) -> ExampleEvent | None:
    """Return an event of a known type, though its times and ids are wrong; those are told of elsewhere."""
    kind = fields.get("type")
    if not isinstance(kind, str) or whole_type(kind) not in EVENT_TYPES:
        return None
    data = {name: value for name, value in fields.items() if name not in EVENT_OWN}
    for given in (fields, {"at": f"{DAY_1} 12:00", "type": kind, **data}):
        try:
            return ExampleEvent.model_validate(given, strict=True)
        except ValidationError:
            pass
    return None


def _date(text: object) -> date:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else DAY_1
    except ValueError:
        return DAY_1


def _is_moment(text: str) -> bool:
    try:
        return moment_us(text) is not None
    except ValueError:
        return False


def _record(kind: str, source: str, id_: str, t_us: int, data: Mapping[str, Any]) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "source": source,
            "id": id_,
            "type": kind,
            "time": rfc3339(t_us),
            "data": dict(data),
        }
    )
