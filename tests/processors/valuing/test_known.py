"""What is at hand of values has a limit; a forgotten one is computed anew."""

import pytest

from processors.panes import Panes
from processors.roster import Roster
from processors.targets import Targets
from processors.valuing import known as module
from processors.valuing.known import Known
from schemas.fact import PANE_US
from tests.oracle.moments import instant
from tests.processors.engine import PLAN

NOW_US = instant("2026-03-04T10:02:00Z")


def test_the_oldest_values_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The group lets go of them too: else nothing would be forgotten."""
    monkeypatch.setattr(module, "VALUES_MAX", 8)
    panes = Panes(PLAN)
    panes.pane_now = NOW_US // PANE_US
    known = Known(panes, Targets(PLAN.calendar, []), Roster())
    groups, day = [panes.group({"rep": f"rep-{n}"}) for n in range(9)], PLAN.calendar.day_at(NOW_US)

    kept = [known.values(group, day) for group in groups]

    assert [group.values.get(day) for group in groups] == [None, None, *kept[2:]]
    assert kept[2] is known.values(groups[2], day)
