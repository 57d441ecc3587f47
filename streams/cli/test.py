"""`crm-pulse test`: runs declared examples, and says of each that fails what was expected and what came."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.text import Text

from processors.compile import Plan
from processors.publishing.records import rfc3339
from processors.virtual_time.example_story import stories, story_faults
from processors.virtual_time.examples import Examples, Failure, Result
from schemas.catalog import Catalog
from schemas.example import Draft, Read, draft_examples, standard_examples
from schemas.examples.dims import judged_groups
from schemas.examples.names import catalog_faults, entries
from schemas.files.document import Fault, Faults
from schemas.files.fault import Gathering
from schemas.files.file_kind import FileKind, kind_of
from schemas.rule import Rule
from schemas.rules.absence import AbsenceRule
from streams.cli.failure import FAILED, WRONG_USE, CommandError
from streams.cli.horizon import horizon_us
from streams.cli.output import new_table, print_json_lines, print_table
from streams.cli.timeline_show import as_json, show_timeline
from streams.cli.units import counted
from streams.config_files import read_both_rules, read_catalog


def test(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Files of examples; default: the standard catalog's own."),
    ] = None,
    catalog: Annotated[
        Path | None, typer.Option(help="This catalog instead of the one that a file names.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="These rules instead of those that a file names.")
    ] = None,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="Show event, value, state and message, step by step.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines: one example a line.")] = False,
) -> None:
    """Run declared examples in virtual time; exit with 1 when one does not hold.

    Events go through the processors of the worker; what their KPIs and alerts are at the moments asked for is held to
    what the examples say.
    """
    own = bool(files)
    standard = [Draft(read.document, read.content, ()) for read in standard_examples()] if not own else []
    plans: dict[Path | None, Plan] = {}
    told: list[_Told] = []
    drafts = [_draft(path) for path in files or ()] or standard
    gathering = Gathering()
    for draft in drafts:
        with gathering:
            where = catalog or _beside(draft, "catalog")
            if where not in plans:
                plans[where] = Plan(read_catalog(where))
            told.append(_Told(draft, plans[where], *_rules(draft, plans[where].catalog, rules)))
    gathering.tell(fault for draft in drafts for fault in draft.faults)
    faults = [fault for one in told for fault in one.faults(own)]
    if faults:
        raise CommandError(str(Faults(faults)), FAILED)
    results = [(one.draft.read(), one.run(own, timeline)) for one in told]
    if json:
        print_json_lines(_records(results))
    else:
        _show(results)
    if any(result.failures for _, of_file in results for result in of_file):
        raise typer.Exit(FAILED)


class _Told(NamedTuple):
    """A file with what it is run against."""

    draft: Draft
    plan: Plan
    rules: Mapping[str, Rule]
    absences: Mapping[str, AbsenceRule]

    def _strange(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield what is asked for that the catalog or the rules don't have."""
        catalog, judged = self.plan.catalog, judged_groups(self.rules, self.absences)
        return catalog_faults(self.draft.document.data, catalog.known, catalog.groups, judged)

    def faults(self, own: bool) -> list[Fault]:
        """Return every mistake of the file."""
        document = self.draft.document
        return [
            *self.draft.faults,
            *document.faults(self._strange() if own else ()),
            *story_faults(document, self.plan.calendar.zone),
        ]

    def run(self, own: bool, timeline: bool) -> list[Result]:
        """Run the examples of a file without mistakes."""
        examples = Examples(self.plan, self.rules, horizon_us(), self.absences)
        # Of the standard ones only those are run that the catalog has everything for.
        left_out = set() if own else {path[1] for path, _ in self._strange()}
        told = stories(self.draft.read(), self.plan.calendar.zone)
        return [
            examples.run(story, with_timeline=timeline)
            for index, story in enumerate(told)
            if index not in left_out
        ]


