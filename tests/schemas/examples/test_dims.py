"""Whom an example may ask for."""

from typing import Any

import pytest

from schemas.catalog import load_catalog
from schemas.examples.dims import dims_faults, judged_groups
from schemas.rule import load_rules
from schemas.rules.absence import load_absences

CATALOG = load_catalog()
KEPT = CATALOG.groups
JUDGED = judged_groups(load_rules(CATALOG), load_absences())


@pytest.mark.parametrize(
    ("name", "dims"),
    [
        ("calls", {}),
        ("calls", {"rep": "ann"}),
        ("stage_conversion", {"to_stage": "b", "from_stage": None}),
        ("quiet-rep", {"rep": "ann"}),
        ("inquiry-unanswered", {"team": "north"}),
        ("inquiry-unanswered", {"rep": "ann", "team": "north"}),
        ("calls", "no dims, which the grammar says"),
    ],
)
def test_what_may_be_asked(name: str, dims: Any) -> None:
    """The groups of KPIs, rules and absence rules."""
    assert [] == [*dims_faults((), name, dims, {**KEPT, **JUDGED}[name])]


@pytest.mark.parametrize(
    ("name", "dims", "where", "said"),
    [
        ("calls", {"tem": "x"}, ("dims", "tem"), "unknown dimension of calls 'tem', did you mean 'team'?"),
        ("calls", {"team": "x", "rep": "y"}, ("dims",), "calls has no records by rep and team; it has by company"),
        ("stage_conversion", {}, ("dims",), "stage_conversion has no records by company; it has by from_stage and"),
        ("quiet-rep", {}, ("dims",), "quiet-rep has no records by company; it has by rep"),
        ("inquiry-unanswered", {"rep": "x"}, ("dims",), "no records by rep; it has by team, rep and team"),
    ],
)  # fmt: skip
def test_what_can_not_be(name: str, dims: Any, where: tuple[str, ...], said: str) -> None:
    """The name that is wrong, or what names there are together."""
    ((path, message),) = dims_faults((), name, dims, {**KEPT, **JUDGED}[name])

    assert where == path
    assert said in message
