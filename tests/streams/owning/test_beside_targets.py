"""Targets that a worker reads from their topic."""

import orjson
from structlog.testing import capture_logs

from processors.calendar import Calendar
from processors.targets import Targets
from streams.owning.beside_targets import _taking
from tests.streams.fakes import FakeRecord


def record(offset: int, **data: object) -> FakeRecord:
    """Return a record of the topic."""
    event = {
        "specversion": "1.0", "source": "crm", "id": f"{offset}", "type": "crm.target.set",
        "time": "2026-11-01T00:00:00Z",
        "data": {"kpi": "calls", "window": "month", "dims": {}, "value": 5, **data},
    }  # fmt: skip
    return FakeRecord(offset, orjson.dumps(event), b"calls", 1_800_000_000_000)


def test_targets_are_taken_and_bad_ones_told() -> None:
    """What can't be used is logged with its place, and the others count."""
    targets = Targets(Calendar())

    with capture_logs() as logs:
        _taking(targets)([record(3, period="2026-11"), record(4, period="2026-13"), FakeRecord(5, b"{")])

    assert 5 == targets.of("calls", "month", "2026-11", "")
    assert [4, 5] == [entry["offset"] for entry in logs if entry["event"] == "target_refused"]
