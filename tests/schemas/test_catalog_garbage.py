"""Whatever is in a catalog file, reading it gives a catalog or faults with places; and it takes little time."""

import copy
import json
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.catalog import Catalog, check_catalog, load_catalog
from schemas.files.document import Faults, parse
from schemas.files.overlay import standard_text

STANDARD = parse(standard_text("schemas/standard.yaml"), "standard.yaml").data
CPU_S_MAX = 2.0
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line for YAML's reader: a lone carriage return too, and the breaks of YAML 1.1."""

words = st.sampled_from(
    ["calls", "call", "deal_won", "response", "channel", "now", "day", "rolling_24h", "company", "kpis", "a b", "",
     "count", "sum", "share", "where", "n", "expression", "@", "calls / calls", "𝔘", "x" * 300]
)  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything below a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for name, part in inside for place in [(*path, name), *places(part, (*path, name))]]


PLACES = places(STANDARD)


@st.composite
def mutants(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the standard catalog with up to three parts removed, replaced, renamed or added to."""
    mutant = copy.deepcopy(STANDARD)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PLACES))
        at: Any = mutant
        for part in path[:-1]:
            try:
                at = at[part]
            except (KeyError, IndexError, TypeError):
                break
        else:
            _mutate(draw, at, path[-1])
    return mutant


def _mutate(draw: st.DrawFn, at: Any, name: Any) -> None:
    what = draw(st.sampled_from(["drop", "replace", "rename", "add"]))
    if isinstance(at, list) and isinstance(name, int) and name < len(at):
        if what == "drop":
            del at[name]
        else:
            at[name] = draw(values)
    elif isinstance(at, dict) and name in at:
        if what == "drop":
            del at[name]
        elif what == "replace":
            at[name] = draw(values)
        elif what == "rename":
            at[draw(words)] = at.pop(name)
        else:
            at[draw(words)] = draw(values)


def read(text: str) -> Catalog | None:
    """Read a catalog; its faults must each have the file, a line of it and a sentence."""
    try:
        checked = check_catalog(text, "own.yaml")
    except Faults as found:
        lines = len(LINE_BREAK.split(text))
        assert found.faults
        for fault in found.faults:
            assert fault.file == "own.yaml"
            assert 1 <= fault.line <= lines
            assert fault.message
        return None
    return checked.catalog


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutants())
def test_mutants_of_the_standard_catalog(mutant: dict[str, Any]) -> None:
    """Parts dropped, renamed, replaced by anything: faults, or a catalog that can say its windows and texts."""
    catalog = read(json.dumps(mutant, indent=1))
    if catalog is not None:
        assert catalog.known or all(kpi.private for kpi in catalog.kpis.values())


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(words, values, max_size=4))
def test_kpis_of_anything(kpi: dict[str, Any]) -> None:
    """A KPI made of any words and values."""
    read(json.dumps({"catalog": "own", "extends": "standard", "kpis": {"x": kpi}}, indent=1))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200) | st.text("{}[]:,-&*!|>'\"#% \nabk", max_size=80))
def test_any_text(text: str) -> None:
    """What is no catalog, and mostly no YAML."""
    read(text)


def big_catalog(kpis: int) -> str:
    """Return a catalog of so many KPIs of every kind, with parts, filters and crosses, beside the standard ones."""
    lines = ["catalog: big", "extends: standard", "kpis:"]
    for i in range(kpis // 5):
        lines += [
            f"  a{i}: {{label: A, unit: count, count: {{of: call, where: {{duration_s: {{at_least: {i}}}}}}}, by: [channel, [channel, team]]}}",
            f"  b{i}: {{label: B, unit: ratio, ratio: {{numerator: a{i}, denominator: calls}}, by: [channel]}}",
            f"  c{i}: {{label: C, unit: number, expression: 'b{i} * 2 + a{i}@rolling_7d / 3', n: a{i}}}",
            f"  d{i}: {{label: D, unit: ratio, share: {{of: response, at_most_s: {i}}}, by: [channel]}}",
            f"  e{i}: {{label: E, unit: ratio, growth: {{of: a{i}, same_elapsed: true}}}}",
        ]
    return "\n".join(lines) + "\n"


def test_500_kpis_are_read_in_no_time() -> None:
    """Reading and checking take well under two seconds of this processor."""
    text = big_catalog(500)
    load_catalog()
    started_s = time.process_time()
    catalog = load_catalog(text, "big.yaml")
    took_s = time.process_time() - started_s

    assert len(catalog.kpis) == 500 + len(load_catalog().kpis)
    assert took_s < CPU_S_MAX, f"{took_s:.2f} s"
