"""Leaving: at once where something is held, as ever where nothing is."""

import signal
import subprocess
import sys

import pytest

from streams.process.leaving import Leaving

PROGRAM = """
import sys
from streams.process.leaving import LEAVING

class Large:
    def __del__(self):
        print("freed")

LEAVING.is_ours = sys.argv[1] == "ours"
LEAVING.hold(Large())
print("done", end="")
print("told", end="", file=sys.stderr)
LEAVING.leave(3)
"""

TOLD_AGAIN = """
import asyncio, os, signal, sys
from streams.process.leaving import LEAVING
from streams.process.stopping import run_until_stopped

async def main(stop, _):
    if sys.argv[2] == "stopped":
        os.kill(os.getpid(), number)
        await stop.wait()
        os.kill(os.getpid(), number)
    return 0

number = int(sys.argv[1])
LEAVING.is_ours = True
status = run_until_stopped(main)
print("done", end="")
sys.stdout.flush()
os.kill(os.getpid(), number)
LEAVING.leave(status)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("why", "ends_by_signal"), [("stopped", False), ("done", True)])
def test_who_has_stopped_is_told_no_more(number: signal.Signals, why: str, ends_by_signal: bool) -> None:
    """One more signal, at the very end, is not what the process ends by; who was not told yet, is told by the first."""
    ended = subprocess.run(
        [sys.executable, "-c", TOLD_AGAIN, str(int(number)), why], capture_output=True, text=True
    )

    assert (ended.stdout, ended.returncode) == ("done", -number if ends_by_signal else 0)


def test_another_process_keeps_its_signals() -> None:
    """Such as a test's, which goes on."""
    before = signal.getsignal(signal.SIGTERM)

    assert not Leaving().deafen([signal.SIGTERM])
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(("whose", "said"), [("ours", "done"), ("another's", "freed\ndone")])
def test_what_is_held_is_not_freed(whose: str, said: str) -> None:
    """Everything printed comes out and the status is right; what is large is freed where it is not held."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM, whose], capture_output=True, text=True)

    assert (ended.stdout, ended.stderr, ended.returncode) == (said, "told", 3)


def test_without_anything_held_a_process_ends_as_ever() -> None:
    """Whoever called hears of it as of any exit."""
    leaving = Leaving()
    leaving.hold(object())

    with pytest.raises(SystemExit, match="2"):
        leaving.leave(2)
