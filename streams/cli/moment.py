"""Times that are given as options, as of when or since when, and lengths of time."""

from processors.reading.event_time import decode_time
from schemas.duration import duration_us
from schemas.files.given_time import GIVEN_YEARS, in_given_years
from streams.cli.failure import CommandError


def moment_us(option: str, text: str) -> int:
    """Read a time. Raises CommandError where it is none, or lies in years of which nobody has KPIs."""
    try:
        t_us = decode_time(text)
    except ValueError:
        raise CommandError(
            f"{option} {text}: expected a time with an offset, as 2026-11-21T09:00:00Z"
        ) from None
    if not in_given_years(t_us):
        raise CommandError(f"{option} {text}: expected {GIVEN_YEARS}")
    return t_us


def as_of_moment(text: str | None) -> int | None:
    """Read the option `--as-of`."""
    return None if text is None else moment_us("--as-of", text)


def length_us(option: str, text: str, most_d: int) -> int:
    """Read a length of so many days at most, such as `1d 12h`. Raises CommandError."""
    try:
        return duration_us(text, most_d)
    except ValueError as error:
        raise CommandError(f"{option}: {error}") from None
