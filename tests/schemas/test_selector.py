"""Selectors are read, and know which keys they take."""

import pytest

from schemas.selector import Selector, SelectorError


@pytest.mark.parametrize(
    ("text", "takes", "leaves"),
    [
        ("calls|day|", [""], ["rep=ann"]),
        ("calls|day|rep", ["rep=ann", "rep=bob"], ["", "team=north", "rep=ann,team=north"]),
        ("calls|day|rep=ann", ["rep=ann"], ["rep=bob", ""]),
        ("calls|day|rep=a%2Cb", ["rep=a%2Cb"], ["rep=a"]),
        (
            "stage_transitions|day|to_stage,from_stage=",
            ["from_stage=,to_stage=new"],
            ["from_stage=x,to_stage=new"],
        ),
    ],
)
def test_it_takes_the_keys_of_its_dimensions(text: str, takes: list[str], leaves: list[str]) -> None:
    """Exactly the named dimensions, with the values that are given."""
    selector = Selector.parse(text)
    assert [selector.takes(one) for one in takes] == [True] * len(takes)
    assert [selector.takes(one) for one in leaves] == [False] * len(leaves)


def test_a_period_is_said_after_the_window() -> None:
    """`month:2026-11` is that month, `month` the running one."""
    assert Selector.parse("calls|month:2026-11|").period == "2026-11"
    assert Selector.parse("calls|month|").period is None


@pytest.mark.parametrize(
    "text", ["", "calls", "calls|day", "|day|", "calls||", "a|b|c|d", "calls|day|rep,rep"]
)
def test_what_is_none_is_refused(text: str) -> None:
    """With a sentence that says how one is written."""
    with pytest.raises(SelectorError, match=r"selector|dimension"):
        Selector.parse(text)
