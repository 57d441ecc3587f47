"""Of whom a rule is: the groups that its KPI is kept in. About others it would be silent for ever."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from schemas.catalogs.kpi_groups import Groups, Signature, words
from schemas.files.fault import PathMessage
from schemas.rules.grammar import Dimension, Rule

_DIMENSIONS = frozenset(get_args(Dimension))


def whose_faults(rules: Mapping[str, Any], groups: Groups) -> Iterator[PathMessage]:
    """Yield whose alerts can't be in rules not checked yet, as far as they name a KPI and dimensions at all."""
    for name, rule in rules.items():
        kpi = rule.get("kpi") if isinstance(rule, dict) else None
        if not isinstance(kpi, str) or kpi not in groups:
            continue
        asked = _signature(rule.get("for_each", "company"))
        if asked is not None and asked not in groups[kpi]:
            there = ", ".join(words(group) for group in groups[kpi])
            yield ("rules", name, "for_each"), f"{kpi} is not kept by {words(asked)}; it is by {there}"


def is_kept(rule: Rule, groups: Groups) -> bool:
    """Say whether a rule's KPI is kept in the groups that it is about."""
    return rule.dimensions in groups.get(rule.kpi, ())


def _signature(for_each: Any) -> Signature | None:
    if for_each == "company":
        return ()
    names = [for_each] if isinstance(for_each, str) else for_each
    if not isinstance(names, list) or not all(isinstance(one, str) and one in _DIMENSIONS for one in names):
        return None  # said where the grammar is checked
    return tuple(sorted({*names}))
