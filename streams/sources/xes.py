"""Events from an XES log, made into CloudEvents as a mapping file says."""

import math
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import orjson

from streams.sources.raw import RawEvent
from streams.sources.xes_copies import Copies
from streams.sources.xes_log import Attributes, Trace, read_traces
from streams.sources.xes_mapping import ContactValues, Reference, Rule, Value, XesMapping, placeholders

ACTIVITY = "concept:name"
LIFECYCLE = "lifecycle:transition"
TIME = "time:timestamp"
CASE = "concept:name"

#: Up to here a double holds every whole number.
INT_MAX = 1 << 53

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", re.ASCII)


#: So many activities of a log that no rule matches are named.
NAMED_MAX = 10


def read_xes(
    stream: BinaryIO, name: str, mapping: XesMapping, tell: Callable[[str], None] = lambda _sentence: None
) -> Iterator[RawEvent]:
    """Yield the CloudEvents of a log, trace after trace, each trace's in the order of the file.

    `tell` hears of a log of which no event matches a rule: it was not written for these rules; and of events that
    have the id of another.

    What a log lacks is left out of the event, a time too: an event that can't be used that way is for
    the dead letters, where it is counted, not for this reader.

    Raises:
        SourceFailed: no XML, or no XES.
    """
    converter, copies = _Converter(mapping), Copies(mapping)
    for number, trace in enumerate(read_traces(stream, name), 1):
        label = trace.attributes.get(CASE) or f"number {number}"
        copies.begin(trace.attributes.get(CASE))
        for index, event in converter.convert(trace):
            copies.take(event.get("id"))
            yield RawEvent(orjson.dumps(event), name, f"trace {label}, event {index}")
    if not any(converter.matching.values()) and converter.matching:
        there = [_in_words(*one) for one in converter.matching]
        more = f" and {len(there) - NAMED_MAX} more" if len(there) > NAMED_MAX else ""
        tell(
            f"{name}: no event matches a rule of the mapping; activities (and lifecycles): "
            f"{', '.join(there[:NAMED_MAX])}{more}"
        )
    if copies.sentence is not None:
        tell(f"{name}: {copies.sentence}")


def _in_words(activity: str | None, lifecycle: str | None) -> str:
    return (activity or "(none)") + (f" ({lifecycle})" if lifecycle else "")


class _Scope:
    """What a value may look at: the trace, the event, and how often its rule has matched."""

    __slots__ = ("case", "event", "index", "latest", "nth", "trace")

    def __init__(self, trace: Attributes) -> None:
        self.trace = trace
        self.case = trace.get(CASE)
        self.event: Attributes = {}
        self.index = ""
        self.nth = 0
        #: (activity, lifecycle) -> time of the latest such event, until it is used
        self.latest: dict[tuple[str | None, str | None], str | None] = {}


Getter = Callable[[_Scope], Any]
"""Gives a field's value, or None where it is absent."""


class _CompiledRule:
    def __init__(self, rule: Rule, zone: ZoneInfo) -> None:
        self.type = rule.type
        self.fields = [(name, _getter(value, zone)) for name, value in rule.data.items()]
        if rule.contact is not None:
            self.fields.append(("contact", _contact(rule.contact, zone)))
        self._activity, self._lifecycle = _pattern(rule.activity), _pattern(rule.lifecycle)

    def matches(self, activity: str, lifecycle: str) -> bool:
        return bool(self._activity.fullmatch(activity) and self._lifecycle.fullmatch(lifecycle))


