"""What `crm-pulse kpis` selects and shows."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from streams.cli import kpis as command
from streams.cli.failure import CommandError
from streams.cli.filter_names import KpiNames
from streams.cli.main import run
from tests.streams.cli.records import kpi_record

YESTERDAY = kpi_record("calls", 40, "day", "2026-11-20", rep="ann")
YESTERDAY[1]["end"] = "2026-11-21T00:00:00Z"
NOON_US = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()) * 1_000_000
RECORDS: dict[str, dict[str, Any]] = dict([
    kpi_record("won_revenue", 1_234_567), kpi_record("calls", 12), kpi_record("calls", 5, rep="ann"),
    YESTERDAY, kpi_record("calls", 3, rep="bob"),
    kpi_record("calls", 7, team="north"),
])  # fmt: skip


@pytest.fixture(autouse=True)
def topic(monkeypatch: pytest.MonkeyPatch) -> None:
    """A KPI topic with the records above, read at noon of 2026-11-21."""

    async def read(_settings: Any, name: str, fits: Any, _shape: Any) -> dict[str, Any]:
        assert name == "crm.kpis"
        return {key: record for key, record in RECORDS.items() if fits(key)}

    monkeypatch.setattr(command, "read_latest", read)
    monkeypatch.setattr(command, "now_us", lambda: NOON_US)


def shown(capsys: pytest.CaptureFixture[str], *args: str) -> list[dict[str, Any]]:
    """Return what the command prints as JSON."""
    assert run(["kpis", "--json", *args]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_options_select_by_kpi_window_and_dimension(capsys: pytest.CaptureFixture[str]) -> None:
    """All options must hold together; a dimension may be given with or without a value."""
    assert [r["value"] for r in shown(capsys, "--kpi", "calls", "--dim", "rep=ann")] == [5]
    assert [r["value"] for r in shown(capsys, "--dim", "rep")] == [5, 3]
    assert [r["value"] for r in shown(capsys, "--kpi", "won_revenue", "--kpi", "calls", "--dim", "team")] == [
        7
    ]
    assert len(shown(capsys, "--window", "rolling_24h")) == 5


def test_past_periods_are_shown_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """The current values leave out a day that is over, unless it is named or all past ones are wanted."""
    assert shown(capsys, "--window", "day") == []
    assert [r["value"] for r in shown(capsys, "--window", "day:2026-11-20")] == [40]
    assert [r["value"] for r in shown(capsys, "--window", "day", "--periods", "all")] == [40]


@pytest.mark.parametrize("key", ["", "calls", "calls|rolling_24h", "|rolling_24h|", "a|b|c|d", "\ufffd"])
def test_a_key_that_is_none_is_not_wanted(key: str) -> None:
    """Whatever somebody else put on the topic keeps nothing else from being shown."""
    seen = KpiNames()

    assert not command.key_filter([], None, {}, seen)(key)
    assert seen == KpiNames()


def test_the_table_shows_the_company_and_how_to_see_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    """Without options a person sees the headline, in units a person reads."""
    assert run(["kpis"]) == 0

    text = capsys.readouterr().out
    assert "1.23M" in text
    assert "ann" not in text
    assert "3 values of teams, reps" in text


def test_optional_columns_appear_with_the_first_record_that_has_them() -> None:
    """Target, attainment and rank take room only when there is one."""
    _, plain = kpi_record("calls", 5, rep="ann")
    table = command.table_of([plain | {"target": 100, "attainment": 0.05, "rank": 3, "of": 12}])
    console = Console(file=io.StringIO(), width=200)
    console.print(table)

    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "3 of 12" in text
    assert "5.0 %" in text
    assert len(command.table_of([plain]).columns) == 6


def test_a_misspelt_kpi_gets_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing found and a name never seen is wrong use, not an empty page."""
    assert run(["kpis", "--kpi", "cals"]) == 2
    assert "did you mean 'calls'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--window", "foo"], "unknown window 'foo'; known: all_time, day, month, now, "),
        (["--window", "rolling_24"], "unknown window 'rolling_24', did you mean 'rolling_24h'?"),
        (["--window", "day:26-11-2020"], "--window day:26-11-2020: expected a period as in day:2026-11-21"),
        (["--window", "day:"], "--window day:: expected a period as in day:"),
        (["--window", "rolling_24h:2026"], "--window rolling_24h:2026: rolling_24h has no periods"),
        (["--dim", "foo"], "unknown dimension 'foo'; known: "),
        (["--dim", "reps=ann"], "unknown dimension 'reps', did you mean 'rep'?"),
        (["--kpi", "calls", "--kpi", "cals"], "unknown KPI 'cals', did you mean 'calls'?"),
    ],
)
def test_names_that_mean_nothing_are_wrong_use(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty answer would read as if there were nothing."""
    assert run(["kpis", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_a_kpi_of_the_catalog_may_have_no_record_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The configured catalog's names are known, and so are those that another catalog has written."""
    catalog = tmp_path / "own.yaml"
    catalog.write_text(
        "catalog: own\nextends: standard\nrolling: [rolling_2d]\n"
        "kpis:\n  calls: null\n  talks: {label: T, unit: count, count: call}\n"
    )
    monkeypatch.setenv("CRM_PULSE_CATALOG", str(catalog))
    for options in (["--kpi", "talks"], ["--window", "rolling_2d"], ["--dim", "team=south"]):
        assert run(["kpis", *options]) == 0
        assert capsys.readouterr().out == "no record yet\n"

    assert shown(capsys, "--kpi", "talks") == []
    assert len(shown(capsys, "--kpi", "calls", "--window", "rolling_24h")) == 4


def test_where_only_past_periods_have_records_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """And how to see them."""
    assert run(["kpis", "--window", "day"]) == 0
    assert "--periods all" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "=ann", "rep="])
def test_a_dimension_that_cannot_be_read_is_named(text: str) -> None:
    """The message repeats what was given and shows the form."""
    with pytest.raises(CommandError, match="expected a name or name=value"):
        command.read_dims([text])


def test_a_dimension_is_named_once() -> None:
    """No record has two values of one; the last alone would have counted."""
    with pytest.raises(CommandError, match="--dim 'rep' is named twice"):
        command.read_dims(["rep=ann", "rep=bob"])


@pytest.mark.parametrize("key", ["", "calls", "calls|day", "a|b|c|d"])
def test_what_is_no_key_fits_nothing(key: str) -> None:
    """Somebody wrote to a topic that is not theirs."""
    assert not command.key_filter([], None, {}, KpiNames())(key)


def test_no_stage_is_one_to_ask_for() -> None:
    """Deals are created into their first stage from none; any stage is another question."""
    from_none, from_new = (
        f"stage_transitions|day:2026-11-20|from_stage={one},to_stage=won" for one in ("", "new")
    )
    asked = {
        text: command.key_filter([], None, command.read_dims([text]), KpiNames())
        for text in ("from_stage=", "from_stage=new", "from_stage")
    }

    assert {"from_stage=": (True, False), "from_stage=new": (False, True), "from_stage": (True, True)} == {
        text: (fits(from_none), fits(from_new)) for text, fits in asked.items()
    }
