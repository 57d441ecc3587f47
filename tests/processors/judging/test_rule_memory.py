"""What is remembered of records."""

from typing import Any

import pytest

from processors.judging.observation import NOTHING, Compared, Observation
from processors.judging.rule_memory import (
    forgotten,
    kept,
    looks_beyond,
    severity_of,
    silent_us,
    watches_silence,
)
from processors.judging.rule_state import State
from tests.processors.rule_timeline import rule

K: dict[str, Any] = {"kpi": "k", "window": "day", "for_each": "rep"}
SEEN = Observation(70, 8, 5, 3, end_us=100, start_us=0, compared=Compared(rank=1, of=2))


@pytest.mark.parametrize(
    ("window", "known", "seen", "wanted"),
    [
        ("rolling_24h", State(), (5, 3), None),
        ("rolling_24h", State(), (None, 0), 70),
        ("rolling_24h", State(silent_us=20), (0, 0), 20),
        ("rolling_24h", State(silent_us=20), (1, 1), None),
        ("now", State(silent_us=20), (0, 0), 20),
        ("day", State(), (5, 3), 70),
        ("day", State(silent_us=20, n=3), (5, 3), 20),
        ("day", State(silent_us=20, n=3), (6, 4), 70),
        ("day", State(silent_us=20, n=3), (4, 2), 20),
        ("all_time", State(silent_us=20, n=3), (9, 3), 20),
        ("today", State(silent_us=20, n=12), (3, 3), 70),
        ("today", State(silent_us=20, n=12), (0, 0), 20),
        ("today", State(silent_us=20, n=3), (3, 3), 20),
    ],
)
def test_since_when_nothing_came(
    window: str, known: State, seen: tuple[Any, int], wanted: int | None
) -> None:
    """In windows that slide samples leave by themselves; in periods they only become more."""
    watched = rule({**K, "window": window, "no_data": "1h"})

    assert silent_us(watched, known, Observation(70, 8, *seen)) == wanted


def test_only_who_asks_is_told() -> None:
    """Other rules remember nothing of it."""
    assert silent_us(rule({**K, "above": 1}), State(), Observation(70, 8, None, 0)) is None
    assert watches_silence(rule({**K, "critical": {"no_data": "1h"}}))
    assert watches_silence(rule({**K, "warning": {"above": 1}, "critical": {"no_data": "1h"}}))
    assert not watches_silence(rule({**K, "warning": {"above": 1}, "critical": {"above": 2}}))


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"above": 1}, False),
        ({"no_data": "1h"}, False),
        ({"above": 1, "of": "team"}, True),
        ({"rank": {"in_last": 1}}, True),
        ({"above": 1, "elapsed_at_least": 0.5}, True),
        ({"any": [{"above": 1}, {"below": 0}]}, False),
        ({"any": [{"above": 1}, {"lower_than": "team"}]}, True),
        ({"warning": {"above": 1}, "critical": {"rank": {"in_last": 1}}}, True),
    ],
)
def test_more_than_the_value_is_kept_only_where_it_is_looked_at(fields: dict[str, Any], wanted: bool) -> None:
    """A rule with a plain limit writes no ranks."""
    watched = rule({**K, **fields})
    state = kept(watched, State(), SEEN, None, None)

    assert looks_beyond(watched) is wanted
    assert (state.compared is not NOTHING, state.start_us is not None) == (wanted, wanted)
    assert (state.value, state.n, state.kpi_revision) == (5, 3, 8)


def test_forgetting() -> None:
    """Nothing stays of a record that means nothing any more, but that it was seen."""
    assert forgotten(State(turns_us=5, silent_us=1), 9) == State(kpi_revision=9)
    assert forgotten(State(), 9) == State(kpi_revision=9)


def test_the_level_of_an_older_state() -> None:
    """What was written before there were levels has the rule's severity."""
    assert severity_of(rule({**K, "above": 1, "severity": "critical"}), State()) == "critical"
    assert severity_of(rule({**K, "above": 1}), State(severity="info")) == "info"
