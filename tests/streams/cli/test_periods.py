"""The option `--periods`."""

import pytest

from streams.cli.failure import CommandError
from streams.cli.main import run
from streams.cli.periods import read_periods


def test_two_words() -> None:
    """Any other is wrong use."""
    assert ("running", "all") == (read_periods("running"), read_periods("all"))
    with pytest.raises(CommandError, match="--periods al: expected running or all"):
        read_periods("al")


@pytest.mark.parametrize("args", [["kpis"], ["replay", "none.jsonl"]])
def test_all_commands_say_the_same(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Before any work."""
    assert 2 == run([*args, "--periods", "al"])
    assert "crm-pulse: --periods al: expected running or all\n" == capsys.readouterr().err
