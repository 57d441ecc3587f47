"""Units that values of such a formula can't be in: no mistakes, but people would read another number."""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.catalogs.formula import Measure, Ratio
from schemas.catalogs.kpi import Kpi
from schemas.checks.context import Context
from schemas.files.fault import PathMessage

_PLAIN = frozenset({"number", "index", "score"})
"""Units that say nothing of what a value is."""
_PERCENT = 100


class _Kind(NamedTuple):
    """What the values of a formula are, and the unit that says so."""

    says: str
    unit: str


_COUNT = _Kind("it counts", "count")
_SHARE = _Kind("its values are shares such as 0.5", "ratio")
_SECONDS = _Kind("its values are seconds", "seconds")
_MONEY = _Kind("its values are money", "currency")
_OF_FORMULA = {
    "count": _COUNT,
    "distinct": _COUNT,
    "gauge": _COUNT,
    "share": _SHARE,
    "conversion": _SHARE,
    "churn": _SHARE,
    "growth": _SHARE,
    "attainment": _SHARE,
    "attainment_share": _SHARE,
    "oldest": _SECONDS,
    "predicted": _MONEY,
}
_OF_VALUE = {"duration": _SECONDS, "money": _MONEY}


def odd_units(context: Context) -> Iterator[PathMessage]:
    """Yield each KPI whose unit is another than that of its values."""
    for name, kpi in context.catalog.kpis.items():
        wrong = None if kpi.private else _odd(kpi, context)
        if wrong is not None:
            yield ("kpis", name), wrong


def _odd(kpi: Kpi, context: Context) -> str | None:
    if isinstance(kpi.body, Ratio):
        return _odd_scale(kpi.unit, kpi.body, context)
    fact = context.facts.get(kpi.body.of) if isinstance(kpi.body, Measure) else None
    kind = _OF_FORMULA.get(kpi.formula) or _OF_VALUE.get((fact and fact.value) or "")
    if kind is None or kpi.unit in _PLAIN | {kind.unit}:
        return None
    shown = ", which is shown in percent" if kind is _SHARE and kpi.unit == "percent" else ""
    return f"the unit is {kpi.unit}, but {kind.says}; expected {kind.unit}{shown}"


def _odd_scale(unit: str, ratio: Ratio, context: Context) -> str | None:
    """Say whether a quotient of like by like is in percent and called a share, or the other way round."""
    kpis = context.catalog.kpis
    if len({kpis[part].unit for part in (*ratio.numerators, *ratio.denominators) if part in kpis}) > 1:
        return None
    if unit == "percent" and ratio.scale == 1:
        return (
            "the unit is percent, but 0.5 is a half; expected ratio, which is shown in percent, or scale: 100"
        )
    if unit == "ratio" and ratio.scale == _PERCENT:
        return "the unit is ratio, but 50 is a half; expected percent, or no scale"
    return None
