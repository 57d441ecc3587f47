"""The option `--periods`: of calendar windows the running periods, or the past ones too."""

from typing import Literal

from streams.cli.failure import CommandError


def read_periods(text: str) -> Literal["running", "all"]:
    """Read it. Raises CommandError for any other word."""
    match text:
        case "running" | "all":
            return text
    raise CommandError(f"--periods {text}: expected running or all")
