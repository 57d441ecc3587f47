"""What people read of an alert."""

import pytest

from processors.judging.observation import Compared
from processors.judging.rule_state import Phase, State
from processors.judging.summary import removed_summary, summary
from schemas.alert import Reason
from schemas.rule import Rule

RULE = Rule.model_validate(
    {
        "kpi": "response_time_p90",
        "window": "rolling_24h",
        "above": 3600,
        "recover": 2700,
        "for": "5m",
        "min_n": 10,
    }
)
HOUR_US = 3_600_000_000


def state(phase: Phase, reason: Reason, value: float | None = 5400, n: int = 31) -> State:
    """Return a state two hours after the breach."""
    return State(phase=phase, reason=reason, value=value, n=n, unit="seconds", updated_us=2 * HOUR_US)


@pytest.mark.parametrize(
    ("reached", "text"),
    [
        (state(Phase.PENDING, Reason.ABOVE_THRESHOLD),
         "is 1 h 30 min, above 1 h; an alert if it stays so for 5 min (31 samples)."),
        (state(Phase.FIRING, Reason.ABOVE_THRESHOLD, n=1), "is 1 h 30 min, above 1 h (1 sample)."),
        (state(Phase.FIRING, Reason.NOT_RECOVERED, 3000),
         "is 50 min: no longer above 1 h, but not at or below 45 min either (31 samples)."),
        (state(Phase.FIRING, Reason.SAMPLE_TOO_SMALL, 60, 2),
         "is 1 min, but of 2 samples only, 10 are needed to judge; the alert is held."),
        (state(Phase.NO_DATA, Reason.NO_VALUE, None, 0),
         "has no value any more; the alert stays open until there is one."),
        (state(Phase.RESOLVED, Reason.RECOVERED, 60),
         "is 1 min again, at or below 45 min, after 2 h (31 samples)."),
        (state(Phase.RESOLVED, Reason.KPI_GONE), "is no longer reported, so the alert is closed after 2 h."),
        (state(Phase.RESOLVED, Reason.PERIOD_OVER), "ended at 1 h 30 min, above 1 h (31 samples)."),
        (state(Phase.RESOLVED, Reason.PERIOD_OVER, 3600),
         "ended at 1 h, with the limit at 1 h (31 samples)."),
        (state(Phase.RESOLVED, Reason.RULE_CHANGED, 60),
         "is 1 min; the rule was changed and the alert is closed (31 samples)."),
        (state(Phase.FIRING, Reason.RULE_CHANGED),
         "is 1 h 30 min, above 1 h; the rule was changed (31 samples)."),
    ],
)  # fmt: skip
def test_every_reason_has_its_sentence(reached: State, text: str) -> None:
    """The sentence says of what, how much against which limit, and why."""
    said = summary(RULE, "Response time p90", "rolling_24h", None, {"team": "north"}, reached)

    assert said == f"Response time p90 over the last 24 hours for team north {text}"


def test_a_rule_below() -> None:
    """The words turn round where low is bad."""
    rule = Rule.model_validate(
        {"kpi": "win_rate", "window": "month", "below": 0.2, "recover": 0.25, "title": "Few won"}
    )
    low = State(phase=Phase.FIRING, reason=Reason.BELOW_THRESHOLD, value=0.125, n=16, unit="ratio")
    well = State(
        phase=Phase.RESOLVED, reason=Reason.RECOVERED, value=0.3, n=16, unit="ratio", updated_us=90_000_000
    )

    assert summary(rule, "Win rate", "month", "2026-11", {}, low) == (
        "Few won: Win rate in 2026-11 for the company is 12.5 %, below 20 % (16 samples)."
    )
    assert summary(rule, "Win rate", "month", "2026-11", {}, well) == (
        "Few won: Win rate in 2026-11 for the company is 30 % again, "
        "at or above 25 %, after 1 min 30 s (16 samples)."
    )


@pytest.mark.parametrize(
    ("window", "period", "dims", "text"),
    [
        ("day", "2026-11-21", {"rep": "ann"}, "Calls on 2026-11-21 for rep ann are"),
        ("now", None, {}, "Calls now for the company are"),
        ("all_time", None, {}, "Calls of all time for the company are"),
        ("rolling_90m", None, {}, "Calls over the last 90 minutes for the company are"),
        ("today", None, {"rep": "ann"}, "Calls today for rep ann are"),
        ("odd", None, {}, "Calls in odd for the company are"),
        ("week", "2026-W47", {"from_stage": None, "to_stage": "new"},
         "Calls in 2026-W47 for from stage none, to stage new are"),
    ],
)  # fmt: skip
def test_windows_and_dimensions(
    window: str, period: str | None, dims: dict[str, str | None], text: str
) -> None:
    """When and whose, in words."""
    reached = State(phase=Phase.FIRING, reason=Reason.ABOVE_THRESHOLD, value=1, unit="count")

    assert summary(RULE, "Calls", window, period, dims, reached).startswith(text)


