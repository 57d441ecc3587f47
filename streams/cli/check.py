"""`crm-pulse check`: every file that a person writes, read as the processes do; every mistake with its line."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, NamedTuple

import typer

from processors.silences.route_names import strange_routes
from schemas.board import load_boards
from schemas.catalog import STANDARD, Catalog, Checked, check_catalog, draft_catalog
from schemas.catalogs.size import size_lines
from schemas.files.document import Fault, Faults, parse, reading
from schemas.files.file_kind import FileKind, Told, kind_of
from schemas.files.section import is_whole
from schemas.notify import load_notify, walk
from schemas.rule import STANDARD as STANDARD_RULES
from schemas.rule import Rule, load_both_rules
from schemas.rules.absence import AbsenceRule
from schemas.rules.warnings import rule_warnings
from schemas.token import load_tokens
from streams.cli.failure import FAILED, WRONG_USE, CommandError
from streams.cli.units import counted
from streams.config_files import read_text
from streams.settings import load
from streams.sources.xes_mapping import parse_xes_mapping


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CATALOG]...",
            help="Catalogs, rules, delivery files, boards, tokens, mappings; default: the configured ones.",
        ),
    ] = None,
) -> None:
    """Check catalogs, rules, delivery files, boards, tokens and mappings; exit with 1 when there is a mistake.

    Rules and boards are checked against the first catalog named, or the configured one.
    """
    faults: list[str] = []
    if not files:
        settings = load()
        configured = (settings.catalog, settings.rules, settings.notify, settings.boards, settings.tokens)
        files = [path for path in configured if path is not None]
    texts, unread = _texts(files)
    by_kind: dict[FileKind, dict[Path, str]] = {kind: {} for kind in FileKind}
    for path, text in texts.items():
        kind, fault = _kind_of(text, str(path))
        by_kind[kind][path] = text
        faults += fault
    first, wrong = _check_catalogs(by_kind[FileKind.CATALOG])
    faults += wrong
    # One that can't be read may be the catalog that the others are about; examples and mappings are of no catalog here.
    alone = len(by_kind[FileKind.EXAMPLES]) + len(by_kind[FileKind.MAPPING])
    if not by_kind[FileKind.CATALOG] and not unread and (not files or len(files) > alone):
        first = _configured_catalog()
    if first is not None and is_whole(first) and not by_kind[FileKind.RULES]:
        standard = [name for rules in load_both_rules(first) for name in rules]
        typer.echo(f"{STANDARD_RULES}: {counted(len(standard), 'rule')}: good")
    faults += _check_others(by_kind, first)
    if faults or unread:
        told = [f"{counted(len(faults), 'mistake')}:", *faults] if faults else []
        raise CommandError("\n".join([*told, *unread]), WRONG_USE if unread else FAILED)


def _check_catalogs(texts: Mapping[Path, str]) -> tuple[Catalog | None, list[str]]:
    """Return the first, or what can be read of it, and the faults of all."""
    drafts = {path: draft_catalog(text, str(path)) for path, text in texts.items()}
    for path, draft in drafts.items():
        if draft.catalog is not None and not draft.faults:
            _praise(str(path), Checked(draft.catalog, draft.warnings))
    first = next((draft.catalog for draft in drafts.values()), None)
    return first, [str(fault) for draft in drafts.values() for fault in draft.faults]


def _configured_catalog() -> Catalog:
    """Return the configured catalog, or the standard one. Raises Faults."""
    path = load().catalog
    checked = check_catalog() if path is None else check_catalog(read_text(path), str(path))
    _praise(str(path or STANDARD), checked)
    return checked.catalog


def _check_others(by_kind: Mapping[FileKind, Mapping[Path, str]], catalog: Catalog | None) -> list[str]:
    """Check what is no catalog; return the faults."""
    faults: list[str] = []
    unchecked: list[str] = []
    rules: dict[str, Rule | AbsenceRule] = {}
    for kind, read in READERS.items():
        for path, text in by_kind[kind].items():
            if catalog is None and kind in ABOUT_A_CATALOG:
                unchecked.append(str(path))
                continue
            try:
                found = read(text, str(path), catalog)
            except Faults as wrong:
                faults += map(str, wrong.faults)
            else:
                partly = kind in ABOUT_A_CATALOG and not is_whole(catalog)
                limit = ", as far as the catalog can be read" if partly else ""
                typer.echo(f"{path}: {found.what}: good{limit}")
                _warn(found.warnings)
                rules |= found.rules
                if kind is FileKind.DELIVERY and rules:
                    _warn(_strange(text, str(path), rules))
    if unchecked:
        faults.append(f"{', '.join(unchecked)}: not checked, for want of a catalog that can be read")
    return faults


class Found(NamedTuple):
    """What is in a good file, and what is odd about it."""

    what: str
    warnings: tuple[Fault, ...] = ()
    rules: Mapping[str, Rule | AbsenceRule] = MappingProxyType({})


def _rules(text: str, file: str, catalog: Catalog | None) -> Found:
    assert catalog is not None
    rules, absences = load_both_rules(catalog, text, file)
    found: dict[str, Rule | AbsenceRule] = {**rules, **absences}
    warnings = rule_warnings(text, file, rules, absences, catalog) if is_whole(catalog) else ()
    return Found(counted(len(found), "rule"), warnings, found)


def _boards(text: str, file: str, catalog: Catalog | None) -> Found:
    assert catalog is not None
    return Found(counted(len(load_boards(catalog, text, file)), "board"))


def _delivery(text: str, file: str, _: Catalog | None) -> Found:
    found = load_notify(text, file)  # secrets are not looked for
    receivers, routes = len(found.receivers), len([*walk(found.route)])
    return Found(f"{counted(receivers, 'receiver')}, {counted(routes, 'route')}")


def _tokens(text: str, file: str, _: Catalog | None) -> Found:
    return Found(counted(len(load_tokens(text, file)), "token"))


def _mapping(text: str, file: str, _: Catalog | None) -> Found:
    found = parse_xes_mapping(text, file)
    return Found(f"mapping {found.name!r}, {counted(len(found.rules), 'rule')}")


#: How each kind of file is read, in the order in which mistakes are told. Raises Faults.
READERS: Final[Mapping[FileKind, Callable[[str, str, Catalog | None], Found]]] = {
    FileKind.RULES: _rules,
    FileKind.BOARDS: _boards,
    FileKind.DELIVERY: _delivery,
    FileKind.TOKENS: _tokens,
    FileKind.MAPPING: _mapping,
}
ABOUT_A_CATALOG: Final = frozenset({FileKind.RULES, FileKind.BOARDS})


def _praise(file: str, checked: Checked) -> None:
    """Say that a catalog is good, what is odd about it, and how much it gives to keep."""
    catalog = checked.catalog
    published = len(catalog.known)
    parts = len(catalog.kpis) - published
    beside = f" and {parts} parts of them" if parts else ""
    typer.echo(f"{file}: catalog {catalog.catalog!r}, {published} KPIs{beside}: good")
    _warn(checked.warnings)
    for line in size_lines(catalog):
        typer.echo(f"  {line}")


def _strange(text: str, file: str, rules: Mapping[str, Rule | AbsenceRule]) -> list[Fault]:
    """Return what a delivery file names that no alert of the rules beside it has."""
    document = parse(text, file)
    return [document.fault(path, said) for path, said in strange_routes(load_notify(text, file), rules)]


def _warn(warnings: Iterable[Fault]) -> None:
    for warning in warnings:
        typer.echo(f"warning: {warning}")


def _texts(files: Iterable[Path]) -> tuple[dict[Path, str], list[str]]:
    """Return the texts of the files that can be read, and why others can't: that is told beside all mistakes."""
    texts: dict[Path, str] = {}
    unread: list[str] = []
    for path in files:
        try:
            texts[path] = read_text(path)
        except Faults as found:
            unread += map(str, found.faults)
    return texts, unread


def _kind_of(text: str, file: str) -> tuple[FileKind, list[str]]:
    """Return what kind of file it is, and why it is none to check; what is no YAML is taken for a catalog."""
    told: Told | None = None
    faults: list[str] = []
    with suppress(Faults), reading(text, file) as document:
        told = kind_of(document.data)
        if told is not None and told.kind is FileKind.EXAMPLES:
            said = f"this is {told.kind}: crm-pulse test checks and runs it"
            faults.append(str(document.fault((told.section,), said)))
    return (FileKind.CATALOG if told is None else told.kind), faults
