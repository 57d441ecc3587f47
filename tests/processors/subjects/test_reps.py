"""The directory of a partition lets go of updates that no event can ask for."""

from typing import Any

from processors.decode import decode
from processors.entities.timeline import Fact
from processors.subjects.reps import Reps
from processors.subjects.subject import Context
from tests.oracle.telling import rep_updated
from tests.processors.event_records import dump


def test_what_is_forgotten_waits_until_no_replay_begins_before_it() -> None:
    """A snapshot is durable when the next is made: then a replay knows that it is long ago."""
    context, facts = Context(), list[Fact]()
    reps = Reps(context, tells_roster=False)
    for offset, (time, team) in enumerate((("09:00", "north"), ("10:00", "south"), ("11:00", "west"))):
        event = decode(dump(rep_updated(time, "ann", team)))
        context.offset = offset
        reps.handlers["crm.rep.updated"](event, event.data, facts)
    floor_us = event.t_us - 1

    def written(cut: int) -> list[Any]:
        return [key for key, _ in reps.snapshot(cut)]

    reps.forget(floor_us)
    assert [b"r|ann"] == written(2)  # as learned
    assert 3 == len(context.directory.updates["ann"])
    assert [b"r|ann"] == written(3)
    assert ["south", "west"] == [update[3] for update in context.directory.updates["ann"]]
    assert [] == written(4)
