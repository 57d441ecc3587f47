"""`crm-pulse check`: every file that a person writes, read as the processes do; every mistake with its line."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from schemas.absence_rule import load_absences
from schemas.board import load_boards
from schemas.catalog import STANDARD, Catalog, Checked, check_catalog
from schemas.catalog_size import size_lines
from schemas.document import Faults, reading
from schemas.notify import load_notify, walk
from schemas.rule import STANDARD as STANDARD_RULES
from schemas.rule import load_rules
from schemas.token import load_tokens
from streams.cli.failure import FAILED, CommandError
from streams.settings import load


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CATALOG]...",
            help="Catalogs, files of rules, delivery files, boards and tokens; default: the configured ones.",
        ),
    ] = None,
) -> None:
    """Check catalogs, rules, delivery files, boards and tokens; exit with 1 when there is a mistake.

    Rules and boards are checked against the first catalog named, or the configured one.
    """
    faults: list[str] = []
    if not files:
        settings = load()
        configured = (settings.catalog, settings.rules, settings.notify, settings.boards, settings.tokens)
        files = [path for path in configured if path is not None]
    texts = {path: _text(path) for path in files}
    rules = [path for path, text in texts.items() if _has(text, str(path), "rules", "absences")]
    deliveries = [path for path, text in texts.items() if _has(text, str(path), "receivers")]
    boards = [path for path, text in texts.items() if _has(text, str(path), "boards")]
    tokens = [path for path, text in texts.items() if _has(text, str(path), "tokens")]
    catalogs = [path for path in texts if path not in (*rules, *deliveries, *boards, *tokens)]
    first: Catalog | None = None
    for path in catalogs:
        try:
            checked = check_catalog(texts[path], str(path))
        except Faults as found:
            faults += map(str, found.faults)
        else:
            first = first or checked.catalog
            _praise(str(path), checked)
    if not catalogs:
        path_set = load().catalog
        checked = check_catalog() if path_set is None else check_catalog(_text(path_set), str(path_set))
        first = checked.catalog
        _praise(str(path_set or STANDARD), checked)
    if first is not None:
        faults += _check_rules({path: texts[path] for path in rules}, first)
        faults += _check_boards({path: texts[path] for path in boards}, first)
    elif rules or boards:
        faults.append(f"{', '.join(map(str, [*rules, *boards]))}: not checked, for want of a good catalog")
    for path in deliveries:
        faults += _check_delivery(texts[path], str(path))
    for path in tokens:
        faults += _check_tokens(texts[path], str(path))
    if faults:
        raise CommandError("\n".join([_count(len(faults)), *faults]), FAILED)


def _check_rules(texts: dict[Path, str], catalog: Catalog) -> list[str]:
    """Check the rules in these files, the standard ones where there is none; return the faults."""
    faults: list[str] = []
    for path, text in texts.items():
        try:
            found = {**load_rules(catalog.known, text, str(path)), **load_absences(text, str(path))}
        except Faults as wrong:
            faults += map(str, wrong.faults)
        else:
            typer.echo(f"{path}: {len(found)} rules: good")
    if not texts:
        standard = {**load_rules(catalog.known), **load_absences()}
        typer.echo(f"{STANDARD_RULES}: {len(standard)} rules: good")
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
            typer.echo(f"{path}: {len(found)} boards: good")
    return faults


def _check_delivery(text: str, file: str) -> list[str]:
    """Check who is told of which alerts; return the faults. Secrets are not looked for."""
    try:
        found = load_notify(text, file)
    except Faults as wrong:
        return [*map(str, wrong.faults)]
    typer.echo(f"{file}: {len(found.receivers)} receivers, {sum(1 for _ in walk(found.route))} routes: good")
    return []


def _check_tokens(text: str, file: str) -> list[str]:
    """Check who may read and do what over HTTP; return the faults."""
    try:
        found = load_tokens(text, file)
    except Faults as wrong:
        return [*map(str, wrong.faults)]
    typer.echo(f"{file}: {len(found)} tokens: good")
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


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path}: not UTF-8 text") from None


def _has(text: str, file: str, *sections: str) -> bool:
    """Tell a file that has one of these at its top from a catalog; what is no YAML is taken for one."""
    found = False
    with suppress(Faults), reading(text, file) as document:
        found = not document.data.keys().isdisjoint(sections)
    return found


def _count(faults: int) -> str:
    return "1 mistake:" if faults == 1 else f"{faults} mistakes:"
