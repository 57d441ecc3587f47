"""Numbers that are given as options. Python reads `nan` and `inf` as numbers too, and no limit keeps nan out."""

from math import isfinite

import typer


def finite(number: float | None) -> float | None:
    """Return an option's number; for its `callback`. Raises BadParameter where it is none to reckon with."""
    if number is not None and not isfinite(number):
        raise typer.BadParameter(f"expected a number, found {number}")
    return number
