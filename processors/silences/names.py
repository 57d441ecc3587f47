"""Which names a silence's matchers may have to mean something: what alerts have of their own, dimensions, labels.

What no alert has matches none, whatever its pattern: such a silence holds nothing back, and nobody would notice.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from processors.silences.silencing import FIELDS
from schemas.fact import FACTS
from schemas.files.fault import unknown

DIMENSIONS: Final = frozenset({"team", "rep"} | {name for fact in FACTS.values() for name in fact.dimensions})
"""Of every record that a rule can be about; facts of a catalog's own have no others."""


def strange_names(matchers: Mapping[str, str], labels: Iterable[str] | None) -> list[str]:
    """Return a sentence on each name that no alert has.

    `labels` are those of the rules; where they are not known (None), any name may be one.
    """
    if labels is None:
        return []
    known = {*FIELDS, *DIMENSIONS, *labels}
    return [
        f"{unknown('name', name, known)}: no rule gives an alert that has it, so this silence holds nothing back"
        for name in matchers
        if name not in known
    ]
