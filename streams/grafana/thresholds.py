"""Colours from the rules: where a KPI's value becomes an alert, and where the alert ends."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from schemas.rules.condition import Reference
from schemas.rules.grammar import Rule

#: Readable by people who see no difference between red and green: they differ in lightness as well.
GOOD: Final = "green"
BETWEEN: Final = "yellow"
COLOURS: Final = {"info": "blue", "warning": "orange", "critical": "dark-red"}

#: Of a target: reached, nearly, not. A catalog that means something else says so by a rule.
NEARLY: Final = 0.8
OF_TARGET_UP: Final = (("orange", None), (BETWEEN, NEARLY), (GOOD, 1.0))
OF_TARGET_DOWN: Final = ((GOOD, None), (BETWEEN, 1.0), ("orange", 2 - NEARLY))

Steps = tuple[tuple[str, float | None], ...]
"""A colour and the value from which it holds; the first has none."""

NEUTRAL: Final[Steps] = (("blue", None),)


def steps_of(rule: Rule, of: Reference | None = None) -> Steps | None:
    """Return the colours that a rule gives a value, or a value's share `of` something; None where it gives none.

    Only limits for the value have a place on its scale; distances, ranks, milestones and combinations don't.
    """
    levels = [(level.severity, level.condition) for level in rule.levels if level.condition.of == of]
    above = [(one.above, one.recover, COLOURS[severity]) for severity, one in levels if one.above is not None]
    below = [(one.below, one.recover, COLOURS[severity]) for severity, one in levels if one.below is not None]
    if above and not below:
        # The mildest first: beyond its recovery and below its limit nothing changes.
        limit, recover, _ = above[0]
        between = [] if recover is None or recover == limit else [(BETWEEN, recover)]
        return (
            (GOOD, None), *between, *((colour, limit) for limit, _, colour in sorted(above, key=_limit)),
        )  # fmt: skip
    if below and not above:
        ordered = sorted(below, key=_limit)
        colours = [colour for _, _, colour in ordered]
        limits = [limit for limit, _, _ in ordered]
        recover = ordered[-1][1]
        if recover is not None and recover != limits[-1]:
            colours, limits = [*colours, BETWEEN], [*limits, recover]
        return tuple(zip([*colours, GOOD], [None, *limits], strict=True))
    return None


def _limit(level: tuple[float | None, float | None, str]) -> float:
    return level[0] or 0.0


def steps_for(
    rules: Mapping[str, Rule], kpi: str, window: str, dimensions: tuple[str, ...], of: Reference | None = None
) -> Steps | None:
    """Return the colours of a KPI in a window for such groups: those of the first rule that gives any."""
    for rule in rules.values():
        if (rule.kpi, rule.window, rule.dimensions) == (kpi, window, dimensions):
            steps = steps_of(rule, of)
            if steps is not None:
                return steps
    return None


def as_json(steps: Iterable[tuple[str, float | None]]) -> dict[str, Any]:
    """Return Grafana's thresholds."""
    return {"mode": "absolute", "steps": [{"color": colour, "value": value} for colour, value in steps]}
