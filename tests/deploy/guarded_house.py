"""An installation on a Kafka that wants rights: its files, its processes and commands, each under a user of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import orjson

from processors.publishing.records import rfc3339
from streams.clock import now_us
from streams.kafka.readers import read_latest
from streams.settings import Settings
from tests.deploy.rights import ADMIN, GuardedKafka
from tests.streams.processes import WorkerProcess, environ_of, worker

WAIT_S = 60.0
CATALOG = "catalog: acme\nextends: standard\n"
ANOTHER = "calendar: {timezone: America/New_York}\n"
RULES = """
rules: {open: {title: Open, severity: warning, kpi: open_inquiries, window: now, for_each: team, above: 0}}
absences: {waits: {title: Waits, kind: inquiry, limits: {warning: 1h}}}
"""
NOTIFY = """
receivers: {{hook: {{type: webhook, url: "{url}", secret_env: HOOK_SECRET, allow_private: true}}}}
route: {{receivers: [hook], group_by: [id], group_wait: 0s, group_interval: 0s}}
"""


def event(kind: str, id: str, **data: Any) -> bytes:
    """Return an event of now."""
    body = {
        "specversion": "1.0",
        "source": "test",
        "id": id,
        "type": f"crm.{kind}",
        "time": rfc3339(now_us()),
    }
    return orjson.dumps({**body, "data": data})


def inquiry(kind: str, team: str) -> bytes:
    """Return an event of a team's only conversation."""
    return event(
        f"inquiry.{kind}", f"{kind} {team}", account=team, conversation=team, rep=f"{team}-1", team=team
    )


async def until(holds: Callable[[], Awaitable[Any]]) -> Any:
    """Wait until something holds; return it."""
    async with asyncio.timeout(WAIT_S):
        while not (found := await holds()):
            await asyncio.sleep(0.1)
    return found


class House:
    """An installation on the guarded broker."""

    def __init__(self, kafka: GuardedKafka, directory: Path) -> None:
        self.kafka = kafka
        self.directory = directory
        self.files = {
            name: directory / f"{name}.yaml" for name in ("catalog", "rules", "notify")
        }  # fmt: skip
        self.files["catalog"].write_text(CATALOG)
        self.files["rules"].write_text(RULES)
        self.files["notify"].write_text(NOTIFY.format(url="http://127.0.0.1:1"))
        self.users: set[str] = set()
        """Who has been at work."""
        self.admin = self.settings(ADMIN)
        self._running: list[WorkerProcess] = []

    def settings(self, user: str, **more: Any) -> Settings:
        """Return the settings of a process that logs in as this user."""
        self.users.add(user)
        own = {"metrics_port": 0, "http_port": 0, "commit_interval_s": 0.3, **self.files, **more}
        return self.kafka.settings(user, **own)

    async def start(self, stack: AsyncExitStack, user: str, **more: Any) -> WorkerProcess:
        """Start the process that is called as its user's first word."""
        name = user.split()[0]
        directory = self.directory / user
        directory.mkdir()
        process = await stack.enter_async_context(
            worker(["streams.cli.main", name], self.settings(user, **more), directory)
        )
        self._running.append(process)
        assert isinstance(process, WorkerProcess)
        return process

    async def run(self, user: str, *args: str) -> tuple[int, str]:
        """Run a command to its end; return exit status and all that it said."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "streams.cli.main", *args,
            env={**os.environ, **environ_of(self.settings(user))},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        text, _ = await asyncio.wait_for(process.communicate(), WAIT_S)
        assert process.returncode is not None
        return process.returncode, text.decode()

    async def good(self, user: str, *args: str) -> str:
        """Run a command, which ends well; return what it said."""
        status, text = await self.run(user, *args)
        assert status == 0, text
        assert "no right" not in text
        return text

    async def refused(self, user: str, *args: str) -> str:
        """Run a command, which does not end well, but in words; return them."""
        status, text = await self.run(user, *args)
        assert status, text
        assert "Traceback" not in text
        return text

    async def alert(self, team: str, state: str) -> str | None:
        """Return the id of the team's alert, where it is in this state."""
        found = await read_latest(self.admin, "crm.alerts")
        wanted = (team, state)
        return next(
            (id for id, one in found.items() if (one["dims"].get("team"), one["state"]) == wanted), None
        )

    async def end(self) -> None:
        """End every process; none has met with a refusal."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            assert (await process.ended())[0] == 0, process._log
            text = process._log.read_text()
            assert not [line for line in text.splitlines() if "uthoriz" in line or "no right" in line]
