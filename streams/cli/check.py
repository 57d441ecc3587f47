"""`crm-pulse check`: every file that a person writes, read as the processes do; every mistake with its line."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from schemas.absence_rule import load_absences
from schemas.board import load_boards
from schemas.catalog import STANDARD, Catalog, Checked, check_catalog
from schemas.catalog_size import size_lines
from schemas.document import Faults, reading
from schemas.file_kind import FileKind, Told, kind_of
from schemas.notify import load_notify, walk
from schemas.rule import STANDARD as STANDARD_RULES
from schemas.rule import load_rules
from schemas.token import load_tokens
from streams.cli.failure import FAILED, WRONG_USE, CommandError
from streams.cli.units import counted
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
    by_kind: dict[FileKind, list[Path]] = {kind: [] for kind in FileKind}
    for path, text in texts.items():
        kind, fault = _kind_of(text, str(path))
        by_kind[kind].append(path)
        faults += fault
    catalogs, rules, boards = (by_kind[kind] for kind in (FileKind.CATALOG, FileKind.RULES, FileKind.BOARDS))
    first: Catalog | None = None
    for path in catalogs:
        try:
            checked = check_catalog(texts[path], str(path))
        except Faults as found:
            faults += map(str, found.faults)
        else:
            first = first or checked.catalog
            _praise(str(path), checked)
    # One that can't be read may be the catalog that the others are about; examples and mappings are of no catalog here.
    alone = len(by_kind[FileKind.EXAMPLES]) + len(by_kind[FileKind.MAPPING])
    if not catalogs and not unread and (not files or len(files) > alone):
        path_set = load().catalog
        checked = check_catalog() if path_set is None else check_catalog(_text(path_set), str(path_set))
        first = checked.catalog
        _praise(str(path_set or STANDARD), checked)
    if first is not None:
        faults += _check_rules({path: texts[path] for path in rules}, first)
        faults += _check_boards({path: texts[path] for path in boards}, first)
    elif rules or boards:
        faults.append(f"{', '.join(map(str, [*rules, *boards]))}: not checked, for want of a good catalog")
    for path in by_kind[FileKind.DELIVERY]:
        faults += _check_delivery(texts[path], str(path))
    for path in by_kind[FileKind.TOKENS]:
        faults += _check_tokens(texts[path], str(path))
    for path in by_kind[FileKind.MAPPING]:
        faults += _check_mapping(texts[path], str(path))
    if faults or unread:
        told = [f"{counted(len(faults), 'mistake')}:", *faults] if faults else []
        raise CommandError("\n".join([*told, *unread]), WRONG_USE if unread else FAILED)


def _check_rules(texts: dict[Path, str], catalog: Catalog) -> list[str]:
    """Check the rules in these files, the standard ones where there is none; return the faults."""
    faults: list[str] = []
    for path, text in texts.items():
        try:
            found = {**load_rules(catalog.known, text, str(path)), **load_absences(text, str(path))}
        except Faults as wrong:
            faults += map(str, wrong.faults)
        else:
            typer.echo(f"{path}: {counted(len(found), 'rule')}: good")
    if not texts:
        standard = {**load_rules(catalog.known), **load_absences()}
        typer.echo(f"{STANDARD_RULES}: {counted(len(standard), 'rule')}: good")
    return faults


def _check_boards(texts: dict[Path, str], catalog: Catalog) -> list[str]:
    """Check the boards in these files; return the faults."""
    faults: list[str] = []
    for path, text in texts.items():
        try:
            found = load_boards(catalog, text, str(path))
        except Faults as wrong:
            faults += map(str, wrong.faults)
        else:
            typer.echo(f"{path}: {counted(len(found), 'board')}: good")
    return faults


def _check_delivery(text: str, file: str) -> list[str]:
    """Check who is told of which alerts; return the faults. Secrets are not looked for."""
    try:
        found = load_notify(text, file)
    except Faults as wrong:
        return [*map(str, wrong.faults)]
    receivers, routes = counted(len(found.receivers), "receiver"), counted(len([*walk(found.route)]), "route")
    typer.echo(f"{file}: {receivers}, {routes}: good")
    return []


def _check_tokens(text: str, file: str) -> list[str]:
    """Check who may read and do what over HTTP; return the faults."""
    try:
        found = load_tokens(text, file)
    except Faults as wrong:
        return [*map(str, wrong.faults)]
    typer.echo(f"{file}: {counted(len(found), 'token')}: good")
    return []


def _check_mapping(text: str, file: str) -> list[str]:
    """Check what the events of an XES log become; return the faults."""
    try:
        found = parse_xes_mapping(text, file)
    except Faults as wrong:
        return [*map(str, wrong.faults)]
    typer.echo(f"{file}: mapping {found.name!r}, {counted(len(found.rules), 'rule')}: good")
    return []


def _praise(file: str, checked: Checked) -> None:
    """Say that a catalog is good, what is odd about it, and how much it gives to keep."""
    catalog = checked.catalog
    published = len(catalog.known)
    parts = len(catalog.kpis) - published
    beside = f" and {parts} parts of them" if parts else ""
    typer.echo(f"{file}: catalog {catalog.catalog!r}, {published} KPIs{beside}: good")
    for warning in checked.warnings:
        typer.echo(f"warning: {warning}")
    for line in size_lines(catalog):
        typer.echo(f"  {line}")


def _texts(files: Iterable[Path]) -> tuple[dict[Path, str], list[str]]:
    """Return the texts of the files that can be read, and why others can't: that is told beside all mistakes."""
    texts: dict[Path, str] = {}
    unread: list[str] = []
    for path in files:
        try:
            texts[path] = _text(path)
        except CommandError as error:
            unread.append(str(error))
    return texts, unread


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path}: not UTF-8 text") from None


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
