"""`crm-pulse ack`, on the embedded Kafka, and what the history makes of it."""

import json
from typing import Any

import pytest

from streams.cli.main import run
from tests.streams.cli.records import alert_record
from tests.streams.cli.said_on_kafka import installation

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _cluster(monkeypatch: pytest.MonkeyPatch, embedded_kafka: Any) -> None:
    """One alert that fires, one that is over."""
    over = alert_record("resolved", "b2", ends_at="2026-11-21T09:09:00Z", dims={"team": "south"}, revision=4)
    fired = alert_record("firing", "b2", dims={"team": "south"})
    installation(monkeypatch, embedded_kafka.bootstrap, [alert_record(id="a1a1"), fired, over])


def test_acknowledged_shown_and_taken_back(capsys: Captured) -> None:
    """By the beginning of the alert's id; `silence end` takes it back."""
    assert run(["ack", "a1", "--author", "kim", "--comment", "on it"]) == 0
    assert capsys.readouterr().out.startswith("a1a1 acknowledged by kim until ")
    assert run(["alerts"]) == 0
    assert "acknowledged by kim" in capsys.readouterr().out

    assert run(["ack", "a1a1", "--for", "1h", "--author", "lee", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert run(["silence", "list", "--json"]) == 0
    (record,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert record == again
    assert (record["author"], record["episode"], record["severity"]) == (
        "lee", "2026-11-21T09:01:00Z", "critical",
    )  # fmt: skip

    assert run(["silence", "end", record["id"]]) == 0
    assert run(["alerts"]) == 0
    assert "acknowledged by" not in capsys.readouterr().out


def test_what_can_not_be_acknowledged(capsys: Captured) -> None:
    """What is over, and what is not there."""
    assert run(["ack", "b2"]) == 1
    assert "alert b2 is over since 2026-11-21T09:09:00Z" in capsys.readouterr().err
    assert run(["ack", "zz"]) == 2
    assert "no alert 'zz'" in capsys.readouterr().err


def test_alerts_of_another_version(
    monkeypatch: pytest.MonkeyPatch, embedded_kafka: Any, capsys: Captured
) -> None:
    """They are shown and acknowledged as far as they can be read; what is none hides no other."""
    new, odd = alert_record(id="c3", reason="full_moon"), alert_record(id="d4", starts_at=None)
    installation(monkeypatch, embedded_kafka.bootstrap, [new, odd, {"id": "no alert"}])
    assert run(["alerts", "--json"]) == 0
    shown = capsys.readouterr()
    assert [json.loads(line)["id"] for line in shown.out.splitlines()] == ["c3", "d4"]
    assert "unreadable_records_left_out" in shown.err
    assert run(["ack", "c3", "--author", "kim"]) == 0
    assert capsys.readouterr().out.startswith("c3 acknowledged by kim until ")
    assert run(["ack", "d4"]) == 1
    assert "alert d4 is of a version that this command can't read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("until", "said"),
    [("2020-01-01T00:00:00Z", "must lie after the beginning"), ("2199-01-01T00:00:00Z", "90 days"), ("9999-12-31T23:59:59Z", "1900 to 2999")],
)  # fmt: skip
def test_an_end_that_can_not_be_is_wrong_use(until: str, said: str, capsys: Captured) -> None:
    """Nothing is wrong with the alert."""
    assert run(["ack", "a1a1", "--author", "kim", "--until", until]) == 2
    assert said in capsys.readouterr().err


def test_the_history_of_both(capsys: Captured) -> None:
    """Each time that one fired, who took care, and the times of each rule and team."""
    assert run(["ack", "a1a1", "--author", "kim"]) == 0
    capsys.readouterr()
    assert run(["alerts", "--history", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    found = {one["id"]: one for one in lines if one["kind"] == "episode"}
    assert (found["a1a1"]["acknowledged_by"], found["a1a1"]["state"]) == ("kim", "firing")
    assert found["a1a1"]["to_acknowledge_s"] >= 0
    assert (found["b2"]["ended_by"], found["b2"]["acknowledged_by"]) == ("above_threshold", None)
    north, south = (one for one in lines if one["kind"] == "times")
    assert (north["team"], north["open"], north["acknowledged"]) == ("north", 1, 1)
    assert (south["team"], south["open"], south["to_resolve"]["n"]) == ("south", 0, 1)

    assert run(["alerts", "--history", "--dim", "team=south"]) == 0
    shown = capsys.readouterr().out
    assert "team=south" in shown
    assert "team=north" not in shown
