"""Names in a delivery file that no alert of the rules has: what such a route is to take, another gets unnoticed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from processors.silences.names import DIMENSIONS
from processors.silences.silencing import FIELDS
from schemas.delivery.route import Matchers
from schemas.files.fault import unknown
from schemas.notify import NotifyFile, walk
from schemas.rules.absence import AbsenceRule
from schemas.rules.grammar import Rule
from schemas.severity import SEVERITIES

KIND: Final = "kind"
"""The label that alerts of absence rules have beside those of the rule."""

Path = tuple[str | int, ...]


def strange_routes(file: NotifyFile, rules: Mapping[str, Rule | AbsenceRule]) -> Iterator[tuple[Path, str]]:
    """Yield each name that no alert of these rules has, and each value that none has under a name with few of them."""
    names = {*FIELDS, *DIMENSIONS, *(label for rule in rules.values() for label in rule.labels)}
    if any(isinstance(rule, AbsenceRule) for rule in rules.values()):
        names.add(KIND)
    judged = [rule for rule in rules.values() if isinstance(rule, Rule)]
    known: dict[str, Iterable[str]] = {
        "rule": rules,
        "severity": SEVERITIES,
        "kpi": {rule.kpi for rule in judged},
        "window": {rule.window for rule in judged},
    }
    for path, matchers in _matchers(file):
        for name, pattern in matchers.items():
            if name not in names:
                yield (*path, name), f"{unknown('name', name, names)}: no rule gives an alert that has it"
            patterns = (pattern,) if isinstance(pattern, str) else pattern
            for value in patterns if name in known else ():
                if value not in known[name] and not {"*", "?"} & {*value}:
                    yield (*path, name), unknown(name, value, known[name])
    for path, grouped in _grouped(file):
        for place, name in enumerate(grouped):
            if name not in names:
                yield (*path, place), f"{unknown('name', name, names)}: no rule gives an alert that has it"


def _matchers(file: NotifyFile) -> Iterator[tuple[Path, Matchers]]:
    for path, _, route in walk(file.route):
        yield (*path, "match"), route.match
    for place, one in enumerate(file.inhibit):
        yield ("inhibit", place, "source"), one.source
        yield ("inhibit", place, "target"), one.target


def _grouped(file: NotifyFile) -> Iterator[tuple[Path, Iterable[str]]]:
    for path, _, route in walk(file.route):
        yield (*path, "group_by"), route.group_by or ()
    for place, one in enumerate(file.inhibit):
        yield ("inhibit", place, "equal"), one.equal
