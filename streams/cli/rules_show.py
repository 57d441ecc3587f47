"""What `crm-pulse rules replay` prints."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from rich.text import Text

from processors.alerts.history import Told
from processors.publishing.records import rfc3339
from processors.virtual_time.rule_history import History
from processors.virtual_time.rule_report import RuleReport
from processors.virtual_time.rule_trial import Suggestion
from schemas.duration import short
from schemas.rule import Rule
from streams.cli.output import dims_label, new_table, print_lines, print_table
from streams.cli.units import counted, duration


def as_json(by_rule: Iterable[RuleReport], said: Iterable[Told]) -> list[dict[str, Any]]:
    """Return the lines for a program: the messages if they are asked for, then the rules."""
    return [
        *({"kind": "message", **msgspec.to_builtins(one)} for one in said),
        *({"kind": "rule", **msgspec.to_builtins(one)} for one in by_rule),
    ]


def show_messages(said: Sequence[Told]) -> None:
    """Print what would have been sent, in its order."""
    table = new_table("time", "state", "severity", "rule", "of", "message")
    for one in said:
        table.add_row(
            one.updated_at,
            one.state,
            Text(one.severity),
            Text(one.rule),
            Text(dims_label(one.dims)),
            Text(one.summary),
        )
    print_table(table)
    print_lines("")


def show(by_rule: Sequence[RuleReport], rules: Mapping[str, Rule], within: str) -> None:
    """Print a line a rule, then a sentence for each that flapped."""
    counts = ("messages", "fired", "alerts", "open", "came to nothing", "flapped")
    table = new_table("rule", "severity", *counts, "lasted: p50", "p90", right=counts)
    for one in by_rule:
        numbers = (one.messages, one.fired, one.alerts, one.open, one.came_to_nothing, one.flapped)
        lasted = [
            "–" if length is None else duration(length) for length in (one.lasted_p50_s, one.lasted_p90_s)
        ]
        table.add_row(Text(one.rule), Text(one.severity), *map(str, numbers), *lasted)
    print_table(table)
    for one in by_rule:
        if one.flapped:
            print_lines("", *_advice(one, rules[one.rule], within))


def show_source(past: History) -> None:
    """Print what this was made of."""
    refused = ", ".join(f"{count} {reason}" for reason, count in sorted(past.refused.items()))
    print_lines(
        "",
        f"{counted(past.used, 'event')} until {rfc3339(past.until_us)}"
        + (f"; not used: {refused}" if refused else ""),
        style="dim",
    )
    if not past.complete:
        print_lines("too many values to try other settings on: choose --rule, or a shorter file", style="dim")


def show_untried(absences: Iterable[str]) -> None:
    """Print which rules of the file are missing above."""
    names = ", ".join(absences)
    if names:
        print_lines(f"not tried: absence rules ({names}); crm-pulse test runs them on examples", style="dim")


def _advice(one: RuleReport, rule: Rule, within: str) -> Iterable[str]:
    yield f"{one.rule} began again within {within} of its end {_times(one.flapped)} out of {one.fired}."
    for better in one.suggestions:
        yield f"  {_settings(better, rule)}: {_effect(better)}."
    if not one.suggestions:
        yield "  No longer `for` and no better `recover` would have halved that."


def _settings(better: Suggestion, rule: Rule) -> str:
    parts = []
    if better.for_us is not None:
        parts.append(f"for: {short(better.for_us)} instead of {short(rule.for_us)}")
    if better.recover is not None:
        parts.append(f"recover: {better.recover:g} instead of {rule.recovery:g}")
    return " and ".join(parts)


def _effect(better: Suggestion) -> str:
    text = f"{_times(better.flapped)} out of {better.fired}"
    if better.untold:
        alerts = "1 alert" if better.untold == 1 else f"{better.untold} alerts"
        text += f"; {alerts} would not have been told, the longest of {duration(better.untold_longest_s)}"
    return text


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count} times"
