"""Which partition adds up a group's facts."""

import pytest

from processors.compile import Plan
from processors.homes import home, homes_of_fact
from schemas.catalog import load_catalog
from schemas.fact import FACTS

PARTITIONS = 7
PLAN = Plan(load_catalog())


@pytest.mark.parametrize("kind", PLAN.signatures)
@pytest.mark.parametrize("rep", [None, "ann", "bob", "Ørjan|%"])
def test_a_fact_reaches_all_its_groups(kind: str, rep: str | None) -> None:
    """Wherever one of a fact's groups lives, the fact is sent there, and to no place without one."""
    dims = dict.fromkeys(FACTS[kind].dimensions, "x") | {"team": "north"} | ({"rep": rep} if rep else {})
    groups = [
        {name: dims[name] for name in signature}
        for signature in PLAN.signatures[kind]
        if all(name in dims for name in signature)
    ]

    assert {home(group, PARTITIONS) for group in groups} == set(homes_of_fact(rep, PARTITIONS))


def test_a_home_is_for_ever() -> None:
    """A group lives where it lived when its state was written: the places are pinned."""
    assert [0, 0, 4, 4] == [
        home({}, PARTITIONS),
        home({"team": "north"}, PARTITIONS),
        home({"rep": "ann"}, PARTITIONS),
        home({"rep": "ann", "from_stage": None, "to_stage": "new"}, PARTITIONS),
    ]


def test_reps_spread() -> None:
    """Reps live in all partitions, not in a few."""
    assert set(range(PARTITIONS)) == {home({"rep": f"rep-{n}"}, PARTITIONS) for n in range(100)}


def test_one_partition_has_all() -> None:
    """With one partition everything lives in it."""
    assert (0,) == homes_of_fact("ann", 1)
    assert 0 == home({"rep": "ann"}, 1)
