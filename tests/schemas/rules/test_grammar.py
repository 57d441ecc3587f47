"""Rules: levels, and comparisons that records of a window or dimension don't have."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.rules.grammar import Rule

DAY: dict[str, Any] = {"kpi": "k", "window": "day"}
ROLLING: dict[str, Any] = {"kpi": "k", "window": "rolling_24h"}
REP = {**DAY, "for_each": "rep"}


def fault(fields: dict[str, Any]) -> str:
    """Return what is wrong with a rule."""
    with pytest.raises(ValidationError) as caught:
        Rule.model_validate(fields)
    return str(caught.value.errors()[0]["msg"])


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        (DAY, "expected exactly one of above, below"),
        ({**DAY, "warning": {"above": 1}, "above": 2}, "above belongs in warning or critical"),
        ({**DAY, "warning": {"above": 1}, "severity": "info"}, "a rule with levels has no severity"),
        ({**DAY, "warning": {"elapsed_at_least": 0.5}}, "needs exactly one of above"),
        ({**DAY, "critical": {"reached": 5}}, "a milestone (reached) stands alone"),
        ({**DAY, "warning": {"above": 5}, "critical": {"above": 4}}, "critical (4) must not lie under warning (5)"),
        ({**DAY, "warning": {"below": 5}, "critical": {"below": 6}}, "critical (6) must not lie over warning (5)"),
        ({**ROLLING, "above": 1, "of": "target"}, "only calendar windows (day, week, month, quarter, year) have a target"),
        ({**ROLLING, "lower_than": "pace"}, "have a pace"),
        ({**ROLLING, "all": [{"lower_than": "previous"}]}, "have a previous"),
        ({**DAY, "window": "week", "lower_than": "baseline"}, "only the window day has a baseline"),
        ({**ROLLING, "above": 1, "elapsed_at_least": 0.5}, "elapsed_at_least needs a calendar window"),
        ({**ROLLING, "reached": 1}, "a milestone (reached) needs a calendar window or all_time"),
        ({**DAY, "reached": 1, "keep_firing": "5m"}, "it has no keep_firing"),
        ({**DAY, "lower_than": "team"}, "only reps have a team to be compared with: for_each must be rep"),
        ({**DAY, "for_each": "team", "rank": {"in_last": 3}}, "only reps have a rank: for_each must be rep"),
        ({**DAY, "above": 1, "renotify": "often"}, "expected a duration"),
    ],
)  # fmt: skip
def test_mistakes(fields: dict[str, Any], wanted: str) -> None:
    """What can never be is refused with a sentence."""
    assert wanted in fault(fields)


def test_levels() -> None:
    """From mild to severe; a rule without levels is one."""
    both = Rule.model_validate({**DAY, "critical": {"above": 9}, "warning": {"above": 5}})
    severe = Rule.model_validate({**DAY, "critical": {"above": 9}})
    plain = Rule.model_validate({**DAY, "above": 9, "severity": "info"})

    assert [level.severity for level in both.levels] == ["warning", "critical"]
    assert [level.severity for level in severe.levels] == ["critical"]
    assert [(level.severity, level.condition) for level in plain.levels] == [("info", plain)]


@pytest.mark.parametrize(
    ("mild", "severe"), [({"above": 5}, {"above": 5}), ({"below": 5}, {"below": 5}), ({"below": 5}, {"above": 9})]
)  # fmt: skip
def test_levels_that_may_be(mild: dict[str, Any], severe: dict[str, Any]) -> None:
    """At one limit both, or each on its own side."""
    assert len(Rule.model_validate({**DAY, "warning": mild, "critical": severe}).levels) == 2


def test_good_news_is_no_warning() -> None:
    """A milestone is information, unless the file says otherwise."""
    told = Rule.model_validate({**DAY, "reached": 5})
    loud = Rule.model_validate({**DAY, "reached": 5, "severity": "warning"})

    assert [rule.levels[0].severity for rule in (told, loud)] == ["info", "warning"]


def test_comparisons_that_reps_have() -> None:
    """With the team, and with each other."""
    for condition in (
        {"higher_than": "team", "by": "50 %"},
        {"rank": {"in_last": 3}},
        {"below": 0.5, "of": "pace"},
    ):
        assert Rule.model_validate({**REP, **condition}).levels


def test_durations() -> None:
    """All of them are microseconds inside, and none where none is given."""
    rule = Rule.model_validate(
        {**DAY, "above": 1, "for": "5m", "keep_firing": "10m", "renotify": "4h", "escalate_after": "1h"}
    )

    assert (rule.for_us, rule.keep_firing_us, rule.renotify_us, rule.escalate_after_us, rule.cool_down_us) == (
        300_000_000, 600_000_000, 14_400_000_000, 3_600_000_000, None,
    )  # fmt: skip
