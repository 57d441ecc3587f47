"""What a condition says of a record: verdict, limit, recovery, and when that may change."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.judging.observation import Observation
from processors.judging.verdicts import Facts, Verdict, is_high, judge
from schemas.rules.condition import Condition
from tests.processors.rule_timeline import MINUTE_US, observation

END_US, START_US = 100 * MINUTE_US, 0
B, W, C = Verdict.BREACH, Verdict.BETWEEN, Verdict.CLEAR
NO_VALUE, TOO_SMALL, NO_REFERENCE = Verdict.NO_VALUE, Verdict.TOO_SMALL, Verdict.NO_REFERENCE


def condition(**fields: Any) -> Condition:
    """Return a condition from fields as they stand in a file."""
    return Condition.model_validate(fields)


def facts(what: Any, minute: float = 50, silent: float | None = None, min_n: int = 0) -> Facts:
    """Return a record at a minute of a period from 0 to 100."""
    at_us = int(minute * MINUTE_US)
    seen: Observation = observation(at_us, 1, what, END_US, START_US)
    return Facts(seen, at_us, min_n, None if silent is None else int(silent * MINUTE_US))


LIMITS: list[tuple[dict[str, Any], Any, tuple[Verdict, float | None, float | None]]] = [
    ({"above": 10}, 10.5, (B, 10, 10)),
    ({"above": 10, "recover": 5}, 7, (W, 10, 5)),
    ({"below": 10, "recover": 15}, 15, (C, 10, 15)),
    ({"above": 10}, None, (NO_VALUE, 10, 10)),
    ({"above": 10}, (99, 0), (TOO_SMALL, 10, 10)),
    ({"below": 0.5, "of": "target", "recover": 0.75}, {"value": 60, "target": 100}, (W, 50, 75)),
    ({"above": 1.5, "of": "baseline"}, {"value": 31, "baseline": 20}, (B, 30, 30)),
    ({"below": 0.5, "of": "previous"}, {"value": 31, "baseline": 20}, (NO_REFERENCE, None, None)),
    ({"lower_than": "team", "by": 5.0, "recover_by": 1.0}, {"value": 17, "team_value": 20}, (W, 15, 19)),
    ({"higher_than": "team", "by": "25 %"}, {"value": 26, "team_value": 20}, (B, 25, 25)),
    ({"lower_than": "previous"}, {"value": 19, "previous": 20}, (B, 20, 20)),
    ({"lower_than": "pace", "by": "10%"}, {"value": 44, "target": 100, "expected": 1}, (B, 45, 45)),
    ({"rank": {"in_last": 3}}, {"value": 1, "rank": 8, "of": 10}, (B, 7, 7)),
    ({"rank": {"in_last": 3, "recover": 5}}, {"value": 1, "rank": 6, "of": 10}, (W, 7, 5)),
    ({"rank": {"not_in_first": 5, "recover": 3}}, {"value": 1, "rank": 3, "of": 10}, (C, 5, 3)),
    ({"rank": {"not_in_first": 5, "of_at_least": 20}}, {"value": 1, "rank": 9, "of": 10}, (NO_REFERENCE, None, None)),
    ({"reached": 10}, 10, (B, 10, 10)),
    ({"reached": 10}, 9.9, (C, 10, 10)),
    ({"reached": 10}, None, (C, 10, 10)),
    ({"reached": 1, "of": "target"}, {"value": 120, "target": 100}, (B, 100, 100)),
    ({"reached": 1, "of": "target"}, 120, (NO_REFERENCE, None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "what", "wanted"), LIMITS, ids=str)
def test_limits(fields: dict[str, Any], what: Any, wanted: tuple[Any, ...]) -> None:
    """The limit is in the KPI's unit, or a place, wherever it comes from."""
    found = judge(condition(**fields), facts(what, min_n=1))

    assert found[:1] + found[2:4] == wanted


