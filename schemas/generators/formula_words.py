"""Formulas and conditions in words, for people who read docs/kpis.md."""

from collections.abc import Iterable

from schemas.catalogs.condition import Limits, Scalar, Test, Where
from schemas.catalogs.formula import (
    Churn,
    Conversion,
    Distinct,
    Growth,
    Measure,
    Percentile,
    Predicted,
    Ratio,
    Selection,
    Share,
)
from schemas.catalogs.kpi import Arithmetic, Attainment, Kpi
from schemas.duration import DAY_US, HOUR_US, MINUTE_US

_LIMITS = {"at_least": "≥", "at_most": "≤", "above": ">", "below": "<"}


def formula(kpi: Kpi) -> str:
    """Return a KPI's formula in words."""
    text = _formula(kpi)
    for dimension, other in kpi.instead.items():
        text += f"; by `{dimension}` the value of `{other}`"
    return text


def _formula(kpi: Kpi) -> str:
    match kpi.body:
        case Percentile(of=kind, q=q) as body:
            return (
                f"the value that {q * 100:g} % of {_facts((kind,), body.where)} do not exceed{_working(body)}"
            )
        case Measure(of=kind) as body:
            facts = _facts((kind,), body.where)
            summed = f"sum of {facts}{' that hold now' if kpi.formula == 'gauge_sum' else ''}"
            return f"{summed}{_working(body)}" + (
                " ÷ count of those with a value" if kpi.formula == "mean" else ""
            )
        case Share(of=kind, among=among, at_most_s=limit, where=where) as body:
            what = f"of at most {limit:g} s{_working(body)}" if where is None else f"where {condition(where)}"
            return f"share of {_facts((kind,), among)} {what}"
        case Selection(kinds=kinds, where=where):
            return _selection(kpi.formula, _facts(kinds, where))
        case Distinct(kinds=kinds, where=where):
            return f"distinct accounts of {_facts(kinds, where)}"
        case Ratio(numerators=above, denominators=below, scale=scale):
            return f"{_sum(above)} ÷ {_sum(below)}" + (f" × {scale:g}" if scale != 1 else "")
        case Arithmetic(expression=expression):
            return f"`{expression.text}`"
        case Growth(of=part, same_elapsed=same):
            before = "the same elapsed part of the period before" if same else "the period before"
            return f"`{part}` of the period ÷ that of {before} − 1"
        case Conversion() as body:
            return _conversion(body)
        case Churn(active=active, left=left, complement=complement):
            share = f"count of `{left}` in the period ÷ count of `{active}` at its start"
            return f"1 − {share}" if complement else share
        case Attainment(of=part):
            if kpi.formula == "attainment":
                return f"`{part}` ÷ its target for the period"
            return f"reps whose `{part}` has reached its target ÷ reps with a target on it"
        case Predicted(horizon_d=days):
            return (
                f"purchases of the account expected in the next {days} days (BG/NBD) × what it is expected to spend "
                "each time (Gamma-Gamma), not discounted; of a segment and the company, the mean over accounts"
            )
    raise AssertionError(kpi.formula)


def _selection(formula: str, facts: str) -> str:
    match formula:
        case "gauge":
            return f"count of {facts} that hold now"
        case "oldest":
            return f"age of the oldest of {facts} that holds now"
    return f"count of {facts}"


def _conversion(body: Conversion) -> str:
    if body.entity is None:
        return f"count of `{body.reached}` ÷ count of `{body.base}`"
    within = "" if body.within_us is None else f" within {_span(body.within_us)}"
    return f"of each `{body.entity}`'s first `{body.base}`, the share that a `{body.reached}` follows{within}"


def _span(us: int) -> str:
    for unit, name in ((DAY_US, "day"), (HOUR_US, "hour"), (MINUTE_US, "minute")):
        if us % unit == 0 and us:
            return f"{us // unit} {name}{'' if us == unit else 's'}"
    return f"{us / 1_000_000:g} seconds"


def sample(kpi: Kpi) -> str:
    """Return what a KPI's `n` is, in words."""
    match kpi.body:
        case Ratio(denominators=below):
            return f"that of {_sum(below)}"
        case Arithmetic(n=n):
            return f"that of `{n}`"
        case Growth(of=part):
            return f"that of `{part}` in the period before"
        case Attainment(of=part):
            return f"that of `{part}`" if kpi.formula == "attainment" else "the reps with a target"
        case Conversion(base=base):
            return f"count of `{base}`"
        case Churn(active=active):
            return f"count of `{active}` at the start"
        case Measure(of=kind) if kpi.formula in ("mean", "percentile"):
            return f"`{kind}` with a value"
        case Measure(of=kind) | Share(of=kind):
            return f"count of `{kind}`"
        case Selection(kinds=kinds) if kpi.formula == "oldest":
            return f"count of {_sum(kinds)}"
        case Predicted():
            return "of an account its repeat purchases, else accounts"
    return "the value"


def condition(where: Where) -> str:
    """Return a condition in words."""
    parts = [_test(name, test) for name, test in where.tests.items()]
    if where.any_:
        parts.append("(" + " or ".join(map(condition, where.any_)) + ")")
    parts += [condition(branch) for branch in where.all_ or ()]
    if where.not_:
        parts.append(f"not ({condition(where.not_)})")
    return " and ".join(parts)


def _test(name: str, test: Test) -> str:
    if isinstance(test, Limits):
        if test.present is not None:
            return f"`{name}` is {'there' if test.present else 'not there'}"
        return " and ".join(f"`{name}` {_LIMITS[word]} {value:g}" for word, value in test.numbers.items())
    if isinstance(test, tuple):
        return f"`{name}` is one of {', '.join(map(_scalar, test))}"
    return f"`{name}` is {_scalar(test)}"


def _scalar(value: Scalar) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _facts(kinds: Iterable[str], where: Where | None) -> str:
    facts = " + ".join(f"`{kind}`" for kind in kinds)
    return facts if where is None else f"{facts} where {condition(where)}"


def _sum(names: tuple[str, ...]) -> str:
    text = " + ".join(f"`{name}`" for name in names)
    return f"({text})" if len(names) > 1 else text


def _working(body: Measure | Share) -> str:
    return " in working time" if body.business else ""
