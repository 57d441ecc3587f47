"""`where`: fields that the completing events have, and values that these can have."""

from collections.abc import Iterator

from schemas.catalogs.condition import Limits, Scalar, Test, Where
from schemas.catalogs.kpi import Kpi
from schemas.checks.context import Context
from schemas.event import EVENT_TYPES
from schemas.event_fields import FieldKind, fields_of
from schemas.files.fault import Path, PathMessage, unknown


def condition_faults(name: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    """Yield each field that is unknown, and each value that it can't have; and ids that stand for two conditions."""
    for path, where in conditions(kpi):
        place = ("kpis", name, kpi.formula, *path)
        for kind in (kind for kind in kpi.facts if kind in context.facts):
            types = context.facts[kind].completed_by
            if not types:
                yield place, f"no event completes the fact {kind!r}, so it has no fields"
            elif all(type_ in EVENT_TYPES for type_ in types):  # of a span's unknown type its section speaks
                yield from _where_faults(place, where, fields_of(types), types)
        if context.condition_texts.setdefault(where.id, where.canonical) != where.canonical:
            # One chance in four thousand million; a silent mix-up would be worse than a refusal.
            yield place, "by chance two conditions have the same id; say one in another way"


def conditions(kpi: Kpi) -> Iterator[tuple[Path, Where]]:
    """Yield the conditions of a KPI's formula, with the field below the formula where each stands."""
    body = kpi.body
    for field in ("where", "among"):
        where = getattr(body, field, None)
        if where is not None:
            yield (field,), where


def _where_faults(
    path: Path, where: Where, fields: dict[str, FieldKind], types: tuple[str, ...]
) -> Iterator[PathMessage]:
    for name, test in where.tests.items():
        if name not in fields:
            yield (*path, name), unknown(f"field of {' or '.join(types)}", name, fields)
        else:
            yield from _test_faults((*path, name), name, test, fields[name])
    for word, branches in (("any", where.any_), ("all", where.all_)):
        for index, branch in enumerate(branches or ()):
            yield from _where_faults((*path, word, index), branch, fields, types)
    if where.not_:
        yield from _where_faults((*path, "not"), where.not_, fields, types)


def _test_faults(path: Path, name: str, test: Test, kind: FieldKind) -> Iterator[PathMessage]:
    if isinstance(test, Limits):
        for word in test.numbers if kind.word != "number" else ():
            yield (*path, word), f"{name} is {kind} and has no order"
    elif isinstance(test, tuple):
        for index, value in enumerate(test):
            yield from _value_faults((*path, index), value, kind)
    else:
        yield from _value_faults(path, test, kind)


def _value_faults(path: Path, value: Scalar, kind: FieldKind) -> Iterator[PathMessage]:
    wrong = kind.misfit(value)
    if wrong is not None:
        yield path, wrong
