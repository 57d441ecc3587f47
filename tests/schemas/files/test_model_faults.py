"""What a model does not allow is said in plain words, at the field's line."""

import json
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator, model_validator

from schemas.files.document import Faults, Section, check, parse
from schemas.files.fault import FieldFaults


class Window(StrEnum):
    DAY = "day"
    MONTH = "month"


class Sum(Section):
    kind: Literal["sum"]
    of: str


class Ratio(Section):
    kind: Literal["ratio"]
    top: str
    bottom: str
    scale: float = 1


class Kpi(Section):
    formula: Annotated[Sum | Ratio, Field(discriminator="kind")]
    by: tuple[str, ...] = ()
    window: Window | list[Window] = Window.DAY
    limit: float | Literal["none"] | None = None
    other: Sum | Ratio | None = None
    n: int = Field(0, alias="min_n", ge=0)
    flag: bool = False
    pair: tuple[int, str] = (0, "")
    parts: Annotated[tuple[Sum, ...], Field(min_length=1)] = (Sum(kind="sum", of="a"),)

    @field_validator("by")
    @classmethod
    def no_twice(cls, by: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(by)) < len(by):
            raise ValueError("a dimension is named twice")
        return by


class Catalog(Section):
    kpis: dict[Annotated[str, Field(pattern="^[a-z_]+$")], Kpi]
    title: str = ""

    @model_validator(mode="after")
    def some(self) -> "Catalog":
        if not self.kpis:
            raise ValueError("no KPI is declared")
        return self


VALID = """\
title: test
kpis:
  calls:
    formula: {kind: sum, of: call}
    by: [channel]
    window: [day, month]
    limit: none
    min_n: 3
  win_rate:
    formula:
      kind: ratio
      top: won
      bottom: created
    window: month
    limit: 2
    flag: true
    pair: [1, a]
"""


def message(fields: str) -> str:
    """Return the faults of a catalog with one KPI, `x`, that has these fields in flow style."""
    with pytest.raises(Faults) as caught:
        check(Catalog, parse(f"kpis:\n  x: {{{fields}}}\n", "f"))
    return str(caught.value)


def test_valid() -> None:
    """Enums, tuples and defaults arrive as the model says."""
    catalog = check(Catalog, parse(VALID, "f"))

    assert catalog.kpis["calls"].window == [Window.DAY, Window.MONTH]
    assert catalog.kpis["calls"].by == ("channel",)
    assert isinstance(catalog.kpis["win_rate"].formula, Ratio)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("", "f:2: kpis.x.formula: missing"),
        ("formula: {of: a}", "f:2: kpis.x.formula.kind: missing"),
        ("formula: {kind: som}", "f:2: kpis.x.formula.kind: expected one of sum, ratio, found the text 'som', did you mean 'sum'?"),
        ("formula: {kind: }", "f:2: kpis.x.formula.kind: expected one of sum, ratio, found nothing"),
        ("formula: {kind: [sum]}", "f:2: kpis.x.formula.kind: expected one of sum, ratio, found a list"),
        ("formula: {kind: sum}", "f:2: kpis.x.formula.of: missing"),
        ("formula: {kind: sum, of: 3}", "f:2: kpis.x.formula.of: expected a text, found the number 3; put it in quotes"),
        ("formula: {kind: sum, of: a, off: b}", "f:2: kpis.x.formula.off: unknown field 'off', did you mean 'of'?"),
        ("formula: a", "f:2: kpis.x.formula: expected fields (name: value), found the text 'a'"),
        ("formula: [a]", "f:2: kpis.x.formula: expected fields (name: value), found a list"),
    ],
)  # fmt: skip
def test_formula(fields: str, expected: str) -> None:
    """A tagged union speaks of the branch that its tag names."""
    assert message(fields) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("by: channel", "by: expected a list, found the text 'channel'; one with a single entry is written [channel]"),
        ("by: [1]", "by[0]: expected a text, found the number 1; put it in quotes"),
        ("by: [a, a]", "by: a dimension is named twice"),
        ("window: mont", "window: expected one of day, month or a list, found the text 'mont', did you mean 'month'?"),
        ("window: [dya]", "window[0]: expected one of day, month, found the text 'dya', did you mean 'day'?"),
        ("limit: [1]", "limit: expected a number or none, found a list"),
        ("limit: 1_000", "limit: expected a number or none, found the text '1_000'; a number is written 1000"),
        ("limit: true", "limit: expected a number or none, found true"),
        ("other: {kind: ratio, top: a}", "other.bottom: missing"),
        ("other: 5", "other: expected fields (name: value), found the number 5"),
        ("parts: []", "parts: must have at least 1 entry, found 0"),
        ("parts: [{kind: sum}]", "parts[0].of: missing"),
        ("min_n: -1", "min_n: must be at least 0, found the number -1"),
        ("min_n: 1.5", "min_n: expected a whole number, found the number 1.5"),
        ("min_n: '5'", "min_n: expected a whole number, found the text '5'"),
        ("min_n: 1_000", "min_n: expected a whole number, found the text '1_000'; a number is written 1000"),
        ("min_n: ~", "min_n: expected a whole number, found nothing"),
        ("n: 5", "n: unknown field 'n'; known: by, flag, formula, limit, min_n, other, pair, parts, window"),
        ("windw: day", "windw: unknown field 'windw', did you mean 'window'?"),
        ("top: won", "top: unknown field 'top' here; it stands under one of formula, other"),
        ("of: won", "of: unknown field 'of' here; it stands under one of formula, other, parts"),
        ("flag: no", "flag: expected true or false, found the text 'no'"),
        ("flag: 1", "flag: expected true or false, found the number 1"),
        ("pair: [a, b]", "pair[0]: expected a whole number, found the text 'a'"),
        ("pair: [1, a, b]", "pair: must have at most 2 entries, found 3"),
        ("by: {" + "a: 1}", "by: expected a list, found fields (name: value)"),
        ("flag: " + "x" * 100, "flag: expected true or false, found the text '" + "x" * 60 + "…'"),
    ],
)  # fmt: skip
def test_field(field: str, expected: str) -> None:
    """A field that is wrong says what was expected and what was found."""
    assert message(f"formula: {{kind: sum, of: a}}, {field}") == f"f:2: kpis.x.{expected}"


