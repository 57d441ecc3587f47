"""The command line as a whole: what loads, what fails how."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from streams.cli import main as cli
from streams.cli.failure import FAILED, CommandError


def test_help_lists_every_command_and_loads_none() -> None:
    """`--help` is fast because neither Kafka, nor Faust, nor any command is imported for it."""
    code = (
        "import sys; from streams.cli.main import run; assert run(['--help']) == 0;"
        "heavy = {'aiokafka', 'faust', 'redis', 'pydantic', 'structlog', 'aiohttp'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    for name, (_, summary) in cli.COMMANDS.items():
        assert name in done.stdout
        assert summary in " ".join(done.stdout.replace("│", " ").split())


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` needs no command."""
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("crm-pulse ")


@pytest.mark.parametrize("args", [["bogus"], ["kpis", "--bogus"], []])
def test_wrong_use_exits_with_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown command or option, or none at all, prints usage and is status 2."""
    assert cli.run(args) == 2
    captured = capsys.readouterr()
    assert "Usage" in captured.out + captured.err


def test_settings_faults_are_all_printed_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two wrong variables give two lines on standard error and status 2."""
    monkeypatch.setenv("CRM_PULSE_PARTITIONS", "many")
    monkeypatch.setenv("CRM_PULSE_METRICS_PORT", "-1")

    assert cli.run(["kpis"]) == 2

    text = capsys.readouterr().err
    assert "CRM_PULSE_PARTITIONS" in text
    assert "CRM_PULSE_METRICS_PORT" in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "args", [["alerts"], ["load", "e.jsonl"], ["simulate", "--kafka"], ["simulate", "--kafka", "--live"]]
)
def test_a_kafka_that_is_not_there_is_a_sentence(
    args: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address and the setting behind it are named; there is no traceback."""
    monkeypatch.setenv("CRM_PULSE_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.jsonl").write_text("{}")

    assert cli.run(args) == 2

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "can't reach Kafka at 127.0.0.1:1 (CRM_PULSE_KAFKA_BOOTSTRAP)" in lines[0]


@pytest.mark.parametrize(
    ("error", "status"),
    [(CommandError("no", FAILED), 1), (CommandError("no"), 2), (KeyboardInterrupt(), 130)],
)
def test_a_command_ends_with_its_failures_status(
    error: BaseException, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed check is 1, wrong use 2, Ctrl-C 130 as shells have it."""
    monkeypatch.setattr(cli, "application", lambda _: _raising(error))

    assert cli.run(["kpis"]) == status


def test_a_fault_of_the_program_itself_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected exception keeps its traceback, which we want reported."""
    monkeypatch.setattr(cli, "application", lambda _: _raising(ZeroDivisionError()))

    with pytest.raises(ZeroDivisionError):
        cli.run(["kpis"])


def test_help_is_broken_where_the_terminal_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not where the docstring's lines happen to end."""
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.run(["ack", "--help"]) == 0

    assert "is told. `crm-pulse silence end` takes it back." in capsys.readouterr().out


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_shows_its_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each listed command exists and can be called."""
    assert cli.run([name, "--help"]) == 0
    assert f"crm-pulse {name}" in capsys.readouterr().out


def _raising(error: BaseException) -> typer.Typer:
    app = typer.Typer()

    @app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
    def fail() -> None:
        raise error

    return app
