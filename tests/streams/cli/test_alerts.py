"""What `crm-pulse alerts` shows."""

import json
from typing import Any

import pytest

from streams.cli import alerts as command
from streams.cli.main import run
from tests.streams.cli.records import alert_record


@pytest.fixture(autouse=True)
def topic(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert topic with one alert in each of three states, and two that fire."""
    records = [
        alert_record("resolved", "r", ends_at="2026-11-21T09:09:00Z"),
        alert_record("firing", "old", updated_at="2026-11-21T08:00:00Z"),
        alert_record("pending", "p"),
        alert_record("firing", "new", updated_at="2026-11-21T09:00:00Z", summary="[north] is slow"),
    ]

    async def read(_settings: Any, name: str) -> dict[str, Any]:
        assert name == "crm.alerts"
        return {record["id"]: record for record in records}

    monkeypatch.setattr(command, "read_latest", read)


def test_what_fires_comes_first_and_the_latest_of_it_on_top(capsys: pytest.CaptureFixture[str]) -> None:
    """The order is by urgency, then by time."""
    assert run(["alerts", "--json"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["new", "old", "p", "r"]


def test_the_table_counts_states_and_shows_since_when(capsys: pytest.CaptureFixture[str]) -> None:
    """A resolved alert shows when it ended; brackets in a summary are text, not markup."""
    assert run(["alerts"]) == 0

    text = capsys.readouterr().out
    assert "2 firing, 0 no_data, 1 pending, 1 resolved" in text
    assert "2026-11-21T09:09:00Z" in text
    assert "[north] is slow" in text
