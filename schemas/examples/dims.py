"""Whom an example may ask for: the groups in which its KPIs are kept, and its rules judge.

Where nothing is expected (`absent: true`) a group that can't be would hold for ever.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from schemas.catalogs.kpi_groups import Groups, Signature, words
from schemas.files.fault import unknown
from schemas.rules.grammar import Rule

ABSENCE_GROUPS: tuple[Signature, ...] = (("team",), ("rep", "team"))
"""Of whom an absence rule says that something waits: who has it, if anybody, and the team."""


def judged_groups(rules: Mapping[str, Rule], absences: Iterable[str]) -> Groups:
    """Return the groups that there may be alerts of, by rule."""
    return {
        **{name: (rule.dimensions,) for name, rule in rules.items()},
        **dict.fromkeys(absences, ABSENCE_GROUPS),
    }


def dims_faults(
    path: tuple[str | int, ...], name: str, dims: Any, groups: Collection[Signature]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong with the `dims` asked of `name`, as far as they are any."""
    if not isinstance(dims, dict):
        return
    known = {one for group in groups for one in group}
    strange = [one for one in dims if one not in known]
    for one in strange:
        yield (*path, "dims", one), unknown(f"dimension of {name}", str(one), known)
    asked = tuple(sorted(dims))
    if not strange and asked not in groups:
        there = ", ".join(words(group) for group in groups)
        yield (*path, "dims"), f"{name} has no records by {words(asked)}; it has by {there}"
