"""The limit of a rule in words, with what it comes from: `below 72, 60 % of the target of 120`."""

from typing import NamedTuple

from processors.alerts.measured import duration, number, shown
from processors.judging.observation import Compared
from processors.judging.verdicts import Finding, is_high
from schemas.alert import Alert, Number
from schemas.rules.condition import Condition, amount

_REFERENCES = {
    "target": "the target",
    "pace": "the pace",
    "previous": "the period before",
    "baseline": "the baseline",
    "team": "the team",
}

_OF_VALUES = ("above ", "below ", "at or over ")
"""How words begin whose limit is a value of the KPI."""


class Words(NamedTuple):
    """What a limit is called."""

    bad: str
    """Beyond it: `above 1 h`."""
    good: str
    """Well again: `at or below 45 min`."""


def limit_words(finding: Finding, unit: str, compared: Compared) -> Words:
    """Return the words for the limit that decided."""
    clause = finding.clause
    if clause.rank is not None:
        return _place(clause, compared)
    if clause.no_data is not None:
        length = duration(clause.no_data / 1_000_000)
        return Words(f"without new data for {length}", "with new data")
    if clause.reached is not None:
        share = _share(clause.reached, clause, finding.reference, unit)
        return Words(f"at or over {shown(finding.limit, unit)}{share}", f"under {shown(finding.limit, unit)}")
    side, well = ("above", "at or below") if is_high(clause) else ("below", "at or above")
    if finding.limit is None:
        return Words(f"{side} {_without(clause)}", f"{well} it")
    bad = f"{side} {shown(finding.limit, unit)}{_origin(clause, finding.reference, unit)}"
    return Words(bad, f"{well} {shown(finding.recovery, unit)}")


def shown_limit(alert: Alert) -> str:
    """Return an alert's limit, as briefly as can be: a value in the KPI's unit, but a place or a silence in words."""
    of_value = not alert.limit or alert.limit.startswith(_OF_VALUES)
    return shown(alert.threshold, alert.unit) if of_value else alert.limit


def _origin(clause: Condition, reference: Number | None, unit: str) -> str:
    """Return where a limit comes from, as an apposition; nothing where it stands in the rule."""
    name = clause.higher_than or clause.lower_than
    if name is None:
        limit = clause.above if clause.above is not None else clause.below
        return "" if limit is None else _share(limit, clause, reference, unit)
    by = f"{number(amount(clause.by) * 100)} %" if isinstance(clause.by, str) else shown(clause.by, unit)
    sign = "and" if clause.higher_than is not None else "less"
    gap = "" if not amount(clause.by) else f" {sign} {by}"
    return (
        f", {_REFERENCES[name]}{gap}" if not gap else f", {_REFERENCES[name]} ({shown(reference, unit)}){gap}"
    )


def _share(share: float, clause: Condition, reference: Number | None, unit: str) -> str:
    if clause.of is None:
        return ""
    return f", {number(share * 100)} % of {_REFERENCES[clause.of]} ({shown(reference, unit)})"


def _without(clause: Condition) -> str:
    return "the limit" if clause.reference is None else f"what {_REFERENCES[clause.reference]} allows"


def _place(clause: Condition, compared: Compared) -> Words:
    rank = clause.rank
    assert rank is not None
    recover = rank.places if rank.recover is None else rank.recover
    where = (
        "" if compared.rank is None or compared.of is None else f", place {compared.rank} of {compared.of}"
    )
    if rank.in_last is not None:
        return Words(f"in the last {rank.places}{where}", f"out of the last {recover}{where}")
    return Words(f"not in the first {rank.places}{where}", f"in the first {recover}{where}")
