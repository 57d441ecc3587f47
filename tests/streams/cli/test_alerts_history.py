"""What `crm-pulse alerts --history` shows; reading and acknowledging on a broker is in test_ack.py."""

import json
from typing import Any

import pytest

from processors.alerts.history import Told
from processors.silences.silencing import Silences
from streams.cli import alerts_history as command
from streams.cli.failure import CommandError
from streams.cli.main import run
from tests.processors.alerts.test_history import DAY, ONE, told
from tests.processors.alerts_told import acknowledgement

Captured = pytest.CaptureFixture[str]
SOUTH: dict[str, Any] = {"id": "s", "rule": "few-calls", "dims": {"team": "south"}, "summary": "[few] calls"}


@pytest.fixture(autouse=True)
def topic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two episodes: north's, acknowledged and over, south's, which goes on."""
    said = Silences()
    said.put(acknowledgement(episode=f"{DAY}09:00:00Z", created_at=f"{DAY}09:15:00Z", author="lee"))

    async def read(_settings: Any) -> tuple[tuple[list[Told], int], Silences]:
        return ([*ONE, told("firing", "10:30", "10:30", **SOUTH)], 2), said

    monkeypatch.setattr(command, "_read", read)


def test_episodes_and_times(capsys: Captured) -> None:
    """In the order in which they fired; what is open is said to be; unreadable records are counted."""
    assert run(["alerts", "--history"]) == 0

    text = capsys.readouterr().out
    lines = text.splitlines()
    north = next(line for line in lines if "slow-response" in line and "team=north" in line)
    assert all(part in north for part in ("after 10m 00s by lee", "recovered", "1h 00m"))
    south = next(line for line in lines if "team=south" in line)
    assert "firing" in south
    assert "[few] calls" in south
    assert lines.index(north) < lines.index(south)
    assert "2 records that can't be read" in text
    by_rule = next(line for line in lines if line.startswith("slow-response"))
    assert by_rule.split()[:8] == ["slow-response", "north", "1", "0", "0", "1", "1", "0"]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ([], ["a1", "s"]),
        (["--since", f"{DAY}10:00:00Z"], ["s"]),
        (["--since", "1s"], []),
        (["--rule", "slow-response"], ["a1"]),
        (["--dim", "team=south"], ["s"]),
        (["--dim", "rep"], []),
    ],
)
def test_only_what_is_asked_for(options: list[str], ids: list[str], capsys: Captured) -> None:
    """By the time of firing, rule and dimension; the times are of what is shown."""
    assert run(["alerts", "--history", "--json", *options]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["id"] for one in lines if one["kind"] == "episode"] == ids
    assert sum(one["fired"] for one in lines if one["kind"] == "times") == len(ids)


def test_nothing_is_said_to_be_nothing(capsys: Captured) -> None:
    """An empty table would look like a fault."""
    assert run(["alerts", "--history", "--rule", "quiet-rep"]) == 0
    assert capsys.readouterr().out == "No alert fired.\n"


def test_a_name_that_nobody_knows_is_wrong_use(capsys: Captured) -> None:
    """Neither configured nor in the history."""
    assert run(["alerts", "--history", "--rule", "other"]) == 2
    assert "unknown rule 'other'; known: few-calls, " in capsys.readouterr().err
    assert run(["alerts", "--history", "--dim", "other"]) == 2
    assert "unknown dimension 'other'; known: " in capsys.readouterr().err


def test_since() -> None:
    """A length of time back from now, or a time."""
    assert command.read_since("1d", 86_400_000_001) == 1
    assert command.read_since("1970-01-01T00:00:01Z", 0) == 1_000_000
    for text in ("7 days", "yesterday", "2026-11-21"):
        with pytest.raises(CommandError, match="--since"):
            command.read_since(text, 0)
    with pytest.raises(CommandError, match="expected a length, as 7d, or a time"):
        command.read_since("yesterday", 0)
