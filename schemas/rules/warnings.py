"""What is no mistake in a file of rules, but hardly meant: limits of shares in percent, stages that no pipeline has."""

from collections.abc import Iterator, Mapping

from schemas.catalogs.grammar import Catalog
from schemas.files.document import Fault, parse, unknown
from schemas.rules.absence import AbsenceRule
from schemas.rules.grammar import Rule

_PARTS_OF_A_WHOLE = frozenset({"share", "conversion", "churn", "attainment_share"})
"""Formulas whose values lie from 0 to 1."""
_RATIO_MAX = 10.0
"""Of other shares a limit may lie over 1, such as 150 % of a target; hardly over ten times the whole."""

Path = tuple[str, ...]


def rule_warnings(
    text: str, file: str, rules: Mapping[str, Rule], absences: Mapping[str, AbsenceRule], catalog: Catalog
) -> tuple[Fault, ...]:
    """Return what is odd about the rules of a good file, as it was read with this catalog."""
    document = parse(text, file)
    own = {name for section in ("rules", "absences") for name in document.data.get(section) or ()}
    found = [
        *((path, said) for name, rule in rules.items() for path, said in _odd_limits(name, rule, catalog)),
        *((path, said) for name, rule in absences.items() for path, said in _odd_stages(name, rule, catalog)),
    ]
    return tuple(document.fault(path, said) for path, said in dict.fromkeys(found) if path[1] in own)


def _odd_limits(name: str, rule: Rule, catalog: Catalog) -> Iterator[tuple[Path, str]]:
    """Yield limits in percent about a KPI whose values are shares."""
    kpi = catalog.kpis.get(rule.kpi)
    if kpi is None or kpi.unit != "ratio":
        return
    most = 1.0 if kpi.formula in _PARTS_OF_A_WHOLE else _RATIO_MAX
    for leaf in (leaf for level in rule.levels for leaf in level.condition.leaves if leaf.of is None):
        for limit in (leaf.above, leaf.below, leaf.recover, leaf.reached):
            if limit is not None and limit > most:
                meant = f"{limit:g} % is written {limit / 100:g}"
                said = f"{rule.kpi} is a share, of which {limit:g} is {limit * 100:,.0f} %; {meant}"
                yield ("rules", name), said


def _odd_stages(name: str, rule: AbsenceRule, catalog: Catalog) -> Iterator[tuple[Path, str]]:
    """Yield stages that deals may have all the same, but that the catalog doesn't know."""
    known = {stage for pipeline in catalog.pipelines.values() for stage in pipeline.stages}
    stages = rule.where.stage or ()
    for stage in (stages,) if isinstance(stages, str) else stages:
        if known and stage not in known:
            yield ("absences", name, "where", "stage"), unknown("stage of the pipelines", stage, known)
