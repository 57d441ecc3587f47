"""Whose team a rep is in."""

from processors.notify.teams import Teams
from tests.processors.event_records import dump
from tests.streams.fakes import FakeRecord


def update(rep: str, team: str, at: str, id_: str = "1") -> FakeRecord:
    """Return a record of the directory."""
    return FakeRecord(
        0,
        dump(
            {
                "specversion": "1.0", "type": "crm.rep.updated", "source": "hr", "id": id_, "time": at,
                "data": {"rep": rep, "team": team, "active": True},
            }
        ),
    )  # fmt: skip


def test_the_last_update_by_its_time_counts() -> None:
    """In any order, repeated or not; what is no update is passed over."""
    teams = Teams()
    first, second = "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"

    assert [*teams.take([update("ann", "south", second), update("ann", "north", first)])] == [
        ("ann", "south")
    ]
    assert [*teams.take([update("ann", "south", second), FakeRecord(1, b"?")])] == []
    assert [*teams.take([update("ann", "north", second, "2")])] == [("ann", "north")]
