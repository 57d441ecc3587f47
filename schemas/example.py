"""Declared examples: events in, KPI values and alerts out; what `crm-pulse test` runs.

`read_examples` checks a file against the grammar, `schemas.examples.names` its names against the vocabulary,
a catalog and its rules. The standard catalog's own examples stand beside it in `schemas/examples/`.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec
from pydantic import AfterValidator, ConfigDict, Field, field_validator

from schemas.event import EVENT_TYPES
from schemas.examples.expectation import AlertExpectation, At, Expectation
from schemas.examples.names import name_faults, whole_type
from schemas.examples.times import DAY_1
from schemas.files.document import Document, Fault, Faults, Section, check, reading

STANDARD = "schemas/examples"

ACCOUNT = "acme"
"""The account of events that name none."""
INVENTED = ("conversation", "deal", "lead", "order", "quote")
"""Ids that a type requires and an example need not say, as long as each account has only one of the kind."""

_T = TypeVar("_T")


def _some(entries: tuple[_T, ...]) -> tuple[_T, ...]:
    # A minimum length on the field itself would also speak when an entry is wrong.
    if not entries:
        raise ValueError("expected at least one")
    return entries


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
        return whole_type(self.type)

    def data(self, defaults: Mapping[str, Any]) -> dict[str, Any]:
        """Return its data: what it says, else the example's defaults, else an invented id."""
        kind = EVENT_TYPES[self.kind]
        data = {name: value for name, value in defaults.items() if name in kind.__struct_fields__}
        data |= self.model_extra or {}
        required = {field.name for field in msgspec.structs.fields(kind) if field.required}
        if "account" in required:
            data.setdefault("account", ACCOUNT)
        for name in INVENTED:
            if name in required:
                data.setdefault(name, f"{data['account']}-{name}")
        return {name: value for name, value in data.items() if value is not None}


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


class Draft(NamedTuple):
    """A file that may have mistakes: those that it shows by itself, and what it says if the grammar allows it."""

    document: Document
    content: ExamplesFile | None
    faults: tuple[Fault, ...]

    def read(self) -> Read:
        """Return what the file says. Raises `Faults` with every mistake."""
        if self.content is None or self.faults:
            raise Faults(self.faults)
        return Read(self.document, self.content)


def draft_examples(text: str | bytes, file: str) -> Draft:
    """Read a file whose mistakes are to be told with others. Raises `Faults` when it is no YAML."""
    document: Document | None = None
    content: ExamplesFile | None = None
    try:
        with reading(text, file) as document:
            document.report(name_faults(document.data))
            content = check(ExamplesFile, document)
    except Faults as wrong:
        if document is None:
            raise
        return Draft(document, content, wrong.faults)
    return Draft(document, content, ())


def read_examples(text: str | bytes, file: str) -> Read:
    """Return what a file says; its events' types and fields are known ones. Raises `Faults` with every mistake."""
    return draft_examples(text, file).read()


@cache
def standard_examples() -> tuple[Read, ...]:
    """Return the standard catalog's own examples, a file a family of KPIs."""
    folder = files("schemas").joinpath("examples")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(read_examples(folder.joinpath(name).read_bytes(), f"{STANDARD}/{name}") for name in names)
