"""Silencing: does what people said of an alert hold its notifications back at a time?

An alert's state is never touched. A silence holds back everything of the alerts that it matches, from `starts_at`
until before `ends_at`. An acknowledgement holds back one episode of one alert while that is no worse than it was;
that it is over is told.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from processors.reading.event_time import decode_time
from schemas.alert import Alert, AlertState
from schemas.severity import rank
from schemas.silence import Silence

FIELDS: Final = frozenset(("id", "rule", "severity", "kpi", "window", "owner", "account", "entity"))
"""What a matcher names of the record itself; other names are dimensions, then labels."""

_decode = msgspec.json.Decoder(Silence).decode


class _Entry(NamedTuple):
    said: Silence
    from_us: int
    until_us: int
    tests: tuple[tuple[str, Callable[[str], object]], ...]


class Silences:
    """Everything on `crm.silences`, as far as it was read: at one time, what holds an alert back?"""

    def __init__(self) -> None:
        self._silences: dict[str, _Entry] = {}
        self._acknowledged: dict[str, dict[str, _Entry]] = {}
        """By alert, then by id."""
        self._alert_of: dict[str, str] = {}
        """Of each acknowledgement, the alert's id."""
        self.unreadable = 0
        """Records that are no silences; they hold nothing back."""

    def take(self, key: str, value: bytes | None) -> bool:
        """Take a record of the topic, in log order; tell whether anything changed."""
        if value is None:
            return self._drop(key)
        try:
            return self.put(_decode(value))
        except (msgspec.MsgspecError, ValueError):
            self.unreadable += 1
            return False

    def put(self, said: Silence) -> bool:
        """Take what somebody says; tell whether it is new. Raises ValueError for times that are none."""
        entry = _Entry(
            said,
            decode_time(said.starts_at),
            decode_time(said.ends_at),
            tuple((name, pattern_test(pattern)) for name, pattern in said.matchers.items()),
        )
        known = self._find(said.id)
        if known is not None and said.revision <= known.said.revision:
            return False
        self._drop(said.id)
        if said.kind == "silence":
            self._silences[said.id] = entry
        else:
            alert = said.alert or ""
            self._acknowledged.setdefault(alert, {})[said.id] = entry
            self._alert_of[said.id] = alert
        return True

    def holding(self, alert: Alert, at_us: int) -> Silence | None:
        """Return what holds the alert back: of several a silence first, and the one that holds longest."""
        return next(iter(self.all_holding(alert, at_us)), None)

    def all_holding(self, alert: Alert, at_us: int) -> list[Silence]:
        """Return everything that holds the alert back at that time, what says most first."""
        found = [
            entry for entry in self._silences.values() if _lasts(entry, at_us) and _matches(entry, alert)
        ]
        found += [
            entry
            for entry in self._acknowledged.get(alert.id, {}).values()
            if _lasts(entry, at_us) and _acknowledges(entry.said, alert)
        ]
        found.sort(key=lambda one: (one.said.kind != "silence", -one.until_us, one.said.id))
        return [entry.said for entry in found]

    def ended(self, before_us: int) -> list[str]:
        """Return the ids of those that were over before a time."""
        return [entry.said.id for entry in self._entries() if entry.until_us < before_us]

    def get(self, id: str) -> Silence | None:
        """Return one by its id."""
        entry = self._find(id)
        return None if entry is None else entry.said

    def __iter__(self) -> Iterator[Silence]:
        return (entry.said for entry in self._entries())

    def __len__(self) -> int:
        return len(self._silences) + len(self._alert_of)

    def _entries(self) -> Iterator[_Entry]:
        yield from self._silences.values()
        for of_alert in self._acknowledged.values():
            yield from of_alert.values()

    def _find(self, id: str) -> _Entry | None:
        found = self._silences.get(id)
        if found is None and id in self._alert_of:
            found = self._acknowledged[self._alert_of[id]][id]
        return found

    def _drop(self, id: str) -> bool:
        if self._silences.pop(id, None) is not None:
            return True
        alert = self._alert_of.pop(id, None)
        if alert is None:
            return False
        of_alert = self._acknowledged[alert]
        del of_alert[id]
        if not of_alert:
            del self._acknowledged[alert]
        return True


def matches(matchers: Mapping[str, str], alert: Alert) -> bool:
    """Tell whether an alert has all of what the matchers ask for. No matchers match nothing."""
    return bool(matchers) and all(
        _has(alert, name, pattern_test(pattern)) for name, pattern in matchers.items()
    )


def value_of(alert: Alert, name: str) -> str | None:
    """Return what an alert has under a matcher's name; None when it has nothing. A `null` stage is empty."""
    if name in FIELDS:
        value: str | None = getattr(alert, name)
        return value
    if name in alert.dims:
        return alert.dims[name] or ""
    return alert.labels.get(name)


def _lasts(entry: _Entry, at_us: int) -> bool:
    return entry.from_us <= at_us < entry.until_us


def _matches(entry: _Entry, alert: Alert) -> bool:
    # One that names nothing would silence the house; nobody means that by leaving something out.
    return bool(entry.tests) and all(_has(alert, name, test) for name, test in entry.tests)


def _acknowledges(said: Silence, alert: Alert) -> bool:
    if said.episode != alert.starts_at or alert.state is AlertState.RESOLVED:
        return False
    return said.severity is None or rank(alert.severity) <= rank(said.severity)


def _has(alert: Alert, name: str, test: Callable[[str], object]) -> bool:
    value = value_of(alert, name)
    return value is not None and bool(test(value))


def pattern_test(pattern: str) -> Callable[[str], object]:
    """Return what tells whether a text is as the pattern says; in it only `*` and `?` are special."""
    if not {"*", "?"} & {*pattern}:
        return pattern.__eq__
    first, *middle = (
        "".join("." if char == "?" else re.escape(char) for char in part) for part in pattern.split("*")
    )
    if not middle:
        return re.compile(first, re.DOTALL).fullmatch
    last = middle.pop()
    # What stands between two stars is taken where it comes first, and never looked for again (atomic groups):
    # a pattern of many stars would otherwise be tried in more ways than anybody can wait for.
    between = "".join(f"(?>.*?{part})" for part in middle if part)
    return re.compile(f"{first}{between}.*{last}", re.DOTALL).fullmatch
