"""What kind of file a person wrote, told by its sections: they say so themselves, names of files don't."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final, NamedTuple

from schemas.files.fault import nearest


class FileKind(StrEnum):
    """The kinds, as a sentence names them."""

    EXAMPLES = "a file of examples"
    MAPPING = "a mapping"
    RULES = "a file of rules"
    DELIVERY = "a delivery file"
    BOARDS = "a file of boards"
    TOKENS = "a file of tokens"
    CATALOG = "a catalog"


_TELLING: Final = {
    "examples": FileKind.EXAMPLES,
    "source": FileKind.MAPPING,
    "rules": FileKind.RULES,
    "absences": FileKind.RULES,
    "receivers": FileKind.DELIVERY,
    "boards": FileKind.BOARDS,
    "tokens": FileKind.TOKENS,
    "kpis": FileKind.CATALOG,
    "pipelines": FileKind.CATALOG,
    "targets": FileKind.CATALOG,
    "spans": FileKind.CATALOG,
    "calendar": FileKind.CATALOG,
    "rolling": FileKind.CATALOG,
    "extends": FileKind.CATALOG,
}
"""In the order in which they decide: examples name a catalog and rules, and both of these may extend standard ones;
the mapping of a log has rules of its own."""


class Told(NamedTuple):
    """A kind, and the section that tells it."""

    kind: FileKind
    section: str


def kind_of(sections: Collection[object]) -> Told | None:
    """Return what kind of file has these sections, or such as come near; None where none of them tells."""
    there = {*sections}
    told = (Told(kind, section) for section, kind in _TELLING.items() if section in there)
    near = ((nearest(name, _TELLING), name) for name in sections if isinstance(name, str))
    meant = (Told(_TELLING[section], name) for section, name in near if section is not None)
    return next(told, None) or next(meant, None)
