"""An alert's step as a plain sentence, with values in the units that people use."""

from collections.abc import Mapping

from processors.alerts.measured import duration, shown
from processors.judging.limit_words import Words, limit_words
from processors.judging.rule_state import Phase, State
from processors.judging.verdicts import Finding
from processors.rules import finding_of
from schemas.alert import Reason
from schemas.kpi import Dims
from schemas.rules.grammar import Rule

_WINDOWS = {"day": "on", "week": "in", "month": "in", "quarter": "in", "year": "in"}
_LENGTHS = {"m": "minutes", "h": "hours", "d": "days"}
_BAD = frozenset(
    {
        Reason.ABOVE_THRESHOLD,
        Reason.BELOW_THRESHOLD,
        Reason.OFF_TARGET,
        Reason.OFF_PACE,
        Reason.OFF_PREVIOUS,
        Reason.OFF_BASELINE,
        Reason.OFF_TEAM,
        Reason.LOW_RANK,
        Reason.MILESTONE_REACHED,
        Reason.NO_NEW_DATA,
    }
)


def summary(
    rule: Rule,
    label: str,
    window: str,
    period: str | None,
    dims: Dims,
    state: State,
    finding: Finding | None = None,
    words: Words | None = None,
) -> str:
    """Return what happened: `Response time (90 %) over the last 24 hours for team north is 1 h 30 min, …`.

    `label` is what people call the KPI, `finding` is what `finding_of` says, and `words` are those of its limit,
    where they are known already.
    """
    finding = finding or finding_of(rule, state)
    words = words or limit_words(finding, state.unit, state.compared)
    text = f"{label}{scope(window, period, dims)} {_happened(rule, state, finding, words)}."
    return f"{rule.title}: {text}" if rule.title else text


def removed_summary(label: str, window: str, period: str | None, dims: Dims, state: State) -> str:
    """Return what is to be said of an alert whose rule is no longer there."""
    was = f"{'were' if state.unit == 'count' else 'was'} {shown(state.value, state.unit)} when last judged"
    return f"The rule was removed. {label}{scope(window, period, dims)} {was}."


def scope(window: str, period: str | None, dims: Dims) -> str:
    """Return of when and whom a summary speaks: ` over the last 24 hours for team north`."""
    return f"{_when(window, period)}{_whose(dims)}"


def _happened(rule: Rule, state: State, finding: Finding, words: Words) -> str:
    value = shown(state.value, state.unit)
    # Counts are plural (calls, open inquiries), and their own sample.
    be, have = ("are", "have") if state.unit == "count" else ("is", "has")
    samples = f"{state.n} sample{'' if state.n == 1 else 's'}"
    sample = "" if state.unit == "count" else f" ({samples})"
    if state.reason in _BAD:
        return f"{be} {value}, {words.bad}{_wait(rule) if state.phase is Phase.PENDING else ''}{sample}"
    match state.reason:
        case Reason.ESCALATED:
            return f"{be} {value}, {words.bad}: {state.severity} now{sample}"
        case Reason.DEESCALATED:
            return f"{be} {value}: {state.severity} now, still not {words.good}{sample}"
        case Reason.KEEP_FIRING:
            keep = duration(rule.keep_firing_us / 1_000_000)
            return f"{be} {value} again, {words.good}; over if it stays so for {keep}{sample}"
        case Reason.NOT_RECOVERED:
            return f"{be} {value}: no longer {words.bad}, but not {words.good} either{sample}"
        case Reason.SAMPLE_TOO_SMALL:
            return f"{be} {value}, but of {samples} only, {rule.min_n} are needed to judge; the alert is held"
        case Reason.NO_VALUE:
            return f"{have} no value any more; the alert stays open until there is one"
        case Reason.NO_COMPARISON:
            return (
                f"{be} {value}, but there is nothing any more to compare with; the alert stays open{sample}"
            )
        case Reason.RECOVERED:
            return f"{be} {value} again, {words.good}, after {_lasted(state)}{sample}"
        case Reason.RETRACTED:
            return f"{be} {value}, {words.good} after all: history was corrected{sample}"
        case Reason.KPI_GONE:
            return f"{be} no longer reported, so the alert is closed after {_lasted(state)}"
        case Reason.PERIOD_OVER:
            return f"ended at {value}, {_compared(state, finding, words)}{sample}"
        case Reason.RULE_CHANGED:
            closed = "; the rule was changed and the alert is closed"
            opened = f", {_compared(state, finding, words)}; the rule was changed"
            return f"{be} {value}{closed if state.phase is Phase.RESOLVED else opened}{sample}"
    return f"{be} {value}{sample}"


def _lasted(state: State) -> str:
    return duration((state.updated_us - state.since_us) / 1_000_000)


def _wait(rule: Rule) -> str:
    """Return what a pending alert waits for."""
    if not rule.for_us:
        return "; an alert if it is still so when work begins"
    hours = " of working time" if rule.only_in_business_hours else ""
    return f"; an alert if it stays so for {duration(rule.for_us / 1_000_000)}{hours}"


def _compared(state: State, finding: Finding, words: Words) -> str:
    """Return on which side of the limit a value came to lie."""
    clause, limit = finding.clause, finding.limit
    if clause.rank is not None or clause.no_data is not None or clause.reached is not None or limit is None:
        return words.bad
    shown_limit = shown(limit, state.unit)
    if state.value is None or state.value == limit:
        return f"with the limit at {shown_limit}"
    return f"{'above' if state.value > limit else 'below'} {shown_limit}"


def _when(window: str, period: str | None) -> str:
    if period is not None:
        return f" {_WINDOWS.get(window, 'in')} {period}"
    kind, _, length = window.partition("_")
    if kind == "rolling" and length[:-1].isdecimal() and length[-1:] in _LENGTHS:
        return f" over the last {length[:-1]} {_LENGTHS[length[-1]]}"
    return {"now": " now", "today": " today", "all_time": " of all time"}.get(window, f" in {window}")


def _whose(dims: Mapping[str, str | None]) -> str:
    if not dims:
        return " for the company"
    return " for " + ", ".join(
        f"{name.replace('_', ' ')} {'none' if value is None else value}" for name, value in dims.items()
    )
