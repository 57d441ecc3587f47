"""The catalog, rules, boards and the other files that a command works with: a file's, or the standard ones."""

from pathlib import Path
from typing import NamedTuple

from schemas.board import Board, load_boards
from schemas.catalog import Catalog, Draft, draft_catalog, load_catalog
from schemas.files.document import Fault, Faults
from schemas.files.fault import Gathering
from schemas.notify import NotifyFile, load_notify
from schemas.rule import Rule, load_both_rules, load_rules
from schemas.rules.absence import AbsenceRule, load_absences
from schemas.token import Token, load_tokens
from streams.sources.xes_mapping import XesMapping, parse_xes_mapping


def read_catalog(path: Path | str | None) -> Catalog:
    """Return the catalog in a file; the standard one where there is no path. Raises `Faults`."""
    return load_catalog() if path is None else load_catalog(read_text(path), str(path))


def read_rules(path: Path | str | None, catalog: Catalog) -> dict[str, Rule]:
    """Return the rules in a file, checked against the catalog; the standard ones where there is no path.

    Raises `Faults`.
    """
    return load_rules(catalog) if path is None else load_rules(catalog, read_text(path), str(path))


class Configured(NamedTuple):
    """A catalog and the rules that go with it."""

    catalog: Catalog
    rules: dict[str, Rule]
    absences: dict[str, AbsenceRule]


def read_with_rules(catalog: Path | str | None, rules: Path | str | None) -> Configured:
    """Return what is in both files. Raises `Faults`: of both, if the catalog can be read in part."""
    draft = _draft(catalog)
    gathering = Gathering(draft.faults)
    with gathering:
        if draft.catalog is None:
            read_absences(rules)  # the others are about a catalog
        else:
            found = read_both_rules(rules, draft.catalog)
    gathering.tell()
    assert draft.catalog is not None
    return Configured(draft.catalog, *found)


def read_both_rules(
    path: Path | str | None, catalog: Catalog
) -> tuple[dict[str, Rule], dict[str, AbsenceRule]]:
    """Return the rules about KPIs and about absences in a file, or the standard ones. Raises `Faults`: of both."""
    return load_both_rules(catalog) if path is None else load_both_rules(catalog, read_text(path), str(path))


def read_with_boards(
    catalog: Path | str | None, boards: Path | str | None
) -> tuple[Catalog, dict[str, Board]]:
    """Return what is in both files. Raises `Faults`, likewise."""
    draft = _draft(catalog)
    gathering = Gathering(draft.faults)
    if draft.catalog is not None:
        with gathering:
            found = read_boards(boards, draft.catalog)
    gathering.tell()
    assert draft.catalog is not None
    return draft.catalog, found


def _draft(path: Path | str | None) -> Draft:
    if path is None:
        return Draft(load_catalog(), ())
    try:
        return draft_catalog(read_text(path), str(path))
    except Faults as wrong:  # there is no such file, for instance
        return Draft(None, wrong.faults)


def rule_labels(rules: Path | str | None, catalog: Path | str | None) -> frozenset[str] | None:
    """Return the names of all labels in a file of rules; None where that or the catalog has mistakes.

    It is asked for a warning only: that somebody can silence must not hang on it.
    """
    try:
        known = read_catalog(catalog)
        found: list[Rule | AbsenceRule] = [*read_rules(rules, known).values(), *read_absences(rules).values()]
    except Faults:
        return None
    return frozenset(label for rule in found for label in rule.labels)


def read_notify(path: Path | str) -> NotifyFile:
    """Return what a file says of delivery. Raises `Faults`."""
    return load_notify(read_text(path), str(path))


def read_absences(path: Path | str | None) -> dict[str, AbsenceRule]:
    """Return the absence rules in a file of rules; the standard ones where there is no path. Raises `Faults`."""
    return load_absences() if path is None else load_absences(read_text(path), str(path))


def read_boards(path: Path | str | None, catalog: Catalog) -> dict[str, Board]:
    """Return the boards in a file, checked against the catalog; the standard ones where there is no path.

    Raises `Faults`.
    """
    return load_boards(catalog) if path is None else load_boards(catalog, read_text(path), str(path))


def read_tokens(path: Path | str) -> dict[str, Token]:
    """Return the tokens in a file, by name. Raises `Faults`."""
    return load_tokens(read_text(path), str(path))


def read_mapping(path: Path | str | None) -> XesMapping | None:
    """Return what a file says that an XES log becomes; None where there is no path. Raises `Faults`."""
    return None if path is None else parse_xes_mapping(read_text(path), str(path))


def read_text(path: Path | str) -> str:
    """Return the text of a file that a person wrote. Raises `Faults`."""
    try:
        return Path(path).read_text("utf-8")
    except OSError as error:
        raise Faults([Fault(str(path), 0, "", f"can't be read: {error.strerror or error}")]) from None
    except UnicodeDecodeError:
        raise Faults([Fault(str(path), 0, "", "can't be read: not UTF-8 text")]) from None
