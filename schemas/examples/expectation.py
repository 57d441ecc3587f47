"""What an example expects: a KPI's record or a rule's alert, its fields, and how near a number must come."""

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field

from schemas.examples.times import moment_us
from schemas.files.document import Section
from schemas.files.period_name import Period

ASKED: Final = frozenset(("at", "kpi", "window", "rule", "period", "dims", "tolerance", "absent", "why"))
"""The fields that say what is asked for, and how; all others are of the record."""

_QUOTIENT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ?/ ?([0-9]+(?:\.[0-9]+)?)", re.ASCII)
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%", re.ASCII)


def _moment(text: object) -> object:
    if isinstance(text, str):
        moment_us(text)  # says what is wrong with its shape; the time zone is not known yet
    return text


def _number(value: object) -> object:
    """Read `2 / 3`, which says more than 0.6667 and is exact."""
    if not isinstance(value, str):
        return value
    found = _QUOTIENT.fullmatch(value)
    if found is None or float(found[2]) == 0:
        raise ValueError(f"expected a number, or two as in 2 / 3, found the text {value!r}")
    above, below = (float(part) if "." in part else int(part) for part in found.groups())
    return above / below


def _count(value: object) -> object:
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _tolerance(value: object) -> object:
    if isinstance(value, str) and not _PERCENT.fullmatch(value):
        raise ValueError(f"expected a number, or a share of the value as in 1 %, found the text {value!r}")
    return value


At = Annotated[str, BeforeValidator(_moment)]
Number = Annotated[float | int | None, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_count), Field(ge=0)]


class _Expected(Section):
    """What a record should say: its fields, or that there is none. Those that are no numbers may be any."""

    model_config = ConfigDict(extra="allow", frozen=True)

    at: At | None = None
    """Default: when the last event arrives."""
    period: Period = None
    """Default: the running one."""
    dims: dict[str, str | None] = Field(default_factory=dict)
    value: Number = None
    n: Count | None = None
    target: Number = None
    revision: Number = None
    tolerance: Annotated[str | float | int, BeforeValidator(_tolerance)] = 0
    absent: bool = False
    why: str = ""
    """How the number comes about, for who reads it."""

    @property
    def said(self) -> dict[str, Any]:
        """The record's fields that are expected, by name."""
        given = {
            name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set
        }
        return {name: value for name, value in given.items() if name not in ASKED} | (self.model_extra or {})

    def margin(self, value: float) -> float:
        """Return how far from `value` a number may be."""
        if isinstance(self.tolerance, str):
            found = _PERCENT.fullmatch(self.tolerance)
            assert found is not None
            return abs(value) * float(found[1]) / 100
        return max(self.tolerance, abs(value) * 1e-9)


class Expectation(_Expected):
    """What a KPI's record should say at a moment."""

    kpi: str
    window: str
    attainment: Number = None
    expected: Number = None
    previous: Number = None
    baseline: Number = None
    team_value: Number = None
    rank: Number = None
    rank_change: Number = None
    of: Number = None


class AlertExpectation(_Expected):
    """What the alert of a rule should say at a moment."""

    rule: str
    threshold: Number = None
    renotify_s: Number = None
    escalate_after_s: Number = None
    cool_down_s: Number = None