def test_every_mistake_with_its_own_line() -> None:
    """All mistakes of a file come together, each at its line."""
    text = (
        VALID.replace("of: call", "off: call")
        .replace("flag: true", "flag: yes")
        .replace("title: test", "title: 1")
    )

    with pytest.raises(Faults) as caught:
        check(Catalog, parse(text, "f"))

    assert [(fault.line, fault.field) for fault in caught.value.faults] == [
        (1, "title"),
        (4, "kpis.calls.formula.of"),
        (4, "kpis.calls.formula.off"),
        (16, "kpis.win_rate.flag"),
    ]


def test_names_and_whole_files() -> None:
    """A key that the model does not allow, and a rule over the whole file, are faults too."""
    with pytest.raises(
        Faults, match=r"f:2: kpis\.A-1: expected a dimension, such as rep or channel, found the text 'A-1'"
    ):
        check(Catalog, parse("kpis:\n  A-1: {formula: {kind: sum, of: a}}", "f"))
    with pytest.raises(Faults, match="f:1: no KPI is declared"):
        check(Catalog, parse("kpis: {}", "f"))


def test_fault_of_a_later_check() -> None:
    """A check beyond the model's names its field by path and gets the line for nothing."""
    document = parse(VALID, "f")

    assert str(document.fault(("kpis", "calls", "by", 0), "unknown")) == "f:5: kpis.calls.by[0]: unknown"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
WORDS = st.sampled_from(
    [*Kpi.model_fields, "kpis", "title", "kind", "of", "top", "min_n", "sum", "ratio", "day", "x"]
)


@given(
    st.recursive(
        SCALARS | WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5)
    )
)
def test_arbitrary_data_gives_faults_only(data: object) -> None:
    """Any tree of known and unknown words is an instance of the model or faults of real lines."""
    text = json.dumps({"kpis": {"x": data}, "title": data})
    try:
        check(Catalog, parse(text, "f"))
    except Faults as faults:
        assert all(fault.line == 1 and fault.message for fault in faults.faults)


@given(st.data())
def test_mutations_of_a_valid_file_give_faults_only(data: st.DataObject) -> None:
    """A valid file with words swapped, cut or moved is an instance or faults of lines that exist."""
    lines = VALID.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        change = data.draw(st.sampled_from(["drop", "double", "indent", "word"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, line)
        elif change == "indent":
            lines[at] = "  " + line
        else:
            old = data.draw(st.sampled_from(line.split() or [" "]))
            lines[at] = line.replace(old, data.draw(WORDS | st.text(max_size=4)))
    text = "\n".join(lines)
    try:
        check(Catalog, parse(text, "f"))
    except Faults as faults:
        for fault in faults.faults:
            assert 1 <= fault.line <= len(f"{text}.".splitlines())


class Span(Section):
    first: int
    last: int

    @model_validator(mode="after")
    def ordered(self) -> "Span":
        if self.last < self.first:
            raise FieldFaults((("last",), "before the first"), (("first",), "after the last"))
        return self


class Spans(Section):
    spans: list[Span | int]


def test_a_check_of_a_model_s_own_names_fields() -> None:
    """Several, each with its line, in a branch of a union too."""
    document = parse("spans:\n- first: 3\n  last: 2\n", "a.yaml")
    with pytest.raises(Faults) as found:
        check(Spans, document)

    assert ["a.yaml:2: spans[0].first: after the last", "a.yaml:3: spans[0].last: before the first"] == [
        str(fault) for fault in found.value.faults
    ]
    assert "a; b" == str(FieldFaults(((), "a"), ((), "b")))
