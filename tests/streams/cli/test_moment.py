"""Times that are given as options."""

from pathlib import Path

import pytest

from streams.cli.failure import CommandError
from streams.cli.main import run
from streams.cli.moment import as_of_moment, length_us, moment_us
from tests.oracle.telling import event
from tests.streams.cli.test_replay import write


def test_a_moment() -> None:
    """With any offset; an option that isn't given is none."""
    assert 0 == moment_us("--from", "1970-01-01T01:00:00+01:00")
    assert 7_000_000 == as_of_moment("1970-01-01T00:00:07Z")
    assert as_of_moment(None) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9 o'clock", "--from 9 o'clock: expected a time with an offset, as 2026"),
        ("9999-12-31T23:59:59Z", "--from 9999-12-31T23:59:59Z: expected a time of the years 1900 to 2999"),
        ("1899-12-31T23:59:59Z", "--from 1899-12-31T23:59:59Z: expected a time of the years 1900 to 2999"),
    ],
)
def test_what_is_no_moment(text: str, said: str) -> None:
    """The option is named, and what may stand there."""
    with pytest.raises(CommandError, match=said):
        moment_us("--from", text)


@pytest.mark.parametrize(
    ("command", "moment"),
    [
        (["replay"], "1900-01-01T00:00:00Z"),
        (["replay"], "2999-12-31T23:59:59.999999Z"),
        (["explain", "activities"], "1900-01-01T00:00:00Z"),
        (["explain", "activities"], "2999-12-31T23:59:59.999999Z"),
        # To the other end it lives through every hour of eleven centuries: a minute.
        (["rules", "replay"], "1900-01-01T00:00:00Z"),
    ],
)
def test_every_moment_that_is_taken_is_lived_to(
    command: list[str], moment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At both ends of the years there is no error of the program, whatever there is to say."""
    path = write(tmp_path / "a.jsonl", event("call.logged", "1900-01-01T00:00:00Z", rep="ann"))

    assert run([*command, path, "--as-of", moment]) in (0, 2)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [
        ["replay", "FILE", "--as-of"],
        ["explain", "calls", "FILE", "--as-of"],
        ["rules", "replay", "FILE", "--as-of"],
        ["rules", "replay", "FILE", "--since"],
        ["simulate", "--start"],
        ["silence", "add", "rule=x", "--until"],
    ],
    ids=" ".join,
)
def test_the_end_of_the_calendar_is_a_sentence(
    args: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of every command that takes a time: status 2, the option, and the years that may be."""
    path = write(tmp_path / "a.jsonl", event("call.logged", "10:00", rep="ann"))
    args = [path if arg == "FILE" else arg for arg in args]

    assert 2 == run([*args, "9999-12-31T23:59:59Z"])
    assert (
        f"crm-pulse: {args[-1]} 9999-12-31T23:59:59Z: expected a time of the years 1900 to 2999\n"
        == capsys.readouterr().err
    )


def test_lengths() -> None:
    """As elsewhere."""
    assert length_us("--since", "400d", 3650) == 400 * 86_400_000_000
