"""What is over has turns of its own while a history is read."""

from processors.adding.group import NOW
from processors.calendar import Period
from processors.panes import Panes
from processors.publishing.settled_turn import SettledTurn
from processors.roster import Roster
from schemas.fact import PANE_US
from tests.oracle.moments import instant
from tests.processors.engine import PLAN


def pane(at: str) -> int:
    """Return the pane of a moment."""
    return instant(at) // PANE_US


def january(day: int) -> Period:
    """Return a day of January 2026."""
    return PLAN.calendar.day_at(instant(f"2026-01-{day:02}T12:00:00Z"))


def reading(latest: str, clock: str) -> Panes:
    """Return panes into which a history has been read so far, in which two groups have something due."""
    panes = Panes(PLAN)
    panes.pane_now, panes.top_pane = pane(clock), pane(latest)
    for rep in ("ann", "bob"):
        panes.note(panes.group({"rep": rep}), NOW, 8)
    return panes


def test_a_history_is_a_day_old() -> None:
    """By the latest event of the partition that is read slowest. Without a clock nobody knows."""
    for latest, is_one in (("2026-03-03T09:50:00Z", True), ("2026-03-03T10:00:00Z", False)):
        assert is_one == SettledTurn(reading(latest, "2026-03-04T10:00:00Z"), Roster()).reads_history()
    panes = reading("2026-03-04T09:00:00Z", "2026-03-04T10:00:00Z")
    panes.sources.note(0, 100_000, 91_000, [[0, 1, panes.top_pane]])
    panes.sources.note(1, 100_000, 91_000, [[0, 1, pane("2026-03-03T09:50:00Z")]])
    assert SettledTurn(panes, Roster()).reads_history()
    assert not SettledTurn(Panes(PLAN), Roster()).reads_history()


def test_settled_is_what_ended_two_days_before_what_was_read() -> None:
    """As of when the turn began; nothing that moves on is."""
    panes = reading("2026-01-20T10:00:00Z", "2026-03-04T10:00:00Z")
    turn = SettledTurn(panes, Roster())
    turn.begin()
    running = PLAN.calendar.periods_of(PLAN.calendar.day_of_pane(panes.top_pane))

    assert not any(map(turn.is_settled, (NOW, *PLAN.rolling, *running)))
    eve, day_before = january(18), january(17)
    assert (False, True) == (turn.is_settled(eve), turn.is_settled(day_before))
    panes.top_pane += 10 * 288
    assert not turn.is_settled(eve)


def test_what_has_settled_is_told_once() -> None:
    """By the partition that is read slowest, also where one comes that is far behind; the rest has a whole tick."""
    panes = reading("2026-01-24T10:00:00Z", "2026-03-04T10:00:00Z")
    turn = SettledTurn(panes, Roster())

    def settled(*read: str) -> list[int]:
        for source, at in enumerate(read):
            panes.sources.note(source, 100_000, 91_000, [[0, 1, pane(at)]])
        turn.begin()
        return [day for day in range(1, 24) if turn.is_settled(january(day))]

    assert [*range(1, 18)] == settled("2026-01-20T10:00:00Z", "2026-01-24T10:00:00Z")
    assert [18] == settled("2026-01-21T10:00:00Z")
    assert [] == settled("2026-01-22T10:00:00Z", "2026-01-24T10:00:00Z", "2026-01-04T10:00:00Z")
    assert [19] == settled("2026-01-22T10:00:00Z", "2026-01-24T10:00:00Z", "2026-01-22T11:00:00Z")


def test_everybody_has_a_turn_and_stays_due() -> None:
    """For all the rest. When the history is at its end, nobody waits for those any more."""
    panes = reading("2026-01-20T10:00:00Z", "2026-03-04T10:00:00Z")
    turn = SettledTurn(panes, Roster())
    turn.begin()
    ann, bob = (panes.group({"rep": rep}) for rep in ("ann", "bob"))
    assert [ann, bob] == [turn.take(), turn.take()]
    assert not turn.left
    assert [ann, bob] == [*panes.changed]

    turn.begin()
    assert panes.pane_now is not None
    panes.top_pane = panes.pane_now - 12
    assert ann is turn.take()
    assert not turn.left