GRID = {"b": {"above": 1}, "w": {"above": 9, "recover": 1}, "c": {"above": 9}, "?": {"lower_than": "team"}}
"""What the value 5 is to each."""


@pytest.mark.parametrize(
    ("parts", "every", "some"),
    [
        ("b", B, B), ("w", W, W), ("c", C, C), ("?", NO_REFERENCE, NO_REFERENCE),
        ("bb", B, B), ("bw", W, B), ("bc", C, B), ("b?", NO_REFERENCE, B), ("ww", W, W), ("wc", C, W),
        ("w?", NO_REFERENCE, W), ("cc", C, C), ("c?", C, NO_REFERENCE), ("bwc?", C, B), ("bw?", NO_REFERENCE, B),
    ],
)  # fmt: skip
def test_and_or(parts: str, every: Verdict, some: Verdict) -> None:
    """All: one that is well makes it well. Any: one breach is enough. Not to know is neither."""
    for order in (parts, parts[::-1]):
        listed = [GRID[part] for part in order]
        assert judge(condition(all=listed), facts(5)).verdict is every
        assert judge(condition(any=listed), facts(5)).verdict is some


def test_the_clause_that_decided() -> None:
    """Limit and reason are those of the part that made the verdict."""
    both = condition(any=[{"above": 9}, {"all": [{"above": 1}, {"below": 7}]}])

    assert judge(both, facts(5)).clause.above == 1
    assert judge(both, facts(8)).clause.above == 9


@given(
    st.sampled_from([0.5, 0.9, 1.0]),
    st.sampled_from(["below", "lower", "above", "higher"]),
    st.integers(0, 130),
    st.integers(0, 99),
    st.booleans(),
)
def test_a_pace_turns_when_it_says(share: float, kind: str, value: int, minute: int, percent: bool) -> None:
    """Until the moment that is named the verdict stays breach or not; at the moment it is another, or well."""
    off = round(100 - share * 100)
    by = f"{off} %" if percent else off
    made = {
        "below": condition(below=share, of="pace"),
        "lower": condition(lower_than="pace", by=by),
        "above": condition(above=2 - share, of="pace", recover=share),
        "higher": condition(higher_than="pace", by=by),
    }[kind]
    there = facts({"value": value, "target": 100, "expected": 0}, minute)
    found = judge(made, there)

    def at(moment_us: int) -> Verdict:
        return judge(made, there._replace(at_us=moment_us)).verdict

    last_us = END_US if found.turns_us is None else found.turns_us - 1_000_001
    for step in range(11):
        moment_us = there.at_us + (last_us - there.at_us) * step // 10
        if moment_us >= there.at_us:
            assert (at(moment_us) is B) == (found.verdict is B) or is_high(made)
    if found.turns_us is not None:
        assert found.turns_us > there.at_us
        assert at(found.turns_us) is (C if is_high(made) else B)
    elif is_high(made):
        assert found.verdict is C or at(END_US) is not C or value == 0


def test_the_share_of_the_period() -> None:
    """Before it all is well, and a breach is held for the moment; then the limit counts."""
    late = condition(below=10, elapsed_at_least=0.75)

    assert judge(late, facts(5, 74)).turns_us == 75 * MINUTE_US
    assert judge(late, facts(5, 74)).verdict is C
    assert judge(late, facts(15, 74)).turns_us is None
    assert judge(late, facts(5, 75)).verdict is B
    nowhere = Facts(Observation(0, 1, 5, 9), 0)
    assert judge(late, nowhere)[:1] == (C,)


def test_silence() -> None:
    """Whoever is silent for so long is silent; who isn't, will be."""
    silent = condition(no_data="30m")

    assert judge(silent, facts(None, 50, silent=20)).verdict is B
    assert judge(silent, facts(None, 49, silent=20)).turns_us == 50 * MINUTE_US
    assert judge(silent, facts(5, 49))[:1] == (C,)
