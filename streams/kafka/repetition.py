"""What libraries say again and again is logged now and then: an outage must not wash away how it began.

Without its broker, aiokafka tells of every try, over a hundred lines a second.
"""

import logging
from collections.abc import Callable
from typing import Final, NamedTuple

from streams.clock import monotonic_s

INTERVAL_S: Final = 10.0
"""How far apart the same words of the same logger are at least."""
REMEMBERED_MAX: Final = 1_000
"""Of more, those that may be said again are forgotten, with their counts."""


class _Said(NamedTuple):
    at_s: float
    repeated: int


class Repetition(logging.Filter):
    """Lets a line of these loggers pass when it was not said within the interval; with how often it was since."""

    def __init__(self, loggers: tuple[str, ...], clock_s: Callable[[], float] = monotonic_s) -> None:
        super().__init__()
        self._loggers = [logging.Filter(name) for name in loggers]
        self._clock_s = clock_s
        self._said: dict[tuple[str, str], _Said] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the line is to be written; one that stands for others has the field `repeated`."""
        if not any(one.filter(record) for one in self._loggers):
            return True
        now_s = self._clock_s()
        key = (record.name, record.getMessage())
        said = self._said.get(key)
        if said is not None and now_s - said.at_s < INTERVAL_S:
            self._said[key] = _Said(said.at_s, said.repeated + 1)
            return False
        if said is not None and said.repeated:
            record.repeated = said.repeated
        if len(self._said) >= REMEMBERED_MAX:
            self._said = {old: one for old, one in self._said.items() if now_s - one.at_s < INTERVAL_S}
        self._said[key] = _Said(now_s, 0)
        return True
