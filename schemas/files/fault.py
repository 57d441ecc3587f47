"""A mistake in a file that a person wrote: where it is and what to do about it."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

Path = tuple[str | int, ...]
PathMessage = tuple[Path, str]
"""Where a mistake stands in a file, and a sentence."""
KNOWN_MAX = 40
"""So many names are listed where none comes near: no section has more fields."""

SLIP = 0.85
"""Names so like one another differ by a slip."""

SHORT_CHARS_MIN = 3
"""So much of a name, such as `Mon`, says which is meant."""


class Fault(NamedTuple):
    """One mistake. Its text is `file:line: field: message`; `field` is empty when it concerns the file.

    A file that can't be read has no lines: 0, which is not told.
    """

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return place + (f"{self.field}: {self.message}" if self.field else self.message)


class Faults(Exception):  # noqa: N818 - it is a list of them
    """All the mistakes of one or more files at once, in the order of their lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Gathering:
    """Collects the faults of several reads, to be told together.

    gathering = Gathering()
    with gathering:
        rules = read_rules(path)
    with gathering:
        boards = read_boards(other)
    gathering.tell()    # Faults: those of both
    """

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """`faults` are known already."""
        self._found = [*faults]

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: object) -> bool:
        if isinstance(error, Faults):
            self._found += error.faults
        return isinstance(error, Faults)

    def tell(self, beside: Iterable[Fault] = ()) -> None:
        """Raise all of them, as `Faults`, if there are any; with those of files that are read all the same."""
        if self._found:
            raise Faults([*self._found, *beside])


class FieldFaults(ValueError):  # noqa: N818 - as above
    """What a model's own check finds: paths from the model to its fields, and what is wrong there.

    A plain ValueError is a mistake of the whole model, and the only one.
    """

    def __init__(self, *faults: tuple[tuple[str | int, ...], str]) -> None:
        self.faults = faults
        super().__init__("; ".join(message for _, message in faults))


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `name` was most likely meant to be, or None when none comes near."""
    known = [*candidates]
    found = get_close_matches(name, known, n=1, cutoff=0.6)
    if not found and len(name) >= SHORT_CHARS_MIN:
        found = [one for one in known if one.startswith(name.lower())]
    return found[0] if found else None


def nearly(name: str, candidates: Iterable[str]) -> bool:
    """Say whether a name is one of these but for a slip, such as a missing `s`."""
    return bool(get_close_matches(name, [*candidates], n=1, cutoff=SLIP))


def unknown(what: str, name: str, candidates: Iterable[str]) -> str:
    """Say that `name` is no known `what`, with the nearest known name or the choice there is."""
    known = sorted({*candidates})
    near = nearest(name, known)
    if near is not None:
        return f"unknown {what} {name!r}, did you mean {near!r}?"
    return f"unknown {what} {name!r}" + (
        f"; known: {', '.join(known)}" if 0 < len(known) <= KNOWN_MAX else ""
    )
