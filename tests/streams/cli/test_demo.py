"""`crm-pulse demo` as a person runs it: a process of its own, seen through its output."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.cli.demo import has_screen
from streams.clock import monotonic_s

pytestmark = [
    pytest.mark.slow,
    pytest.mark.embedded,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]

PATIENCE_S = 60.0
STOP_S = 10.0
#: What the demo promises; by itself it shows its first KPI after five seconds.
FIRST_KPI_S = 10.0
ALERT_S = 60.0


class Demo:
    """A demo under test; its temporary files are all under `directory`."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.directory = directory
        self.lines: list[str] = []
        environ = {key: value for key, value in os.environ.items() if not key.startswith("CRM_PULSE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streams.cli.main", "demo", "--plain", *options],
            env={**environ, "TMPDIR": str(directory)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._news = threading.Condition()
        self._reader.start()

    def wait_for(self, pattern: str) -> str:
        """Return the first line that matches, once it is there."""
        deadline_s = monotonic_s() + PATIENCE_S
        with self._news:
            while True:
                for line in self.lines:
                    if re.search(pattern, line):
                        return line
                left_s = deadline_s - monotonic_s()
                if left_s <= 0 or not self._reader.is_alive():
                    raise AssertionError(f"no {pattern!r} in:\n" + "".join(self.lines))
                self._news.wait(min(left_s, 1.0))

    def ended(self, timeout_s: float) -> int:
        """Wait for the end; return the exit status."""
        status = self.process.wait(timeout_s)
        self._reader.join(5)
        return status

    def children(self) -> dict[str, int]:
        """Return the processes that the demo started: what they run, and their ids."""
        return processes_in(self.directory)

    def child(self, word: str) -> int:
        """Return the id of the child process that has this word in its command."""
        (pid,) = [pid for command, pid in self.children().items() if word in command]
        return pid

    def left_behind(self) -> list[str]:
        """Return processes and files that are there after the end."""
        return [*self.children(), *(str(path) for path in self.directory.iterdir())]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()


def read(url: str) -> str:
    """Return what a page says, once it is served."""
    deadline_s = monotonic_s() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                text: str = page.read().decode()
                return text
        except OSError:
            assert monotonic_s() < deadline_s
            time.sleep(0.2)


def answer(url: str) -> dict[str, Any]:
    """Return an answer of the API, once it is not empty."""
    deadline_s = monotonic_s() + PATIENCE_S
    while True:
        found: dict[str, Any] = orjson.loads(read(url))
        if found["items"]:
            return found
        assert monotonic_s() < deadline_s, found
        time.sleep(0.2)


def processes_in(directory: Path) -> dict[str, int]:
    """Return processes that run in this directory, by their commands: all that a demo starts does."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            # A directory that was removed under them keeps its name, with a remark behind it.
            if (place / "cwd").readlink().is_relative_to(directory):
                found[(place / "cmdline").read_bytes().replace(b"\0", b" ").decode()] = int(place.name)
        except OSError:
            continue
    return found


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """An empty place for temporary files; whatever a failed test leaves running is ended."""
    yield tmp_path
    for pid in processes_in(tmp_path).values():
        os.kill(pid, signal.SIGKILL)


@pytest.mark.alone
def test_kpis_move_an_alert_fires_and_nothing_is_left(directory: Path) -> None:
    """The first KPI comes within 10 s, an alert fires within a minute, also when Redis dies on the way."""
    demo = Demo(directory)
    began_s = monotonic_s()

    demo.wait_for(r"metrics on http://127\.0\.0\.1:\d+/metrics")
    page = re.search(r"http\S+", demo.wait_for("^Wallboards on http"))
    assert page is not None
    demo.wait_for(r"events/s, .* \| calls \d+")
    records = answer(f"{page[0]}/api/v1/kpis?select=calls%7Crolling_24h%7C")
    assert [record["kpi"] for record in records["items"]] == ["calls"]
    assert "<title>" in read(page[0])
    os.kill(demo.child("valkey"), signal.SIGKILL)
    demo.wait_for(r"^ALERT [\d:]+ firing critical slow-response")
    assert monotonic_s() - began_s < ALERT_S
    demo.process.send_signal(signal.SIGINT)
    assert demo.ended(STOP_S) == 0

    last = demo.wait_for("KPI records, the first after")
    first = re.search(r"the first after ([\d.]+) s", last)
    assert first is not None
    assert float(first[1]) < FIRST_KPI_S
    calls = [int(found.replace(",", "")) for found in re.findall(r"\| calls ([\d,]+)", "".join(demo.lines))]
    assert calls[-1] > calls[0]
    assert demo.left_behind() == []


def test_it_ends_by_itself_when_it_was_told_how_long(directory: Path) -> None:
    """The time counts from when everything runs."""
    demo = Demo(directory, "--duration", "2")

    assert demo.ended(PATIENCE_S) == 0
    demo.wait_for("Everything is stopped and cleaned up")
    assert demo.left_behind() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["^Starting", r"\| calls \d+"])
def test_a_signal_cleans_up_at_any_time(number: signal.Signals, moment: str, directory: Path) -> None:
    """Ctrl-C, a supervisor's stop and a closed terminal end the demo with 0, during the start and after."""
    demo = Demo(directory)
    demo.wait_for(moment)
    demo.process.send_signal(number)

    assert demo.ended(STOP_S) == 0
    demo.wait_for("Everything is stopped and cleaned up")
    assert demo.left_behind() == []


def test_more_signals_change_nothing(directory: Path) -> None:
    """Whoever presses Ctrl-C over and over, to the very end, hears of the same clean stop."""
    demo = Demo(directory)
    demo.wait_for("^Wallboards on http")
    while demo.process.poll() is None:
        demo.process.send_signal(signal.SIGINT)
        time.sleep(0.01)

    assert demo.ended(STOP_S) == 0
    demo.wait_for("Everything is stopped and cleaned up")
    assert demo.left_behind() == []


def test_a_worker_that_dies_ends_the_demo_with_its_last_words(directory: Path) -> None:
    """Something is wrong, so the status is 1; the reason is told, the rest cleaned up."""
    demo = Demo(directory)
    demo.wait_for(r"\| calls \d+")
    os.kill(demo.child("main worker"), signal.SIGKILL)

    assert demo.ended(STOP_S) == 1
    demo.wait_for("crm-pulse: the worker ended by itself; its log ends:")
    assert demo.left_behind() == []


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_a_browser_is_opened_where_it_is_a_window(
    environ: dict[str, str], platform: str, expected: bool
) -> None:
    """Without a screen there would only be one in the terminal, which the live view has."""
    assert has_screen(environ, platform) is expected