def test_a_removed_rule() -> None:
    """Without a rule there is no limit to speak of."""
    assert removed_summary("Calls", "now", None, {}, State(value=3, unit="count")) == (
        "The rule was removed. Calls now for the company were 3 when last judged."
    )


def test_counts_are_plural() -> None:
    """A count is its own sample, and takes a plural verb."""
    rule = Rule.model_validate({"kpi": "calls", "window": "rolling_7d", "below": 5})
    few = State(phase=Phase.FIRING, reason=Reason.BELOW_THRESHOLD, value=3, n=3, unit="count")

    assert summary(rule, "Calls", "rolling_7d", None, {"rep": "ann"}, few) == (
        "Calls over the last 7 days for rep ann are 3, below 5."
    )


LEVELS = Rule.model_validate(
    {
        "kpi": "calls",
        "window": "day",
        "for_each": "rep",
        "keep_firing": "10m",
        "for": "5m",
        "warning": {"lower_than": "team", "by": "20 %", "recover_by": "10 %"},
        "critical": {"lower_than": "team", "by": "50 %"},
    }
)


def compared(phase: Phase, reason: Reason, value: float, severity: str, team: float | None = 20) -> State:
    """Return a state of a KPI that is compared with the team."""
    return State(
        phase=phase, reason=reason, value=value, n=9, unit="number", severity=severity,
        compared=Compared(team_value=team),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reached", "text"),
    [
        (compared(Phase.PENDING, Reason.OFF_TEAM, 15, "warning"),
         "is 15, below 16, the team (20) less 20 %; an alert if it stays so for 5 min (9 samples)."),
        (compared(Phase.FIRING, Reason.ESCALATED, 9, "critical"),
         "is 9, below 10, the team (20) less 50 %: critical now (9 samples)."),
        (compared(Phase.FIRING, Reason.DEESCALATED, 17, "warning"),
         "is 17: warning now, still not at or above 18 (9 samples)."),
        (compared(Phase.RECOVERING, Reason.KEEP_FIRING, 19, "warning"),
         "is 19 again, at or above 18; over if it stays so for 10 min (9 samples)."),
        (compared(Phase.NO_DATA, Reason.NO_COMPARISON, 9, "warning", None),
         "is 9, but there is nothing any more to compare with; the alert stays open (9 samples)."),
    ],
)  # fmt: skip
def test_levels_and_comparisons(reached: State, text: str) -> None:
    """The sentence speaks of the level that the alert has, and of what it is compared with."""
    said = summary(LEVELS, "Calls", "day", "2026-11-21", {"rep": "ann"}, reached)

    assert said == f"Calls on 2026-11-21 for rep ann {text}"


def test_good_news() -> None:
    """A milestone is reached, and may be taken back."""
    rule = Rule.model_validate({"kpi": "calls", "window": "month", "reached": 100})
    there = State(phase=Phase.FIRING, reason=Reason.MILESTONE_REACHED, value=104, unit="count")
    back = State(phase=Phase.RESOLVED, reason=Reason.RETRACTED, value=99, unit="count")
    over = State(phase=Phase.RESOLVED, reason=Reason.PERIOD_OVER, value=150, unit="count")

    assert [summary(rule, "Calls", "month", "2026-11", {}, state) for state in (there, back, over)] == [
        "Calls in 2026-11 for the company are 104, at or over 100.",
        "Calls in 2026-11 for the company are 99, under 100 after all: history was corrected.",
        "Calls in 2026-11 for the company ended at 150, at or over 100.",
    ]


def test_before_work_begins() -> None:
    """What came up in the night waits for the morning."""
    rule = Rule.model_validate({"kpi": "calls", "window": "now", "above": 5, "only_in_business_hours": True})
    night = State(phase=Phase.PENDING, reason=Reason.ABOVE_THRESHOLD, value=9, unit="count")

    assert summary(rule, "Calls", "now", None, {}, night) == (
        "Calls now for the company are 9, above 5; an alert if it is still so when work begins."
    )
    patient = rule.model_copy(update={"for_us": 60_000_000})
    assert summary(patient, "Calls", "now", None, {}, night).endswith("for 1 min of working time.")
