"""An alert's step as a plain sentence, with values in the units that people use."""

from collections.abc import Mapping

from processors.rules import Phase, State
from schemas.alert import Number, Reason
from schemas.kpi import Dims
from schemas.rule import Rule

_WINDOWS = {"day": "on", "week": "in", "month": "in", "quarter": "in", "year": "in"}
_LENGTHS = {"m": "minutes", "h": "hours", "d": "days"}


def summary(rule: Rule, kpi: str, window: str, period: str | None, dims: Dims, state: State) -> str:
    """Return what happened: `Response time p90 over the last 24 hours for team north is 1 h 30 min, …`."""
    what = f"{_words(kpi)}{_when(window, period)}{_whose(dims)}"
    text = f"{what[:1].upper()}{what[1:]} {_happened(rule, state)}."
    return f"{rule.title}: {text}" if rule.title else text


def removed_summary(kpi: str, window: str, period: str | None, dims: Dims, state: State) -> str:
    """Return what is to be said of an alert whose rule is no longer there."""
    what = f"{_words(kpi)}{_when(window, period)}{_whose(dims)}"
    was = f"{'were' if state.unit == 'count' else 'was'} {shown(state.value, state.unit)} when last judged"
    return f"The rule was removed. {what[:1].upper()}{what[1:]} {was}."


def _happened(rule: Rule, state: State) -> str:
    value, limit = shown(state.value, state.unit), shown(rule.threshold, state.unit)
    recovery = shown(rule.recovery, state.unit)
    side, good = ("above", "at or below") if rule.above is not None else ("below", "at or above")
    # Counts are plural (calls, open inquiries), and their own sample.
    be, have = ("are", "have") if state.unit == "count" else ("is", "has")
    samples = f"{state.n} sample{'' if state.n == 1 else 's'}"
    sample = "" if state.unit == "count" else f" ({samples})"
    lasted = duration((state.updated_us - state.since_us) / 1_000_000)
    match state.reason:
        case Reason.ABOVE_THRESHOLD | Reason.BELOW_THRESHOLD:
            wait = f"; an alert if it stays so for {duration(rule.for_us / 1_000_000)}"
            return f"{be} {value}, {side} {limit}{wait if state.phase is Phase.PENDING else ''}{sample}"
        case Reason.NOT_RECOVERED:
            return f"{be} {value}: no longer {side} {limit}, but not {good} {recovery} either{sample}"
        case Reason.SAMPLE_TOO_SMALL:
            return f"{be} {value}, but of {samples} only, {rule.min_n} are needed to judge; the alert is held"
        case Reason.NO_VALUE:
            return f"{have} no value any more; the alert stays open until there is one"
        case Reason.RECOVERED:
            return f"{be} {value} again, {good} {recovery}, after {lasted}{sample}"
        case Reason.KPI_GONE:
            return f"{be} no longer reported, so the alert is closed after {lasted}"
        case Reason.PERIOD_OVER:
            return f"ended at {value}, {_compared(rule, state)} {limit}{sample}"
        case Reason.RULE_CHANGED:
            closed = "; the rule was changed and the alert is closed"
            opened = f", {_compared(rule, state)} {limit}; the rule was changed"
            return f"{be} {value}{closed if state.phase is Phase.RESOLVED else opened}{sample}"
    return f"{be} {value}{sample}"


def _compared(rule: Rule, state: State) -> str:
    if state.value is None or state.value == rule.threshold:
        return "with the limit at"
    return "above" if state.value > rule.threshold else "below"


def shown(value: Number | None, unit: str) -> str:
    """Return a value with its unit: `1 h 30 min`, `12.5 %`, `1,234 EUR`. Seconds, shares as 0–1."""
    if value is None:
        return "unknown"
    match unit:
        case "seconds":
            return duration(value)
        case "ratio":
            return f"{number(value * 100)} %"
        case "percent":
            return f"{number(value)} %"
        case "count" | "currency" | "score" | "":
            return number(value)
    return f"{number(value)} {unit}"


def number(value: Number) -> str:
    """Return a number with thousands separators and two decimals at most; small ones with two digits."""
    if value and abs(value) < 0.1:
        return f"{value:.2g}"
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def duration(seconds: Number) -> str:
    """Return a duration in its two largest units: `45 s`, `1 h 30 min`, `2 d 3 h`."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 10:
        return f"{number(seconds)} s"
    whole = round(seconds)
    parts = []
    for size_s, name in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, whole = divmod(whole, size_s)
        if count:
            parts.append(f"{count} {name}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts)


def _words(kpi: str) -> str:
    return kpi.replace("_", " ")


def _when(window: str, period: str | None) -> str:
    if period is not None:
        return f" {_WINDOWS.get(window, 'in')} {period}"
    kind, _, length = window.partition("_")
    if kind == "rolling" and length[:-1].isdecimal() and length[-1:] in _LENGTHS:
        return f" over the last {length[:-1]} {_LENGTHS[length[-1]]}"
    return {"now": " now", "all_time": " of all time"}.get(window, f" in {window}")


def _whose(dims: Mapping[str, str | None]) -> str:
    if not dims:
        return " for the company"
    return " for " + ", ".join(
        f"{_words(name)} {'none' if value is None else value}" for name, value in dims.items()
    )
