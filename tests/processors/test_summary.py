"""What people read of an alert."""

import pytest

from processors.rules import Phase, State
from processors.summary import duration, number, removed_summary, shown, summary
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
    said = summary(RULE, "response_time_p90", "rolling_24h", None, {"team": "north"}, reached)

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

    assert summary(rule, "win_rate", "month", "2026-11", {}, low) == (
        "Few won: Win rate in 2026-11 for the company is 12.5 %, below 20 % (16 samples)."
    )
    assert summary(rule, "win_rate", "month", "2026-11", {}, well) == (
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

    assert summary(RULE, "calls", window, period, dims, reached).startswith(text)


def test_a_removed_rule() -> None:
    """Without a rule there is no limit to speak of."""
    assert removed_summary("calls", "now", None, {}, State(value=3, unit="count")) == (
        "The rule was removed. Calls now for the company were 3 when last judged."
    )


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "seconds", "unknown"),
        (5400, "seconds", "1 h 30 min"),
        (0.1234, "ratio", "12.34 %"),
        (34.5, "percent", "34.5 %"),
        (1234567, "count", "1,234,567"),
        (1234.5, "currency", "1,234.5"),
        (1234.5, "EUR", "1,234.5 EUR"),
    ],
)
def test_units(value: float | None, unit: str, text: str) -> None:
    """A value is shown in its KPI's unit."""
    assert shown(value, unit) == text


def test_counts_are_plural() -> None:
    """A count is its own sample, and takes a plural verb."""
    rule = Rule.model_validate({"kpi": "calls", "window": "rolling_7d", "below": 5})
    few = State(phase=Phase.FIRING, reason=Reason.BELOW_THRESHOLD, value=3, n=3, unit="count")

    assert summary(rule, "calls", "rolling_7d", None, {"rep": "ann"}, few) == (
        "Calls over the last 7 days for rep ann are 3, below 5."
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (0.04, "0.04 s"), (9.5, "9.5 s"), (42.4, "42 s"), (60, "1 min"), (90, "1 min 30 s"),
        (3600, "1 h"), (5400, "1 h 30 min"), (3601, "1 h"), (86_400, "1 d"), (90_000, "1 d 1 h"), (86_460, "1 d"),
        (-90, "-1 min 30 s"),
    ],
)  # fmt: skip
def test_durations(seconds: float, text: str) -> None:
    """Two units at most, and none that is zero."""
    assert duration(seconds) == text


def test_numbers() -> None:
    """Two decimals at most, but small numbers keep two digits."""
    assert [number(value) for value in (0, 1, 1000, 2.50, 2.125, 0.00123, -3)] == [
        "0", "1", "1,000", "2.5", "2.12", "0.0012", "-3",
    ]  # fmt: skip
