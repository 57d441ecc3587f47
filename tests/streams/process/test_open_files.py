"""A process may have as many files open as it needs, where its limit is only a habit."""

import subprocess
import sys

import pytest

LOOKS = """
import resource, sys
from streams.process import logs
from streams.process.open_files import may_open

logs.configure(format="json")
soft, hard, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
may_open(wanted)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "allowed", "warns"),
    [
        pytest.param(64, 512, 300, 300, False, id="what is asked for"),
        pytest.param(64, 512, 900, 512, True, id="as far as it goes, and it is said"),
        pytest.param(400, 512, 300, 400, False, id="what there is already stays"),
    ],
)
def test_open_files(soft: int, hard: int, wanted: int, allowed: int, warns: bool) -> None:
    """Of a process of its own, since a limit that was lowered stays low."""
    told = subprocess.run(
        [sys.executable, "-c", LOOKS, *map(str, (soft, hard, wanted))], capture_output=True, check=True
    )

    assert allowed == int(told.stdout)
    assert warns is (b"few_open_files" in told.stderr)
