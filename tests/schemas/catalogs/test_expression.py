"""Expressions: what they compute, and that nothing else can stand in them."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogs.expression import CHARS_MAX, ExpressionError, Reference, parse_expression, reference


def value(text: str, **kpis: Any) -> Any:
    """Return the value of an expression from the values of its KPIs by id."""
    read = parse_expression(text)
    return read.evaluate([kpis[part.kpi] for part in read.references])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c", 14),
        ("(a + b) * c", 20),
        ("a - b - c", -5),
        ("b / c", 0.75),
        ("-a", -2),
        ("-(a - -b)", -5),
        ("100 * (b - a) / c", 25.0),
        ("a * 0.5", 1.0),
        ("a * 1e3", 2000.0),
        ("  a\n + b\t", 5),
        ("a / (b - b)", None),
        ("min(a, b)", 2),
        ("max(a, b / 3, -c)", 2),
        ("1 + min(a * 10, max(b, c))", 5),
        ("min(a, b / (c - c))", None),
    ],
)
def test_arithmetic(text: str, expected: float | None) -> None:
    """The four operations, minus, parentheses, the least and the most; a division by 0 gives nothing."""
    assert expected == value(text, a=2, b=3, c=4)


def test_references() -> None:
    """Each KPI once, in the order of the text; a window of its own makes it another."""
    found = parse_expression("a@rolling_365d * b + a@rolling_365d / a")

    assert (Reference("a", "rolling_365d"), Reference("b"), Reference("a")) == found.references
    assert ["a@rolling_365d", "b", "a"] == [str(part) for part in found.references]
    assert 2 * 3 + 2 / 5 == found.evaluate([2, 3, 5])


def test_a_part_without_a_value() -> None:
    """What is made of a null is null."""
    assert value("a + b", a=None, b=1) is None


def test_divisors_are_looked_at_once() -> None:
    """Constants in constants, as deep as may be, cost no more than their length."""
    assert value("a + " + "1 / (" * 30 + "2" + ")" * 30, a=1) == pytest.approx(3)


@pytest.mark.parametrize(("text", "hint"), [("a / max(b", True), ("a / (b", False), ("(max(a, b)", False)])
def test_what_yaml_cut_at_a_comma(text: str, hint: bool) -> None:
    """Between braces a text without quotes ends there, and what is left of `max(a, b)` can't be read."""
    with pytest.raises(ExpressionError, match="was never closed") as raised:
        parse_expression(text)
    assert hint is ("a comma ends it, unless it stands in quotes" in str(raised.value))


@pytest.mark.parametrize("text", ["a * b", "a / b"])
def test_what_no_number_can_hold(text: str) -> None:
    """Overflow and infinity are no values."""
    assert value(text, a=1e308, b=1e308 if "*" in text else 1e-308) is None
    assert value("a / b", a=10**400, b=1) is None
    assert value("a * b", a=10**300, b=10**300) is None


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("   ", 1),
        ("a * " + "9" * 400, 5),
        ("5", 1),
        ("a +", 3),
        ("  a +", 5),
        ("a ** b", 1),
        ("a / 0", 5),
        ("a / (1 - 1.0)", 6),
        ("a / -min(0, 1) + 1", 5),
        ("1 / 0 * a", 5),
        ("a // b", 1),
        ("a + b.c", 5),
        ("a + f(b)", 5),
        ("a if b else c", 1),
        ("a + 'x'", 5),
        ("a + [b]", 5),
        ("a == b", 3),
        ("a @ b", 3),
        ("a@b@c", 1),
        ("a + A", 5),
        ("a + 1j", 5),
        ("a + True", 5),
        ("a and b", 1),
        ("lambda", 1),
        ("a + +b", 5),
        ("a + 1e999", 5),
        ("a; b", 2),
        ("a + (b, c)", 5),
        ("a, b", 1),
        ("min(a)", 1),
        ("a + min()", 5),
        ("min(a, b, *c)", 11),
        ("min(*a)", 1),
        ("a.min(b, c)", 1),
        ("max(a, f(b))", 8),
        ("__import__", 1),
        ("a + \u00e9", 5),
        ("a + \u03a9", 5),
        ("a b", 3),
        ("a + 5(6)", 5),
        ("a" * (CHARS_MAX + 1), CHARS_MAX + 1),
        ("-" * 200 + "a", None),
        ("(" * 300 + "a" + ")" * 300, None),
    ],
)
def test_what_can_not_stand_in_one(text: str, column: int | None) -> None:
    """Anything but the whitelist is refused, with the column where it stands."""
    with pytest.raises(ExpressionError) as raised:
        parse_expression(text)
    assert column is None or column == raised.value.column, str(raised.value)


@given(st.text(max_size=60) | st.text("ab@+-*/(). 0129_:=[]'\n", max_size=60))
def test_any_text(text: str) -> None:
    """Whatever is written, it is an expression or an error with a column in the text."""
    try:
        read = parse_expression(text)
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        found = read.evaluate([3] * len(read.references))
        assert found is None or math.isfinite(found)


def test_a_reference_alone() -> None:
    """`n` is a KPI, or one in a window."""
    assert Reference("a", "day") == reference("a@day")
    for wrong in ("", "a@", "a b", "A", "a+b", "@day"):
        with pytest.raises(ExpressionError):
            reference(wrong)
