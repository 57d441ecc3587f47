"""Declared examples: events in, KPI values and alerts out; what `crm-pulse test` runs.

`read_examples` checks a file against the grammar, `schemas.example_names` its names against the vocabulary,
a catalog and its rules. The standard catalog's own examples stand beside it in `schemas/examples/`;
`examples_of` finds those of a KPI.
"""

import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from schemas.document import Document, Faults, Section, check, parse
from schemas.events.directory import is_period
from schemas.example_names import PREFIX, name_faults
from schemas.example_time import DAY_1, moment_us

STANDARD = "schemas/examples"

_T = TypeVar("_T")
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


def _tolerance(value: object) -> object:
    if isinstance(value, str) and not _PERCENT.fullmatch(value):
        raise ValueError(f"expected a number, or a share of the value as in 1 %, found the text {value!r}")
    return value


def _some(entries: tuple[_T, ...]) -> tuple[_T, ...]:
    # A minimum length on the field itself would also speak when an entry is wrong.
    if not entries:
        raise ValueError("expected at least one")
    return entries


At = Annotated[str, BeforeValidator(_moment)]
Number = Annotated[float | int | None, BeforeValidator(_number)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class ExampleEvent(Section):
    """An event: its time, its type, and its data's fields beside them."""

    model_config = ConfigDict(extra="allow", frozen=True)

    at: At
    type: str
    arrives: At | None = None
    """When it arrives, where that is later than `at`: what is asked for in between doesn't know of it."""
    id: Name | None = None
    source: Name | None = None

    @property
    def kind(self) -> str:
        """The whole type, `crm.call.logged`, which may be given without its prefix."""
        return self.type if self.type.startswith(PREFIX) else PREFIX + self.type

    @property
    def fields(self) -> dict[str, Any]:
        """The data's fields as given."""
        return dict(self.model_extra or {})


class _Expected(Section):
    """What a record should say: its fields, or that there is none."""

    model_config = ConfigDict(extra="allow", frozen=True)

    at: At | None = None
    """Default: when the last event arrives."""
    period: str | None = None
    """Default: the running one."""
    dims: dict[str, str | None] = Field(default_factory=dict)
    value: Number = None
    n: Annotated[int, Field(ge=0)] | None = None
    tolerance: Annotated[str | float | int, BeforeValidator(_tolerance)] = 0
    absent: bool = False
    why: str = ""
    """How the number comes about, for who reads it."""

    @property
    def said(self) -> dict[str, Any]:
        """The record's fields that are expected, by name."""
        given = {name: getattr(self, name) for name in ("value", "n") if name in self.model_fields_set}
        return given | (self.model_extra or {})

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

    @model_validator(mode="after")
    def _says_something(self) -> "Expectation":
        if self.absent == bool(self.said):
            raise ValueError("expected a value, or another field of the record, or `absent: true`")
        if self.period is not None and not is_period(self.window, self.period):
            raise ValueError(f"{self.period!r} is no period of the window {self.window!r}")
        return self


class AlertExpectation(_Expected):
    """What the alert of a rule should say at a moment."""

    rule: str

    @model_validator(mode="after")
    def _says_something(self) -> "AlertExpectation":
        if self.absent == bool(self.said):
            raise ValueError("expected a state, or another field of the alert, or `absent: true`")
        return self


class Example(Section):
    """One story and what must come of it."""

    name: Annotated[str, Field(min_length=1)]
    teams: dict[Name, tuple[Name, ...]] = Field(default_factory=dict)
    """The reps of each team, from before the first event on."""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """Fields for each event whose type has them and which does not say them itself."""
    events: Annotated[tuple[ExampleEvent, ...], AfterValidator(_some)]
    expect: tuple[Expectation, ...] = ()
    expect_alerts: tuple[AlertExpectation, ...] = ()

    @model_validator(mode="after")
    def _expects_something(self) -> "Example":
        if not self.expect and not self.expect_alerts:
            raise ValueError("expected expect or expect_alerts: an example that asks nothing shows nothing")
        return self

    @property
    def kpis(self) -> frozenset[str]:
        """The KPIs that it shows."""
        return frozenset(one.kpi for one in self.expect)


class ExamplesFile(Section):
    """A file of examples."""

    catalog: str | None = None
    """A path from this file; default: the standard catalog."""
    rules: str | None = None
    """Likewise; default: the standard rules."""
    day_1: str = DAY_1.isoformat()
    examples: Annotated[tuple[Example, ...], AfterValidator(_some)]

    @field_validator("day_1")
    @classmethod
    def _is_a_date(cls, text: str) -> str:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"expected a date such as {DAY_1}, found {text!r}") from None
        return text


class Read(NamedTuple):
    """A file that was read, and where its parts stand."""

    document: Document
    content: ExamplesFile


def read_examples(text: str | bytes, file: str) -> Read:
    """Return what a file says; its events' types and fields are known ones. Raises `Faults` with every mistake."""
    document = parse(text, file)
    content = check(ExamplesFile, document)
    faults = [document.fault(path, message) for path, message in name_faults(content)]
    if faults:
        raise Faults(faults)
    return Read(document, content)


@cache
def standard_examples() -> tuple[Read, ...]:
    """Return the standard catalog's own examples, a file a family of KPIs."""
    folder = files("schemas").joinpath("examples")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(read_examples(folder.joinpath(name).read_bytes(), f"{STANDARD}/{name}") for name in names)


def examples_of(kpi: str) -> tuple[Example, ...]:
    """Return the standard examples that show a KPI, those that show the fewest others first."""
    found = [one for read in standard_examples() for one in read.content.examples if kpi in one.kpis]
    return tuple(sorted(found, key=lambda one: len(one.kpis)))
