"""Conditions: what may be said, and what of it makes no sense."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.rules.condition import KINDS, Condition, amount, is_percent, percent


def condition(**fields: Any) -> Condition:
    """Return a condition from fields as they stand in a file."""
    return Condition.model_validate(fields)


def fault(**fields: Any) -> str:
    """Return what is wrong with one."""
    with pytest.raises(ValidationError) as caught:
        condition(**fields)
    return str(caught.value.errors()[0]["msg"])


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"above": 1, "rank": {"in_last": 1}}, "expected exactly one of above, below, "),
        ({"no_data": "1h", "of": "target"}, "of belongs to above or below or reached, not to no_data"),
        ({"lower_than": "team", "recover": 1}, "recover belongs to above or below, not to lower_than"),
        ({"above": 1, "by": 1}, "by belongs to higher_than or lower_than, not to above"),
        ({"above": 1, "recover_by": 1}, "recover_by belongs to higher_than or lower_than, not to above"),
        ({"above": 1, "working_time": True}, "working_time belongs to no_data, not to above"),
        ({"lower_than": "team", "by": "20 %", "recover_by": 5}, "must both be shares"),
        ({"lower_than": "team", "by": "20 %", "recover_by": "30 %"}, "recover_by (30 %) must not lie over by (20 %)"),
        ({"lower_than": "team", "by": -1}, "greater than or equal to 0"),
        ({"rank": {}}, "expected exactly one of in_last and not_in_first"),
        ({"rank": {"in_last": 3, "not_in_first": 3}}, "expected exactly one of in_last and not_in_first"),
        ({"rank": {"in_last": 3, "recover": 2}}, "recover (2) must not lie under in_last (3)"),
        ({"rank": {"not_in_first": 3, "recover": 4}}, "recover (4) must not lie over not_in_first (3)"),
        ({"rank": {"in_last": 0}}, "greater than or equal to 1"),
        ({"elapsed_at_least": "120 %", "above": 1}, "less than or equal to 1"),
        ({"all": []}, "at least 1 item"),
        ({"all": [{"above": 1}] * 11}, "at most 10 items"),
        ({"all": [{}]}, "needs exactly one of above, below"),
        ({"any": [{"above": 1}, {"reached": 1}]}, "a milestone (reached) stands alone"),
        ({"all": [{"any": [{"all": [{"any": [{"above": 1}]}]}]}]}, "3 deep"),
    ],
)  # fmt: skip
def test_mistakes(fields: dict[str, Any], wanted: str) -> None:
    """Each is one sentence."""
    assert wanted in fault(**fields)


def test_kinds() -> None:
    """Each kind by its own name."""
    values: dict[str, Any] = {
        "above": 1, "below": 1, "higher_than": "team", "lower_than": "team", "reached": 1, "rank": {"in_last": 1},
        "no_data": "1h", "all": [{"above": 1}], "any": [{"above": 1}],
    }  # fmt: skip
    assert {kind: condition(**{kind: values[kind]}).kinds for kind in KINDS} == {
        kind: (kind,) for kind in KINDS
    }


def test_shares() -> None:
    """`60 %` is 0.6, whatever the space; other texts are what they are."""
    assert [percent(text) for text in ("60 %", "60%", "7.5 %", "60", "%", 5, None)] == [
        0.6, 0.6, 0.075, "60", "%", 5, None,
    ]  # fmt: skip
    assert condition(below="60 %", of="target", recover="75%").recover == 0.75
    assert (amount("20 %"), amount(3.5)) == (0.2, 3.5)
    assert (is_percent("5 %"), is_percent(5), is_percent("five")) == (True, False, False)


def test_leaves() -> None:
    """All that stands in a condition, itself first."""
    nested = condition(all=[{"above": 1}, {"any": [{"below": 2}, {"lower_than": "team"}]}])

    assert [leaf.kinds[0] for leaf in nested.leaves] == ["all", "above", "any", "below", "lower_than"]
    assert nested.depth == 2
    assert nested.leaves[-1].reference == "team"


def test_places() -> None:
    """The last place that is no breach, and the last one that is well, which is the same where nothing else is said."""
    last, first = condition(rank={"in_last": 3, "recover": 5}).rank, condition(rank={"not_in_first": 3}).rank
    assert last is not None
    assert first is not None

    assert (last.limits(10), last.least) == ((7, 5), 4)
    assert (first.limits(10), first.least) == ((3, 3), 4)
    for which in ("in_last", "not_in_first"):
        said, unsaid = condition(rank={which: 3, "recover": 3}).rank, condition(rank={which: 3}).rank
        assert said and unsaid and said.limits(10) == unsaid.limits(10)
