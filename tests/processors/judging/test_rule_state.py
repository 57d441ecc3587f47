"""The state of a machine, and what of it the world sees."""

import msgspec

from processors.judging.observation import Compared
from processors.judging.rule_state import FIRED, OPEN, Phase, State, alert_state
from schemas.alert import AlertState, Reason


def test_recovering_is_firing_to_the_world() -> None:
    """The published states are four; ok is no alert."""
    assert {phase: alert_state(phase) for phase in Phase} == {
        Phase.OK: None,
        Phase.PENDING: AlertState.PENDING,
        Phase.FIRING: AlertState.FIRING,
        Phase.RECOVERING: AlertState.FIRING,
        Phase.NO_DATA: AlertState.NO_DATA,
        Phase.RESOLVED: AlertState.RESOLVED,
    }
    assert {Phase.PENDING} == OPEN - FIRED


def test_there_and_back() -> None:
    """What is written is read again, and what is not set is not written."""
    state = State(
        phase=Phase.FIRING, reason=Reason.LOW_RANK, value=3, compared=Compared(rank=9, of=9), worse="x"
    )
    written = msgspec.json.encode(state)

    assert msgspec.json.decode(written, type=State) == state
    assert msgspec.json.encode(State()) == b"{}"


def test_what_was_written_before_there_were_levels() -> None:
    """A changelog of an earlier release is read as it was meant."""
    old = (
        b'{"phase":"firing","reason":"above_threshold","since_us":1,"seen_us":2,"updated_us":3,"revision":4,'
        b'"kpi_revision":5,"value":6,"n":7,"unit":"seconds","target":null,"end_us":null}'
    )

    state = msgspec.json.decode(old, type=State)

    assert (state.phase, state.value, state.severity, state.turns_us) == (Phase.FIRING, 6, "", None)
    assert state.seen[1:] == (5, 6, 7, "seconds", None, None, None, Compared())
