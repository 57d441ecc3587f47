"""Worker processes under a supervisor: who dies unasked is started again, as in production."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from streams.clock import monotonic_s

#: What issue and operators allow from SIGTERM to the end.
TERM_TIMEOUT_S = 10.0

#: A process that is still importing has no handler for SIGTERM yet, and nothing to save.
IMPORTING_S = 5.0


class Workers:
    """A row of worker processes, each with its log; grown, shrunk and hurt by number."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], logs: Path) -> None:
        """`{n}` in the environment's values is the worker's number."""
        self._command = list(command)
        self._environ = dict(environ)
        self._logs = logs
        self._row: list[subprocess.Popen[bytes]] = []
        self._started_s: dict[int, float] = {}  # by process id
        self._paused: set[int] = set()
        self.ends: Counter[str] = Counter()
        """How processes ended: killed, terminated, or failed with their exit status."""
        self.faults: list[str] = []
        """What should not have happened."""

    def __len__(self) -> int:
        return len(self._row)

    def log(self, number: int) -> Path:
        return self._logs / f"worker-{number}.log"

    async def scale(self, count: int) -> None:
        """Have so many workers, starting or terminating from the end of the row."""
        while len(self._row) < count:
            self._row.append(self._start(len(self._row)))
        while len(self._row) > count:
            await self._terminate(len(self._row) - 1)
            self._row.pop()

    def revive(self) -> None:
        """Start again who ended unasked."""
        for number, process in enumerate(self._row):
            status = process.poll()
            if status is not None:
                self.ends[f"failed with {status}"] += 1
                if status != 1:
                    self.faults.append(f"worker {number} ended unasked with {status}, expected 1")
                self._row[number] = self._start(number)

    async def kill(self, number: int, back_after_s: float) -> None:
        """SIGKILL, and a new process a while later."""
        self._row[number].kill()
        await asyncio.to_thread(self._row[number].wait)
        self.ends["killed"] += 1
        await asyncio.sleep(back_after_s)
        self._row[number] = self._start(number)

    async def terminate(self, number: int, back_after_s: float) -> None:
        """SIGTERM, which must end in exit status 0 within ten seconds, and a new process a while later."""
        await self._terminate(number)
        await asyncio.sleep(back_after_s)
        self._row[number] = self._start(number)

    async def pause(self, number: int, seconds: float) -> None:
        """Stop the process as a suspended machine would, and let it go on in the middle of what it did."""
        process = self._row[number]
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        process.send_signal(signal.SIGCONT)
        self.ends["paused"] += 1

    async def end(self) -> None:
        """Terminate all."""
        self.revive()
        await asyncio.gather(*map(self._terminate, range(len(self._row))))
        self._row.clear()

    def abandon(self) -> None:
        """Kill all: for tests that failed."""
        for process in self._row:
            process.kill()
            process.wait()

    async def _terminate(self, number: int) -> None:
        process, began_s = self._row[number], monotonic_s()
        process.terminate()
        try:
            status = await asyncio.to_thread(process.wait, TERM_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.faults.append(f"worker {number} did not end within {TERM_TIMEOUT_S:g} s of SIGTERM")
            process.kill()
            process.wait()
            return
        self.ends["terminated"] += 1
        if status == -signal.SIGTERM and began_s - self._started_s[process.pid] < IMPORTING_S:
            return
        # 1 is a failure that came before the signal, such as a broker that is away.
        if status == 1:
            self.ends["terminated with 1"] += 1
        elif status != 0:
            self.faults.append(f"worker {number} ended with {status} after SIGTERM, expected 0")

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        environ = {key: value.replace("{n}", str(number)) for key, value in self._environ.items()}
        with self.log(number).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *self._command],
                env={**os.environ, **environ},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started_s[process.pid] = monotonic_s()
        return process