def _draft(path: Path) -> Draft:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from None
    try:
        draft = draft_examples(text, str(path))
    except Faults as wrong:
        raise CommandError(str(wrong), FAILED if _is_utf_8(text) else WRONG_USE) from None
    told = kind_of(draft.document.data)
    if told is not None and told.kind is not FileKind.EXAMPLES:
        said = f"this is {told.kind}, not {FileKind.EXAMPLES}: crm-pulse check checks it"
        raise CommandError(str(draft.document.fault((told.section,), said)))
    return draft


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _beside(draft: Draft, name: str) -> Path | None:
    """Return the path of a file that a file of examples names; None for the standard one."""
    given = draft.document.data.get(name)
    if not isinstance(given, str):
        return None
    path = Path(draft.document.file).parent / given
    if not path.is_file():
        raise Faults([draft.document.fault((name,), f"{path}: no such file")])
    return path


def _rules(
    draft: Draft, catalog: Catalog, rules: Path | None
) -> tuple[Mapping[str, Rule], Mapping[str, AbsenceRule]]:
    if not any(example.get("expect_alerts") for _, example in entries(draft.document.data, "examples")):
        return {}, {}
    path = rules or _beside(draft, "rules")
    return read_both_rules(path, catalog)


def _show(results: Sequence[tuple[Read, list[Result]]]) -> None:
    """Print every failure, then a line a file, then the sum."""
    for read, of_file in results:
        for result in of_file:
            if result.timeline:
                show_timeline(result.story.name, result.timeline)
            if result.failures:
                typer.echo(f"FAILED  {result.story.name}")
                for failure in result.failures:
                    typer.echo("\n".join(_lines(read.document.file, failure)))
                typer.echo("")
    table = new_table("examples", "hold", "fail", "checks", right=("hold", "fail", "checks"))
    for read, of_file in results:
        fail = sum(bool(result.failures) for result in of_file)
        checks = sum(result.story.checks for result in of_file)
        style = "red" if fail else "green"
        table.add_row(
            Text(read.document.file),
            Text(str(len(of_file) - fail), style),
            Text(str(fail), style),
            f"{checks:,}",
        )
    everything = [result for _, of_file in results for result in of_file]
    failed = sum(bool(result.failures) for result in everything)
    left_out = sum(len(read.content.examples) for read, _ in results) - len(everything)
    print_table(table)
    examples = counted(len(everything), "example")
    if failed:
        said = f"{failed} of {examples} failed"
    else:
        said = f"{examples} holds" if len(everything) == 1 else f"all {examples} hold"
    typer.echo(said + (f"; {left_out} ask for what the catalog doesn't have" if left_out else ""))


def _lines(file: str, failure: Failure) -> Iterator[str]:
    at = "" if failure.at_us is None else f" at {rfc3339(failure.at_us)}"
    yield f"  {file}:{failure.line}: {failure.what}{at}"
    if failure.at_us is None:
        yield f"    can't be used: {failure.hint}"
        return
    yield f"    expected  {_said(failure.expected)}"
    yield f"    found     {_said(failure.found)}" + (f"; {failure.hint}" if failure.hint else "")


def _said(fields: Mapping[str, Any] | None) -> str:
    if fields is None:
        return "nothing"
    return ", ".join(f"{name} {_value(value)}" for name, value in fields.items())


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _records(results: Sequence[tuple[Read, list[Result]]]) -> Iterator[dict[str, Any]]:
    for read, of_file in results:
        for result in of_file:
            yield {
                "file": read.document.file,
                "line": result.story.line,
                "name": result.story.name,
                "holds": not result.failures,
                "checks": result.story.checks,
                "failures": [_failure(failure) for failure in result.failures],
                **({"timeline": as_json(result.timeline)} if result.timeline else {}),
            }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "line": failure.line,
        "what": failure.what,
        "at": None if failure.at_us is None else rfc3339(failure.at_us),
        "expected": failure.expected,
        "found": failure.found,
        "hint": failure.hint,
    }
