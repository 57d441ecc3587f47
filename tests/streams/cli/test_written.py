"""Standard output that can't be written, of processes of their own: what counts comes when the interpreter ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from streams.cli.written import output_failure
from tests.oracle.telling import event

FULL = Path("/dev/full")
COMMAND = [sys.executable, "-m", "streams.cli.main"]


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "args",
    [["replay", "-"], ["simulate", "--days", "0.1"], ["explain", "calls", "-", "--json"], ["token", "x"], ["--help"]],
)  # fmt: skip
def test_a_full_disk_is_a_sentence(args: list[str]) -> None:
    """Whether it fails at once, with the last of the buffer, or in a library that prints."""
    call = repr(event("call.logged", "10:00")).replace("'", '"').encode()
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *args], input=call, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )

    said = done.stderr.decode().splitlines()
    assert (2, "crm-pulse: output can't be written: No space left on device") == (done.returncode, said[-1])
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize(
    "args", [["simulate", "--days", "30"], ["token", "x"], ["explain", "calls", "-", "--json"]]
)
def test_a_closed_pipe_ends_without_a_word(args: list[str]) -> None:
    """`| head` has what it wants."""
    call = repr(event("call.logged", "10:00")).replace("'", '"').encode()
    with subprocess.Popen(
        [*COMMAND, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdout.close()
        process.stdin.write(call)
        process.stdin.close()
        said = process.stderr.read()

    assert (1, b"") == (process.returncode, said)


@pytest.mark.parametrize("error", [OSError(2, "no", "a.yaml"), OSError(28, "no", "a.yaml"), OSError(111, "no"), ValueError()])  # fmt: skip
def test_other_errors_are_not_of_the_output(error: Exception) -> None:
    """A file that has a name, a connection: whoever meant it knows better what to say."""
    assert output_failure(error) is None
