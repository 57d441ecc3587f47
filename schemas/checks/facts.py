"""Facts that formulas name: known, and of the kind that the formula needs."""

from collections.abc import Iterator

from schemas.catalogs.formula import Churn, Conversion, Distinct, Measure, Selection, Share
from schemas.catalogs.kpi import Kpi
from schemas.checks.context import Context
from schemas.event import EVENT_TYPES
from schemas.event_fields import entity_fields, has_account
from schemas.events.directory import CALENDAR_WINDOWS
from schemas.fact import FactKind
from schemas.files.fault import Path, PathMessage, unknown
from schemas.files.section import readable

_GAUGES = {"gauge", "gauge_sum", "oldest"}


def fact_faults(name: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    """Yield each fact that is unknown, or that the formula can't use."""
    path = ("kpis", name, kpi.formula)
    body = kpi.body
    if isinstance(body, Churn):
        yield from _churn_faults(path, body, context)
    elif isinstance(body, Conversion) and body.entity is not None:
        yield from entity_faults(path, body.entity, {"base": body.base, "reached": body.reached})
    else:
        seen: set[str] = set()
        for field, kind in _named(kpi):
            yield from readable(_one_fault((*path, *field), kind, kpi, context))
            if kind in seen:
                yield (*path, *field), f"the fact {kind!r} stands here twice"
            seen.add(kind)


def _named(kpi: Kpi) -> Iterator[tuple[Path, str]]:
    """Yield each kind of fact that a formula names, and where below the formula it does."""
    given = getattr(kpi, kpi.formula)
    match kpi.body:
        case Selection() | Distinct() as body:
            short = isinstance(given, str | tuple)
            field: Path = () if short else ("accounts",) if isinstance(body, Distinct) else ("of",)
            plural = isinstance(given if short else getattr(given, str(field[0])), tuple)
            for index, kind in enumerate(body.kinds):
                yield (*field, index) if plural else field, kind
        case Measure(of=kind) | Share(of=kind):
            yield () if isinstance(given, str) else ("of",), kind
        case Conversion(base=base, reached=reached):
            yield ("base",), base
            yield ("reached",), reached


def _one_fault(path: Path, kind: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    fact = context.facts.get(kind)
    if fact is None or "." in kind:
        if context.may_be_fact(kind) and "." not in kind:
            return
        yield path, unknown("fact", kind, context.nameable_facts)
        return
    wrong = _misfit(kind, fact, kpi, context)
    if wrong is not None:
        yield path, wrong


def _misfit(kind: str, fact: FactKind, kpi: Kpi, context: Context) -> str | None:
    formula, body = kpi.formula, kpi.body
    if fact.gauge and formula not in _GAUGES | {"mean"}:
        return f"the fact {kind!r} is a gauge: only gauge, gauge_sum, oldest and mean may name it"
    if not fact.gauge and formula in _GAUGES:
        return f"the fact {kind!r} is no gauge"
    if isinstance(body, Measure) and fact.value is None:
        return f"the fact {kind!r} has no value, it can only be counted"
    timed = formula == "percentile" or (isinstance(body, Share) and body.at_most_s is not None)
    if timed and fact.value != "duration":
        return f"the value of the fact {kind!r} is no duration"
    if isinstance(body, Measure | Share) and body.business:
        if fact.value != "duration" or fact.optional_value or fact.now_only:
            return f"business: the value of the fact {kind!r} is no time between two events"
        if kind in context.catalog.spans and context.catalog.spans[kind].business:
            return f"business: the span {kind!r} counts working time already"
    return None


def _churn_faults(path: Path, churn: Churn, context: Context) -> Iterator[PathMessage]:
    fact = context.facts.get(churn.active)
    if fact is None:
        gauges = [kind for kind, known in context.facts.items() if known.gauge]
        yield (*path, "active"), unknown("fact", churn.active, gauges)
    elif not fact.gauge:
        yield (*path, "active"), f"the fact {churn.active!r} is no gauge"
    elif fact.now_only:
        said = "is known as of now only, not at the start of a period"
        yield (*path, "active"), f"the fact {churn.active!r} {said}"
    if any(f"{churn.left}_{window}" not in context.facts for window in CALENDAR_WINDOWS):
        endings = tuple(f"_{window}" for window in CALENDAR_WINDOWS)
        stems = {kind.rpartition("_")[0] for kind in context.nameable_facts if kind.endswith(endings)}
        yield (*path, "left"), unknown("fact of each period", churn.left, stems)


def entity_faults(path: Path, entity: str, types: dict[str, str]) -> Iterator[PathMessage]:
    """Yield each type of event that is unknown, and a field that they can't belong together by."""
    strange = [field for field, type_ in types.items() if type_ not in EVENT_TYPES]
    for field in strange:
        yield (*path, field), unknown("type of event", types[field], EVENT_TYPES)
    alone = [field for field, type_ in types.items() if type_ in EVENT_TYPES and not has_account(type_)]
    for field in alone:
        yield (*path, field), f"{types[field]} has no account, and only what shares one can belong together"
    if not strange and not alone:
        shared = entity_fields(*types.values())
        if entity not in shared:
            yield (*path, "entity"), unknown(f"field of both {' and '.join(types.values())}", entity, shared)
