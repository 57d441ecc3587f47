"""What `crm-pulse alerts` shows."""

import json
from typing import Any

import pytest

from processors.silences.silencing import Silences
from schemas.catalog import load_catalog
from schemas.rule import load_rules
from schemas.rules.absence import load_absences
from streams.cli import alerts as command
from streams.cli.main import run
from tests.processors.alerts_told import acknowledgement, silence
from tests.streams.cli.records import alert_record

SINCE = "2026-11-21T09:01:00Z"
EVER = {"starts_at": "2020-01-01T00:00:00Z", "ends_at": "2999-01-01T00:00:00Z"}
SAID = (
    silence("s1", matchers={"rule": "few-*"}, author="[kim]", comment="holidays", **EVER),
    silence("s2", matchers={"rule": "*"}),  # over
    acknowledgement("k1", alert="new", episode=SINCE, severity="critical", author="lee", **EVER),
)


@pytest.fixture(autouse=True)
def topic(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert topic with one alert in each of three states, and two that fire."""
    records = [
        alert_record("resolved", "r", ends_at="2026-11-21T09:09:00Z"),
        alert_record("firing", "old", updated_at="2026-11-21T08:00:00Z"),
        alert_record("pending", "p", rule="few-calls", dims={"rep": "ann"}),
        alert_record("firing", "new", updated_at="2026-11-21T09:00:00Z", summary="[north] is slow"),
    ]

    said = Silences()
    for one in SAID:
        said.put(one)

    async def read(_settings: Any) -> tuple[list[dict[str, Any]], Silences]:
        return records, said

    monkeypatch.setattr(command, "read_alerts", read)


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


def test_who_silenced_or_acknowledged_an_alert_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Until when, and why; a silence that is over says nothing, nor does what people wrote count as markup."""
    assert run(["alerts"]) == 0

    text = capsys.readouterr().out
    assert "silenced by [kim] until 2999-01-01T00:00:00Z: holidays" in text
    assert "acknowledged by lee until 2999-01-01T00:00:00Z" in text
    assert text.count("silenced by") == text.count("acknowledged by") == 1

    assert run(["alerts", "--json"]) == 0
    found = {record["id"]: record for record in map(json.loads, capsys.readouterr().out.splitlines())}
    assert [one["id"] for one in found["p"]["held_by"]] == ["s1"]
    assert [one["author"] for one in found["new"]["held_by"]] == ["lee"]
    assert "held_by" not in found["old"]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--rule", "few-calls"], ["p"]),
        (["--rule", "few-calls", "--rule", "slow-response"], ["new", "old", "p", "r"]),
        (["--dim", "team=north"], ["new", "old", "r"]),
        (["--dim", "rep"], ["p"]),
        (["--dim", "team=south"], []),
    ],
)
def test_only_those_that_are_asked_for(
    options: list[str], ids: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """By rule and by dimension."""
    assert run(["alerts", "--json", *options]) == 0

    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ids


def test_a_name_that_nobody_knows_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither configured nor of an alert; a rule that is configured may have no alert."""
    assert run(["alerts", "--rule", "few-cals"]) == 2
    assert "unknown rule 'few-cals', did you mean 'few-calls'?" in capsys.readouterr().err

    assert run(["alerts", "--dim", "taem=north"]) == 2
    assert "unknown dimension 'taem', did you mean 'team'?" in capsys.readouterr().err
    assert run(["alerts", "--dim", "campaign=spring"]) == 0

    configured = [*load_rules(load_catalog()), *load_absences()]
    assert run(["alerts", *(f"--rule={rule}" for rule in configured)]) == 0


def test_since_is_of_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    """The current alerts are all there is."""
    assert run(["alerts", "--since", "7d"]) == 2
    assert "--since is about the --history" in capsys.readouterr().err
