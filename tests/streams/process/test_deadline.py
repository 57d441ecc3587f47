"""The last resort at the end of a process."""

import subprocess
import sys

import pytest

#: The deadline and its line, and time for Python to start on a busy machine.
ENDS_S = 20.0

HANGS = """
import sys, time
from streams.process import logs
from streams.process.deadline import Deadline

logs.configure(format="json")
deadline = Deadline()
deadline.status = int(sys.argv[1])
deadline.start(0.1)
time.sleep(60)
"""

IN_THE_MIDDLE_OF_A_LINE = """
import logging
from streams.process import logs
from streams.process.deadline import Deadline

logs.configure(format="json")
Deadline().start(0.1)
logging.warning("x" * 1_000_000)
"""


@pytest.mark.parametrize("status", [0, 1])
def test_process_that_hangs_is_ended_with_its_status_and_a_line(status: int) -> None:
    """Also where all is done but the good-byes."""
    ended = subprocess.run(
        [sys.executable, "-c", HANGS, str(status)], stderr=subprocess.PIPE, timeout=ENDS_S, check=False
    )

    assert status == ended.returncode
    assert b"stop_timed_out" in ended.stderr


def test_process_is_ended_where_nobody_reads_what_it_says() -> None:
    """Its standard error is a pipe that is full: whoever writes there holds the lock of all log lines."""
    process = subprocess.Popen([sys.executable, "-c", IN_THE_MIDDLE_OF_A_LINE], stderr=subprocess.PIPE)
    try:
        assert 1 == process.wait(ENDS_S)
    finally:
        process.kill()
        process.communicate()
