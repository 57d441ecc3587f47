"""Leaving: at once where something is held, as ever where nothing is."""

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
