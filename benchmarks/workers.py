"""Worker processes under measurement: started, watched through what they report, ended."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from streams.settings import Settings

POLL_S = 0.1
STOP_S = 30.0
ROOT = Path(__file__).parent.parent


class WorkerEndedError(RuntimeError):
    """A worker ended by itself; the message has the end of its log."""


class Report(dict[str, Any]):
    """One line of a worker's report; see `benchmarks.pulse_worker`."""

    def done(self, stage: str) -> int:
        """Return how many records of a stage's topic are processed."""
        return int(self["done"].get(stage, 0))

    def lag(self, stage: str) -> int:
        """Return how many records wait, of those that were fetched or seen."""
        return int(self["lag"].get(stage, 0))

    def stat(self, stage: str, name: str) -> int:
        """Return a counter or gauge of a stage's processors, added up."""
        return int(self["stats"].get(stage, {}).get(name, 0))

    def total(self, stage: str, name: str) -> float:
        """Return a total of the shell for a stage."""
        return float(self["totals"].get(stage, {}).get(name, 0))


class Worker:
    """A worker in a process of its own."""

    def __init__(self, settings: Settings, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        number = len(list(directory.glob("*.report")))
        self.path, self.log = directory / f"{number}.report", directory / f"{number}.log"
        self.path.touch()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.pulse_worker", str(self.path)],
                env={**os.environ, **environ_of(settings), "CRM_PULSE_LOG_FORMAT": "json"},
                stdout=log, stderr=log, cwd=ROOT,
            )  # fmt: skip

    def reports(self) -> list[Report]:
        """Return everything it has reported so far."""
        lines = self.path.read_bytes().split(b"\n")
        return [Report(orjson.loads(line)) for line in lines[:-1]]

    def last(self) -> Report | None:
        """Return its last report. Raises WorkerEndedError when it is not running any more."""
        if self.process.poll() is not None:
            tail = self.log.read_bytes()[-3_000:].decode(errors="replace")
            raise WorkerEndedError(
                f"the worker ended with status {self.process.returncode}; its log ends:\n{tail}"
            )
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - 16_384))
            lines = file.read().split(b"\n")
        return Report(orjson.loads(lines[-2])) if len(lines) > 1 else None

    @property
    def ready(self) -> bool:
        """Whether all its partitions are restored."""
        report = self.last()
        return report is not None and bool(report["ready"])

    async def stop(self) -> None:
        """End it with SIGTERM; it writes its last checkpoint."""
        self.process.terminate()
        await asyncio.to_thread(self.process.wait, STOP_S)


@asynccontextmanager
async def running(each: Sequence[Settings], directory: Path) -> AsyncIterator[list[Worker]]:
    """Run workers, started at the same moment; the block begins when all partitions are restored."""
    group = [Worker(settings, directory) for settings in each]
    try:
        while not all(one.ready for one in group):  # noqa: ASYNC110 (another process's doing)
            await asyncio.sleep(POLL_S)
        yield group
        await asyncio.gather(*(one.stop() for one in group))
    finally:
        for one in group:
            if one.process.poll() is None:
                one.process.kill()
                one.process.wait()


def environ_of(settings: Settings) -> dict[str, str]:
    """Return the variables that give a process these settings, as far as they differ from the defaults."""
    given = settings.model_dump(mode="json", exclude_defaults=True)
    texts = {
        name: ",".join(value) if isinstance(value, list) else str(value) for name, value in given.items()
    }
    return {f"CRM_PULSE_{name.upper()}": text for name, text in texts.items()}
