"""Arithmetic over KPIs, as text: `average_purchase_value@rolling_365d * purchase_frequency`.

Ids of KPIs, `kpi@window` for a window of its own, numbers, + - * /, parentheses, min(…) and max(…). Python's
parser reads it; only these few kinds of node are taken over into closures, and nothing of it is ever run as code.
"""

import ast
import math
import operator
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

Number = int | float | Fraction
Values = Sequence[Number | None]

CHARS_MAX = 1000
DEPTH_MAX = 32

_AT = "\u03a9"
"""Stands for `@` while Python reads the text: a letter to it, so that `kpi@window` is one name."""
_OPERATORS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_CHOICES: dict[str, Callable[..., Number]] = {"min": min, "max": max}
_ODD = re.compile(r"[^A-Za-z0-9_@+\-*/(),. \t\n]")
_NAME = re.compile(rf"[a-z][a-z0-9_]*(?:{_AT}[a-z][a-z0-9_]*)?")


class Reference(NamedTuple):
    """A KPI that an expression names, and the window where it says one."""

    kpi: str
    window: str | None = None

    def __str__(self) -> str:
        return self.kpi if self.window is None else f"{self.kpi}@{self.window}"


class Expression(NamedTuple):
    """An expression that was read."""

    text: str
    references: tuple[Reference, ...]
    """What it names, each once, in the order of its first standing."""
    evaluate: Callable[[Values], int | float | None]
    """Its value from the values of `references`; None where one of them is, or of a division by 0.

    Likewise where no float holds it. Of fractions nothing is rounded before the end."""


class ExpressionError(ValueError):
    """An expression that can't be read; `column` (1-based) is where."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


def reference(text: str) -> Reference:
    """Read `kpi` or `kpi@window`. Raises ExpressionError."""
    if not _NAME.fullmatch(text.replace("@", _AT)):
        raise ExpressionError(1, f"expected a KPI or kpi@window, found {text!r}")
    kpi, _, window = text.partition("@")
    return Reference(kpi, window or None)


@cache
def parse_expression(text: str) -> Expression:
    """Read an expression. Raises ExpressionError with the column of what is wrong."""
    if len(text) > CHARS_MAX:
        raise ExpressionError(CHARS_MAX + 1, f"over {CHARS_MAX} characters long")
    odd = _ODD.search(text)
    if odd:
        raise ExpressionError(odd.start() + 1, f"{odd[0]!r} can't stand in an expression")
    reader = _Reader(text)
    run = reader.read()
    slots = tuple(reader.slots)
    if not slots:
        raise ExpressionError(1, "names no KPI")
    return Expression(text, slots, _guarded(run))


_Run = Callable[[Values], Number]


class _Reader:
    def __init__(self, text: str) -> None:
        # A line break would end the expression for Python.
        self.text = re.sub(r"\s", " ", text)
        self.stripped = self.text.lstrip()
        self.indent = len(self.text) - len(self.stripped)
        self.source = self.stripped.replace("@", _AT)
        self.slots: dict[Reference, int] = {}

    def read(self) -> _Run:
        if not self.source.strip():
            raise ExpressionError(1, "empty")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.source, mode="eval")
        except SyntaxError as error:
            end = self.source.rstrip()
            if end[-1] in "+-*/@" + _AT:
                raise ExpressionError(
                    self.indent + len(end), f"nothing follows {end[-1].replace(_AT, '@')!r}"
                ) from None
            column = self.indent + min(max(error.offset or 1, 1), len(self.source) + 1)
            cut = re.search(r"\b(?:min|max)\([^,]*$", self.source)
            # What is left of `{expression: max(a, b)}` in YAML.
            hint = "; between { and } a comma ends it, unless it stands in quotes" if cut else ""
            raise ExpressionError(column, f"can't be read: {_said(error)}{hint}") from None
        except (RecursionError, MemoryError, ValueError):
            raise ExpressionError(1, "can't be read") from None
        return self.node(tree.body, 0)

    def node(self, node: ast.expr, depth: int) -> _Run:
        if depth > DEPTH_MAX:
            raise self.error(node, f"more than {DEPTH_MAX} levels deep")
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                runs = self.node(left, depth + 1), self.node(right, depth + 1)
                if isinstance(op, ast.Div) and _is_zero(right, runs[1]):
                    raise self.error(right, "divides by 0, which gives no value ever")
                return _joined(_OPERATORS[type(op)], *runs)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _negated(self.node(operand, depth + 1))
            case ast.Call(func=ast.Name(id=name), args=[_, _, *_] as parts, keywords=[]) if name in _CHOICES:
                return _chosen(_CHOICES[name], [self.node(part, depth + 1) for part in parts])
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                if abs(value) > sys.float_info.max:  # also of whole numbers that no float can be
                    raise self.error(node, "the number is too large")
                return _constant(value)
            case ast.Name(id=name) if _NAME.fullmatch(name):
                slot = self.slots.setdefault(reference(name.replace(_AT, "@")), len(self.slots))
                return _named(slot)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CHOICES:
            raise self.error(node, f"{node.func.id} is of two values or more, in parentheses")
        segment = (ast.get_source_segment(self.source, node) or "").replace(_AT, "@")
        raise self.error(
            node,
            f"{segment!r} can't stand here: only KPIs, kpi@window, numbers, + - * /, parentheses, min and max",
        )

    def error(self, node: ast.expr, message: str) -> ExpressionError:
        before = self.source.encode()[: node.col_offset].decode()
        return ExpressionError(self.indent + len(before) + 1, message)


def _said(error: SyntaxError) -> str:
    said = (error.msg or "not an expression").replace(_AT, "@")
    return said.partition(". Perhaps")[0].partition(". Maybe")[0]


def _is_zero(node: ast.expr, run: _Run) -> bool:
    """Say whether a part is 0 whatever the KPIs are."""
    if any(isinstance(part, ast.Name) and part.id not in _CHOICES for part in ast.walk(node)):
        return False
    try:
        return run(()) == 0
    except OverflowError:
        return False


def _joined(how: Callable[[Number, Number], Number], left: _Run, right: _Run) -> _Run:
    return lambda values: how(left(values), right(values))


def _chosen(how: Callable[..., Number], runs: Sequence[_Run]) -> _Run:
    return lambda values: how([run(values) for run in runs])


def _negated(run: _Run) -> _Run:
    return lambda values: -run(values)


def _constant(value: Number) -> _Run:
    return lambda values: value


def _named(slot: int) -> _Run:
    return lambda values: values[slot]  # type: ignore[return-value]  # _guarded lets no None come here


def _guarded(run: _Run) -> Callable[[Values], int | float | None]:
    def evaluate(values: Values) -> int | float | None:
        if None in values:
            return None
        try:
            result = run(values)
            rounded = float(result)  # whole numbers stay what they are, but none is told that no float can be
        except (ZeroDivisionError, OverflowError):
            return None
        return (result if isinstance(result, int) else rounded) if math.isfinite(rounded) else None

    return evaluate
