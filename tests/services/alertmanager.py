"""A real Alertmanager, as the distribution has it, run by the tests."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Self

import aiohttp

from streams.brokers.process import ServerProcess, free_port

CONFIG = """\
route: {{receiver: hook, group_by: [...], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: hook
    webhook_configs: [{{url: "{hook}", send_resolved: true}}]
"""


class Alertmanager:
    """An Alertmanager of one member, which tells a webhook of what it would tell people."""

    def __init__(self, directory: Path, hook: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._directory = directory
        found = find_alertmanager()
        assert found is not None
        (directory / "alertmanager.yml").write_text(CONFIG.format(hook=hook))
        self._server = ServerProcess(
            "alertmanager",
            [
                found,
                f"--config.file={directory / 'alertmanager.yml'}",
                f"--storage.path={directory / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--cluster.listen-address=",
            ],
            port=self.port,
            log=directory / "alertmanager.log",
            ready=_answers,
        )

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()

    def amtool(self, *arguments: str) -> Any:
        """Return what amtool says of the alerts that are active."""
        command = ["amtool", f"--alertmanager.url={self.url}", "--output=json", *arguments]
        config = {"HOME": str(self._directory), "PATH": "/usr/bin:/bin:/usr/local/bin"}
        done = subprocess.run(command, capture_output=True, check=True, text=True, env=config)
        return json.loads(done.stdout)


def find_alertmanager() -> str | None:
    """Return the path of an Alertmanager with its amtool, None where they aren't installed."""
    if shutil.which("amtool") is None:
        return None
    return shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


async def _answers(port: int) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/-/ready") as answer,
        ):
            return answer.status == 200
    except aiohttp.ClientError:
        return False
