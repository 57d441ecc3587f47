"""`crm-pulse silence`: said, shown and ended, on the embedded Kafka."""

import json
import re
from typing import Any

import pytest

from processors.silences.silencing import FIELDS
from streams.cli.main import run
from tests.streams.cli.records import alert_record
from tests.streams.cli.said_on_kafka import installation

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def _cluster(monkeypatch: pytest.MonkeyPatch, embedded_kafka: Any) -> None:
    """Two alerts, of north and south."""
    alerts = [alert_record(id="n1"), alert_record(id="s1", dims={"team": "south"})]
    installation(monkeypatch, embedded_kafka.bootstrap, alerts)


@pytest.mark.usefixtures("_cluster")
def test_a_silence_from_its_beginning_to_its_end(capsys: Captured) -> None:
    """Added, it shows in the list and beside the alert; ended, it holds nothing back and is in the list of all."""
    add = ["silence", "add", "team=nor*", "--for", "2h", "--author", "kim", "--comment", "stock-taking"]
    assert run(add) == 0
    first = capsys.readouterr().out
    assert "silences team=nor* from" in first
    assert "It matches 1 of the 2 alerts there are now." in first
    assert run(["silence", "add", "taem=north", "--for", "1m"]) == 0
    odd = capsys.readouterr()
    assert "It matches 0 of the 2 alerts there are now." in odd.out
    assert "warning: unknown name 'taem', did you mean 'team'?" in odd.err
    assert run(["silence", "end", odd.out.split()[0]]) == 0
    capsys.readouterr()

    assert run(["silence", "list"]) == 0
    shown = capsys.readouterr().out
    assert all(part in shown for part in ("holds", "team=nor*", "kim", "stock-taking"))
    assert run(["alerts", "--json"]) == 0
    held = {one["id"]: "held_by" in one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert held == {"n1": True, "s1": False}

    id = first.split()[0]
    assert run(["silence", "end", id[:6]]) == 0
    assert capsys.readouterr().out == f"silence {id} ended\n"
    assert run(["silence", "list"]) == 0
    assert "2 over: --all" in capsys.readouterr().out
    assert run(["silence", "list", "--all", "--json"]) == 0
    (record,) = (one for one in map(json.loads, capsys.readouterr().out.splitlines()) if one["id"] == id)
    assert (record["id"], record["author"], record["matchers"]) == (id, "kim", {"team": "nor*"})
    assert run(["alerts"]) == 0
    assert "silenced by" not in capsys.readouterr().out
    assert run(["silence", "end", id]) == 1
    assert f"silence {id} is over since" in capsys.readouterr().err


@pytest.mark.usefixtures("_cluster")
def test_a_silence_to_come(capsys: Captured) -> None:
    """It is listed, and holds nothing back yet."""
    plan = ["silence", "add", "rule=*-response", "--from", "2999-01-01T00:00:00Z", "--for", "1d", "--json"]
    assert run(plan) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["starts_at"], record["ends_at"]) == ("2999-01-01T00:00:00Z", "2999-01-02T00:00:00Z")

    assert run(["silence", "list"]) == 0
    assert "to come" in capsys.readouterr().out
    assert run(["alerts"]) == 0
    assert "silenced by" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["add", "team"], "'team': expected NAME=VALUE"),
        (["add", "=north", "--for", "1h"], "expected NAME=VALUE"),
        (["add", "team=a", "team=b", "--for", "1h"], "team is there twice"),
        (["add", "team=*", "--for", "1h"], "must name something"),
        (["add", "team=north"], "everything has an end"),
        (
            ["add", "team=north", "--until", "2020-01-01T00:00:00Z"],
            "must lie after the beginning, and after now",
        ),
    ],
)
def test_wrong_use_is_told_before_kafka_is_asked(args: list[str], said: str, capsys: Captured) -> None:
    """Status 2, and what is expected."""
    assert run(["silence", *args]) == 2
    assert said in capsys.readouterr().err


def test_the_group_explains_itself(capsys: Captured) -> None:
    """Without a command of the group, its help."""
    assert run(["silence"]) == 2
    said = capsys.readouterr()
    assert all(name in said.out + said.err for name in ("add", "list", "end"))


def test_the_help_has_every_name_of_a_matcher(capsys: Captured) -> None:
    """What is not a field of alerts' records is a dimension or a label."""
    assert run(["silence", "add", "--help"]) == 0
    words = set(re.findall(r"\w+", capsys.readouterr().out))
    assert {*FIELDS, "dimension", "label"} <= words
