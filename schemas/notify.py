"""The grammar of the delivery file: receivers, routes, which alerts keep others quiet, and hours.

    receivers: {sales: {…}}                       # schemas/delivery/receiver.py
    route: {receivers: [sales], routes: {…}}      # schemas/delivery/route.py

`load_notify` reads a file and finds every mistake in it. docs/notify.md explains the fields to users.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from schemas.catalogs.calendar_section import CalendarSection, TimeZone
from schemas.delivery.receiver import Receivers
from schemas.delivery.route import MatcherName, Matchers, Name, Route
from schemas.files.document import Section, reading, unknown
from schemas.files.fault import Path, PathMessage

ROOT = "default"
"""The name of the route that everything else stands in."""
BUSINESS = "business"
"""The name of the hours that the catalog's calendar has."""

Fields = Mapping[str, Any]


class Inhibition(Section):
    """While an alert that matches `source` is open, those that match `target` are not told."""

    source: Annotated[Matchers, Field(min_length=1)]
    """What the alert has that says it all."""
    target: Annotated[Matchers, Field(min_length=1)]
    """What the alerts have that are not told meanwhile."""
    equal: tuple[MatcherName, ...] = ()
    """Only where both have the same under these names."""


class NotifyFile(Section):
    """Who is told of which alerts."""

    timezone: TimeZone | None = None
    """Of the times of digests; by default the catalog's."""
    receivers: Receivers
    """By name: how to reach people."""
    route: Route
    """Who is told of what no inner route takes, and the inner ones."""
    inhibit: tuple[Inhibition, ...] = ()
    """Which alerts keep others quiet."""
    hours: dict[Name, CalendarSection] = Field(default_factory=dict)
    """By name: when people may be disturbed. `business` are the catalog's working hours."""


def load_notify(text: str | bytes, file: str) -> NotifyFile:
    """Return a delivery file's content. Raises `Faults` with every mistake in it."""
    with reading(text, file) as document:
        document.report(_name_faults(document.data))
        found = document.read(NotifyFile)
        document.report(_match_faults(found))
        document.report(_continue_faults(found))
        document.report(_digest_faults(found))
        return found


def _match_faults(file: NotifyFile) -> Iterator[PathMessage]:
    if file.route.match:
        yield ("route", "match"), "the outermost route takes everything: match belongs in one of its routes"


def _continue_faults(file: NotifyFile) -> Iterator[PathMessage]:
    if file.route.goes_on:
        yield ("route", "continue"), "nothing comes after the outermost route"


def _digest_faults(file: NotifyFile) -> Iterator[PathMessage]:
    """Yield the digests that a receiver will refuse, each day anew; a route has what it does not say from around it."""
    pagers = {name for name, one in file.receivers.items() if one.if_read("type", None) == "pagerduty"}
    outer: dict[Path, tuple[Any, tuple[str, ...]]] = {(): (None, ())}
    for path, _, route in walk(file.route):
        digest, receivers = outer[path[:-2]]
        own_digest, own_receivers = route.if_read("digest", "none"), route.if_read("receivers", ())
        digest = digest if own_digest is None else own_digest
        receivers = receivers if own_receivers is None else own_receivers
        outer[path] = digest, receivers
        for name in receivers if digest not in (None, "none") else ():
            if name in pagers:
                field, given = (
                    ("digest", own_digest) if own_receivers is None else ("receivers", own_receivers)
                )
                place = path if given is None else (*path, field)
                yield place, f"{name}: PagerDuty takes no digests"


def _name_faults(data: Fields) -> Iterator[PathMessage]:
    """Yield what is wrong with names in a file not checked yet, so that they are told beside what the grammar finds."""
    receivers, hours = _names(data.get("receivers")), _names(data.get("hours"))
    # Of names of what can't be read at all nothing is known.
    has_receivers, has_hours = (
        isinstance(data.get("receivers"), dict),
        isinstance(data.get("hours", {}), dict),
    )
    if BUSINESS in hours:
        yield ("hours", BUSINESS), f"{BUSINESS} are the catalog's working hours; choose another name"
    names: set[str] = set()
    for path, name, route in _raw_routes(data.get("route")):
        if name in names:
            yield path, f"there are two routes called {name!r}; choose another name"
        names.add(name)
        for field in ("receivers", "escalate_to"):
            listed = route.get(field)
            for place, receiver in enumerate(listed if has_receivers and isinstance(listed, list) else ()):
                if isinstance(receiver, str) and receiver not in receivers:
                    yield (*path, field, place), unknown("receiver", receiver, receivers)
        only_in, known = route.get("only_in"), {*hours, BUSINESS, "always"}
        if has_hours and isinstance(only_in, str) and only_in not in known:
            yield (*path, "only_in"), unknown("hours", only_in, known)


def _names(section: Any) -> set[str]:
    return {name for name in section if isinstance(name, str)} if isinstance(section, dict) else set()


def _raw_routes(root: Any) -> Iterator[tuple[Path, str, Fields]]:
    """Yield every route that has fields, as `walk` does."""
    waiting: list[tuple[Path, str, Any]] = [(("route",), ROOT, root)]
    while waiting:
        path, name, route = waiting.pop()
        if isinstance(route, dict):
            yield path, name, route
            inner = route.get("routes")
            there = inner.items() if isinstance(inner, dict) else ()
            waiting += reversed([((*path, "routes", key), key, one) for key, one in there])


def walk(root: Route) -> Iterator[tuple[Path, str, Route]]:
    """Yield every route with its path in the file and its name, each before those that stand in it."""
    waiting: list[tuple[Path, str, Route]] = [(("route",), ROOT, root)]
    while waiting:
        path, name, route = waiting.pop()
        yield path, name, route
        inner = route.if_read("routes", {})
        waiting += reversed([((*path, "routes", key), key, one) for key, one in inner.items()])
