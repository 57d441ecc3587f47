"""How bad an alert is: the words, and their order."""

from typing import Literal

Severity = Literal["critical", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")
"""From mild to severe."""


def rank(severity: str) -> int:
    """Return how bad a severity is: the higher, the worse."""
    # A word of a newer version is worse than any that is known: it is told.
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
