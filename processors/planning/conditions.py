"""The catalog's filters as predicates over an event's own data, and the marks of those that it passes.

A field that the event does not carry equals nothing and lies under no limit; only `not` and
`present: false` let it pass.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter

from schemas.catalogs.condition import Limits, Scalar, Test, Where
from schemas.event import EVENT_TYPES, Event
from schemas.events.fields import EventData

Predicate = Callable[[EventData], bool]


def predicate(where: Where, data: type[EventData]) -> Predicate:
    """Return what says whether an event with such data passes; a field that the type lacks is absent."""
    tests = [_test(name, test, data) for name, test in where.tests.items()]
    if where.any_:
        tests.append(_any([predicate(branch, data) for branch in where.any_]))
    if where.all_:
        tests += [predicate(branch, data) for branch in where.all_]
    if where.not_:
        tests.append(_not(predicate(where.not_, data)))
    return _all(tests)


def marks(filters: Mapping[str, Iterable[Where]]) -> Callable[[Event], str]:
    """Return what gives an event the ids, joined by commas, of those filters of its type that it passes.

    `filters` are the catalog's, by type of event; ids stand in their alphabetical order, each once.
    """
    by_type: dict[str, list[tuple[str, Predicate]]] = {}
    for name, wheres in filters.items():
        unique = {where.id: where for where in wheres}
        tests = [(id_, predicate(unique[id_], EVENT_TYPES[name])) for id_ in sorted(unique)]
        if tests:
            by_type[name] = tests
    if not by_type:
        return lambda event: ""

    def of(event: Event) -> str:
        tests = by_type.get(event.type)
        if tests is None:
            return ""
        data = event.data
        if len(tests) == 1:
            ((id_, passes),) = tests
            return id_ if passes(data) else ""
        return ",".join([id_ for id_, passes in tests if passes(data)])

    return of


def _test(name: str, test: Test, data: type[EventData]) -> Predicate:
    if name not in data.__struct_fields__:
        absent = isinstance(test, Limits) and test.present is False
        return lambda event: absent
    get = attrgetter(name)
    if isinstance(test, Limits):
        if test.present is not None:
            return (
                (lambda event: get(event) is not None) if test.present else (lambda event: get(event) is None)
            )
        return _within(get, test)
    if isinstance(test, tuple):
        values: frozenset[Scalar] = frozenset(test)
        return lambda event: get(event) in values
    return lambda event: get(event) == test


def _within(get: Callable[[EventData], float | None], limits: Limits) -> Predicate:
    checks = [_LIMITS[name](limit) for name, limit in limits.numbers.items()]
    if len(checks) == 1:
        (check,) = checks
        return lambda event: (value := get(event)) is not None and check(value)
    return lambda event: (value := get(event)) is not None and all(check(value) for check in checks)


_LIMITS: dict[str, Callable[[float], Callable[[float], bool]]] = {
    "at_least": lambda limit: lambda value: value >= limit,
    "at_most": lambda limit: lambda value: value <= limit,
    "above": lambda limit: lambda value: value > limit,
    "below": lambda limit: lambda value: value < limit,
}


def _all(tests: list[Predicate]) -> Predicate:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda event: first(event) and second(event)
    return lambda event: all(test(event) for test in tests)


def _any(tests: list[Predicate]) -> Predicate:
    return lambda event: any(test(event) for test in tests)


def _not(test: Predicate) -> Predicate:
    return lambda event: not test(event)
