"""Processes that were started without a standard stream, or in a locale that doesn't know every sign."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.oracle.telling import event

COMMAND = [sys.executable, "-m", "streams.cli.main"]
ACTIVITY = str(Path(__file__).parents[3] / "schemas" / "examples" / "activity.yaml")
CALL = event("call.logged", "10:00", rep="zoë·→")


def called(*args: str, closing: str = "", encoding: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run a command from a shell that closes streams as `closing` says."""
    environment = dict(os.environ)
    if encoding:
        environment |= {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closing}', "sh", *COMMAND, *args],
        input=orjson.dumps(CALL) + b"\n",
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("args", "encoding"),
    [
        (["--help"], "latin-1"),
        (["explain", "calls", "-"], "ascii"),
        (["explain", "calls", "-", "--dim", "rep=zoë·→"], "latin-1"),
        (["rules", "replay", "-"], "ascii"),
        (["test", "--timeline", ACTIVITY], "ascii"),
    ],
)
def test_what_a_locale_can_t_show_ends_no_command(args: list[str], encoding: str) -> None:
    """Frames, ellipses and names are replaced where there is no sign for them."""
    done = called(*args, encoding=encoding)

    assert (0, b"") == (done.returncode, done.stderr)
    assert done.stdout.decode(encoding)


def test_json_is_utf_8_in_every_locale() -> None:
    """Programs read it, and JSON is nothing else."""
    done = called("explain", "calls", "-", "--dim", "rep=zoë·→", "--json", encoding="latin-1")

    assert 0 == done.returncode
    assert "zoë·→" in orjson.loads(done.stdout)["key"]


@pytest.mark.parametrize("args", [["replay", "-"], ["simulate", "--days", "1"], ["explain", "calls", "-"], ["--help"]])  # fmt: skip
def test_records_that_have_nowhere_to_go_are_a_sentence(args: list[str]) -> None:
    """Without standard output; standard error says so."""
    done = called(*args, closing=">&-")

    said = done.stderr.decode().splitlines()
    assert (2, "crm-pulse: output can't be written: Bad file descriptor") == (done.returncode, said[-1])
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize("args", [["replay", "-"], ["explain", "calls", "-"], ["rules", "replay", "-"]])
def test_input_that_isn_t_there_is_a_sentence(args: list[str]) -> None:
    """Without standard input: no error of the program, and not taken for an empty file."""
    done = called(*args, closing="<&-")

    assert (2, b"crm-pulse: <stdin>: Bad file descriptor\n") == (done.returncode, done.stderr)


def test_nobody_to_tell_is_no_failure(tmp_path: Path) -> None:
    """Without standard error the records are written all the same, and what would have been said isn't among them."""
    out = tmp_path / "k.jsonl"

    done = called("replay", "-", "--out", str(out), closing="2>&-")

    assert (0, b"") == (done.returncode, done.stdout)
    assert all(b'"kpi"' in line for line in out.read_bytes().splitlines())


def test_output_and_error_may_both_be_missing(tmp_path: Path) -> None:
    """A file of records is written where neither stream is there."""
    out = tmp_path / "k.jsonl"

    assert 0 == called("replay", "-", "--out", str(out), closing=">&- 2>&-").returncode
    assert out.stat().st_size > 0
