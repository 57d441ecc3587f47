"""The example programs in processes of their own."""

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

EXAMPLES = Path(__file__).parents[3] / "deploy/examples"
CLIENT = Path(__file__).parents[3] / "deploy/client/python/src"
LINE_TIMEOUT_S = 30.0

Command = Callable[[str], Sequence[str]]
"""Given the name of an example, how it is started."""


def python(name: str) -> Sequence[str]:
    """Return how an example in Python is started."""
    return [sys.executable, str(EXAMPLES / f"python/{name}.py")]


def javascript(node: str, npm_packages: Path, directory: Path) -> Command:
    """Return how examples in JavaScript are started: beside the packages, as after `npm install`."""
    place = directory / "javascript"
    shutil.copytree(EXAMPLES / "javascript", place)
    (place / "node_modules").symlink_to(npm_packages)
    return lambda name: [node, str(place / f"{name}.mjs")]


class Running:
    """An example at work."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def lines(self, count: int) -> list[str]:
        """Return its next lines."""
        assert self._process.stdout is not None
        found: list[str] = []
        while len(found) < count:
            line = await asyncio.wait_for(self._process.stdout.readline(), LINE_TIMEOUT_S)
            assert line, f"ended after {found}:\n{await self._said()}"
            found.append(line.decode().rstrip("\n"))
        return found

    async def ended(self) -> str:
        """Ask it to end, and return what it still said; it ends with status 0."""
        if self._process.returncode is None:
            self._process.terminate()
        return await self.done()

    async def done(self) -> str:
        """Wait for its end, and return what it still said; it ends with status 0."""
        out, errors = await asyncio.wait_for(self._process.communicate(), LINE_TIMEOUT_S)
        assert self._process.returncode == 0, errors.decode()
        return out.decode()

    async def refused(self) -> str:
        """Wait for its end, and return what it said of its fault; it ends with status 1."""
        _, errors = await asyncio.wait_for(self._process.communicate(), LINE_TIMEOUT_S)
        assert self._process.returncode == 1
        return errors.decode()

    async def _said(self) -> str:
        assert self._process.stderr is not None
        return (await self._process.stderr.read()).decode()


@asynccontextmanager
async def running(command: Sequence[str], *arguments: str) -> AsyncIterator[Running]:
    """Run an example as long as the block; kill it if it is still there."""
    environ = {**os.environ, "PYTHONPATH": str(CLIENT)}
    process = await asyncio.create_subprocess_exec(
        *command, *arguments, stdout=PIPE, stderr=PIPE, env=environ
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
