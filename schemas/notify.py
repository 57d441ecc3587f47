"""The grammar of the delivery file: receivers, routes, which alerts keep others quiet, and hours.

    receivers: {sales: {…}}                       # schemas/receiver.py
    route: {receivers: [sales], routes: {…}}      # schemas/notify_route.py

`load_notify` reads a file and finds every mistake in it. docs/notify.md explains the fields to users.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from schemas.calendar_section import CalendarSection, TimeZone
from schemas.document import Faults, Section, check, reading, unknown
from schemas.notify_route import MatcherName, Matchers, Name, Route
from schemas.receiver import Receivers

ROOT = "default"
"""The name of the route that everything else stands in."""
BUSINESS = "business"
"""The name of the hours that the catalog's calendar has."""

Path = tuple[str | int, ...]


class Inhibition(Section):
    """While an alert that matches `source` is open, those that match `target` are not told."""

    source: Annotated[Matchers, Field(min_length=1)]
    target: Annotated[Matchers, Field(min_length=1)]
    equal: tuple[MatcherName, ...] = ()
    """Only where both have the same under these names."""


class NotifyFile(Section):
    """Who is told of which alerts."""

    timezone: TimeZone | None = None
    """Of the times of digests; by default the catalog's."""
    receivers: Receivers
    """By name: how to reach people."""
    route: Route
    inhibit: tuple[Inhibition, ...] = ()
    hours: dict[Name, CalendarSection] = Field(default_factory=dict)
    """By name: when people may be disturbed. `business` are the catalog's working hours."""


def load_notify(text: str | bytes, file: str) -> NotifyFile:
    """Return a delivery file's content. Raises `Faults` with every mistake in it."""
    with reading(text, file) as document:
        found = check(NotifyFile, document)
        faults = [document.fault(path, message) for path, message in _faults(found)]
        if faults:
            raise Faults(faults)
        return found


def _faults(found: NotifyFile) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong between fields that are each right by themselves."""
    if BUSINESS in found.hours:
        yield ("hours", BUSINESS), f"{BUSINESS} are the catalog's working hours; choose another name"
    names: dict[str, Path] = {ROOT: ("route",)}
    for path, name, route in walk(found.route):
        if name in names and names[name] != path:
            yield path, f"there are two routes called {name!r}; choose another name"
        names.setdefault(name, path)
        yield from _route_faults(found, path, route)
    if found.route.match:
        yield ("route", "match"), "the outermost route takes everything: match belongs into one of its routes"
    if found.route.goes_on:
        yield ("route", "continue"), "nothing comes after the outermost route"


def _route_faults(found: NotifyFile, path: Path, route: Route) -> Iterator[tuple[Path, str]]:
    lists: Mapping[str, tuple[str, ...] | None] = {
        "receivers": route.receivers,
        "escalate_to": route.escalate_to,
    }
    for field, receivers in lists.items():
        for place, receiver in enumerate(receivers or ()):
            if receiver not in found.receivers:
                yield (*path, field, place), unknown("receiver", receiver, found.receivers)
    if route.only_in not in (None, "always", BUSINESS) and route.only_in not in found.hours:
        yield (*path, "only_in"), unknown("hours", route.only_in, [*found.hours, BUSINESS, "always"])


def walk(root: Route) -> Iterator[tuple[Path, str, Route]]:
    """Yield every route with its path in the file and its name, each before those that stand in it."""
    waiting: list[tuple[Path, str, Route]] = [(("route",), ROOT, root)]
    while waiting:
        path, name, route = waiting.pop()
        yield path, name, route
        waiting += reversed([((*path, "routes", inner), inner, one) for inner, one in route.routes.items()])
