"""The option `--dedup-horizon` of the commands that replay files: the worker has it as a setting.

Files are replayed without settings: what they say of Kafka need not be right for it.
"""

from typing import Annotated, Final

import typer

from schemas.duration import DAY_US
from streams.cli.failure import CommandError
from streams.cli.moment import length_us
from streams.settings import Settings

#: As of the setting.
LONGEST_D: Final = 400

DedupHorizon = Annotated[
    str | None,
    typer.Option(
        help="How long a second arrival of an event is known as such, in event time, as the worker's "
        "CRM_PULSE_DEDUP_HORIZON_D: 12h; default: 7d."
    ),
]


def horizon_us(text: str | None = None) -> int:
    """Read it; by default that of the settings. Raises CommandError."""
    if text is None:
        default_d: float = Settings.model_fields["dedup_horizon_d"].default
        return round(default_d * DAY_US)
    found_us = length_us("--dedup-horizon", text, LONGEST_D)
    if found_us == 0:
        raise CommandError(f"--dedup-horizon {text}: expected more than nothing")
    return found_us
