"""Reading a file of rules, laid over the standard ones where it says `extends: standard`.

Everything that is wrong with it is told at once; names are checked against the catalog's KPIs and windows.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.catalogs.grammar import Catalog
from schemas.files.document import Document, Section, check, reading, unknown
from schemas.files.fault import Gathering, Path, PathMessage
from schemas.files.overlay import overlaid, standard, strange_changes
from schemas.rules.absence import AbsenceName, AbsenceRule, load_absences, with_standard
from schemas.rules.condition import KINDS, duration_us, is_percent
from schemas.rules.grammar import Level, Rule
from schemas.rules.whose import is_kept, whose_faults

__all__ = ["STANDARD", "Known", "Level", "Rule", "RulesFile", "duration_us", "load_both_rules", "load_rules"]

STANDARD = "schemas/rules.yaml"

_CONDITION = {
    *KINDS,
    "of",
    "recover",
    "by",
    "recover_by",
    "working_time",
    "elapsed_at_least",
    "warning",
    "critical",
}
"""The fields of a rule that a file's own condition replaces, all of them."""
_LEADS = {*KINDS, "warning", "critical"}
RuleName = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,59}$")]
Known = Mapping[str, Collection[str]]
"""The windows of each KPI of the catalog."""


class RulesFile(Section):
    """A file of rules, by name."""

    extends: Literal["standard"] | None = None
    """Lay this file over the standard rules."""
    rules: dict[RuleName, Rule]
    """The rules, by their names."""
    absences: dict[AbsenceName, AbsenceRule] = Field(default_factory=dict)
    """What waits for too long; see `load_absences`."""


def load_rules(catalog: Catalog, text: str | bytes | None = None, file: str = STANDARD) -> dict[str, Rule]:
    """Return the rules in `text` by name, the standard ones by default. Raises `Faults` with every mistake.

    A standard rule whose KPI, window or groups the catalog does not have is left out; one of the file's own is a
    mistake. Who answers for a KPI owns the rules about it that name nobody.
    """
    if text is None:
        rules = _fitting(check(RulesFile, standard(STANDARD)).rules, catalog)
    else:
        with reading(text, file) as document:
            rules = _checked(document, catalog)
    return {name: _owned(rule, catalog) for name, rule in rules.items()}


def load_both_rules(
    catalog: Catalog, text: str | bytes | None = None, file: str = STANDARD
) -> tuple[dict[str, Rule], dict[str, AbsenceRule]]:
    """Return the rules about KPIs, and those about absences; see `load_rules`. Raises `Faults`: of both."""
    gathering = Gathering()
    with gathering:
        rules = load_rules(catalog, text, file)
    with gathering:
        absences = load_absences(text, file)
    gathering.tell()
    return rules, absences


def _checked(document: Document, catalog: Catalog) -> dict[str, Rule]:
    own = document.data.get("rules")
    names = set(own) if isinstance(own, dict) else set()
    if document.data.get("extends") is not None and (own is None or isinstance(own, dict)):
        there = standard(STANDARD).data["rules"]
        document.report(strange_changes("rules", "rule", own or {}, there, ("kpi", "window")))
        document = document.with_data({**document.data, "rules": overlaid(own or {}, there, _merged)})
    document = document.with_data(with_standard(document.data))
    found = document.data.get("rules")
    given = {name: rule for name, rule in found.items() if name in names} if isinstance(found, dict) else {}
    document.report(_name_faults(given, catalog.known))
    document.report(whose_faults(given, catalog.groups))
    for name, fields in given.items():
        document.report(_share_faults(("rules", name), fields))
        document.report(_foreign_faults(("rules", name), fields))
    rules = document.read(RulesFile).rules
    fitting = _fitting({name: rule for name, rule in rules.items() if name not in names}, catalog)
    return {name: rule for name, rule in rules.items() if name in names or name in fitting}


def _owned(rule: Rule, catalog: Catalog) -> Rule:
    owner = str(catalog.kpis[rule.kpi].if_read("owner", ""))
    return rule if rule.owner or not owner else rule.model_copy(update={"owner": owner})


def _fitting(rules: Mapping[str, Rule], catalog: Catalog) -> dict[str, Rule]:
    known, groups = catalog.known, catalog.groups
    return {
        name: rule
        for name, rule in rules.items()
        if rule.window in known.get(rule.kpi, ()) and is_kept(rule, groups)
    }


def _name_faults(rules: Mapping[str, Any], known: Known) -> Iterator[PathMessage]:
    """Yield what is wrong with the names in rules not checked yet, as far as they are names at all."""
    for name, rule in rules.items():
        kpi, window = (rule.get("kpi"), rule.get("window")) if isinstance(rule, dict) else (None, None)
        if isinstance(kpi, str) and kpi not in known:
            yield ("rules", name, "kpi"), unknown("KPI", kpi, known)
        elif isinstance(kpi, str) and isinstance(window, str) and window not in known[kpi]:
            yield ("rules", name, "window"), unknown(f"window of {kpi}", window, known[kpi])


def _share_faults(path: Path, condition: Any) -> Iterator[PathMessage]:
    """Yield limits that are written as shares of nothing: in a KPI's unit 60 % can be 0.6 or 60."""
    if not isinstance(condition, dict):
        return
    for name in ("above", "below", "recover", "reached"):
        if is_percent(condition.get(name)) and "of" not in condition:
            yield (*path, name), f"a share ({condition[name]}) needs 'of'; a limit is in the KPI's unit"
    for at, part in _parts(condition):
        yield from _share_faults((*path, *at), part)


def _foreign_faults(path: Path, condition: Any) -> Iterator[PathMessage]:
    """Yield parts of a condition that name a KPI of their own, and take the names away: they are no unknown fields."""
    for at, part in _parts(condition):
        for name in ("kpi", "window"):
            if isinstance(part, dict) and part.pop(name, None) is not None:
                yield (
                    (*path, *at, name),
                    "all conditions of a rule are about its own KPI; to ask for two, make one of both in the catalog, "
                    "such as expression: min(response_time_p90 / 3600, open_inquiries@now / 20)",
                )
        yield from _foreign_faults((*path, *at), part)


def _parts(condition: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(condition, dict):
        yield from (((name,), condition[name]) for name in ("warning", "critical") if name in condition)
        for name in ("all", "any"):
            parts = condition.get(name)
            yield from (
                ((name, at), part) for at, part in enumerate(parts if isinstance(parts, list) else ())
            )


def _merged(standard: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Change a standard rule; a condition of one's own makes the standard's limit and recovery meaningless."""
    replaced = _CONDITION if _LEADS & {*own} else set()
    if {"warning", "critical"} & {*own}:
        replaced = {*replaced, "severity"}
    return {name: value for name, value in standard.items() if name not in replaced} | own