class _Converter:
    def __init__(self, mapping: XesMapping) -> None:
        zone = ZoneInfo(mapping.timezone)
        self._rules = [_CompiledRule(rule, zone) for rule in mapping.rules]
        self.matching: dict[tuple[str | None, str | None], _CompiledRule | None] = {}
        """The rule for each activity and lifecycle that there was."""
        values = [value for rule in mapping.rules for _, value in rule.values()]
        self._since = {value.since for value in values if isinstance(value, Reference)}
        self._id, self._account = _template(mapping.id), _template(mapping.account)
        self._source, self._digits = mapping.source, mapping.index_digits
        self._rep, self._zone = mapping.rep, zone

    def convert(self, trace: Trace) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (place in the trace, CloudEvent) of each event that a rule matches."""
        scope = _Scope(trace.attributes)
        counts: dict[_CompiledRule, int] = {}
        for index, event in enumerate(trace.events):
            activity, lifecycle = event.get(ACTIVITY), event.get(LIFECYCLE)
            rule = self._rule_of(activity, lifecycle)
            if rule is not None:
                counts[rule] = scope.nth = counts.get(rule, 0) + 1
                scope.event, scope.index = event, str(index).zfill(self._digits)
                yield index, self._event(rule, scope)
            # Only after the event itself was converted: it is no earlier event of its own.
            if lifecycle is not None and lifecycle in self._since:
                scope.latest[activity, lifecycle] = event.get(TIME)

    def _rule_of(self, activity: str | None, lifecycle: str | None) -> _CompiledRule | None:
        key = activity, lifecycle
        if key not in self.matching:
            found = (rule for rule in self._rules if rule.matches(activity or "", lifecycle or ""))
            self.matching[key] = next(found, None)
        return self.matching[key]

    def _event(self, rule: _CompiledRule, scope: _Scope) -> dict[str, Any]:
        event: dict[str, Any] = {"specversion": "1.0", "source": self._source, "type": rule.type}
        if event_id := self._id(scope):
            event["id"] = event_id
        if time := scope.event.get(TIME):
            event["time"] = _rfc3339(time, self._zone)
        data: dict[str, Any] = {}
        if account := self._account(scope):
            data["account"] = account
        if self._rep is not None and (rep := scope.event.get(self._rep)):
            data["rep"] = rep
        for name, get in rule.fields:
            value = get(scope)
            if value is not None:
                data[name] = value
        event["data"] = data
        return event


def _pattern(text: str) -> re.Pattern[str]:
    first, *rest = map(re.escape, text.split("*"))
    if not rest:
        return re.compile(first)
    # What stands between two stars is looked for once, from the left: no other place for it could do better.
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"{first}{between}.*{rest[-1]}", re.DOTALL)


def _contact(values: ContactValues, zone: ZoneInfo) -> Getter:
    parts = [(name, _getter(value, zone)) for name, value in values if value is not None]
    return lambda scope: {name: found for name, get in parts if (found := get(scope)) is not None}


def _getter(value: Value, zone: ZoneInfo) -> Getter:
    match value:
        case Reference(trace=str(key), as_=kind):
            return lambda scope: _typed(scope.trace.get(key), kind)
        case Reference(event=str(key), as_=kind):
            return lambda scope: _typed(scope.event.get(key), kind)
        case Reference(since=str(lifecycle)):
            return lambda scope: _seconds_since(scope, lifecycle, zone)
        case str():
            return _template(value)
        case _:
            return lambda scope: value


def _template(text: str) -> Getter:
    names = placeholders(text)
    if not names:
        literal = text.format()  # doubled braces become single
        return lambda scope: literal

    def fill(scope: _Scope) -> str | None:
        if scope.case is None and "case" in names:
            return None
        return text.format(case=scope.case, index=scope.index, nth=scope.nth)

    return fill


def _typed(text: str | None, kind: str) -> str | float | bool | None:
    """A text that is not of the kind asked for stays a text, so that the dead letters show it."""
    if not text:
        return None
    if kind == "number" and _NUMBER.fullmatch(text) and math.isfinite(number := float(text)):
        return int(number) if number.is_integer() and abs(number) < INT_MAX else number
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    return text


def _seconds_since(scope: _Scope, lifecycle: str, zone: ZoneInfo) -> float | None:
    start = _time(scope.latest.pop((scope.event.get(ACTIVITY), lifecycle), None), zone)
    end = _time(scope.event.get(TIME), zone)
    if start is None or end is None or start > end:  # a log whose order contradicts its times
        return None
    return (end - start).total_seconds()


def _time(text: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        time = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return time if time.tzinfo is not None else time.replace(tzinfo=zone)


def _rfc3339(text: str, zone: ZoneInfo) -> str:
    """Return a time with an offset; what is no time at all stays as it is, for the dead letters."""
    if _RFC3339.fullmatch(text):
        return text
    time = _time(text, zone)
    return text if time is None else time.isoformat()
