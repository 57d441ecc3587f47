"""A real Prometheus, as the distribution has it, run by the tests."""

import json
import shutil
from pathlib import Path
from typing import Any, Self

import aiohttp

from streams.brokers.process import ServerProcess, free_port


class Prometheus:
    """A Prometheus that scrapes every few seconds what it is told to, with rules."""

    def __init__(self, directory: Path, targets: list[str], rules: list[Path]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        found = find_prometheus()
        assert found is not None
        # JSON is YAML.
        config = {
            "global": {"scrape_interval": "3s", "scrape_timeout": "3s", "evaluation_interval": "3s"},
            "rule_files": [str(path) for path in rules],
            "scrape_configs": [{"job_name": "crm-pulse", "static_configs": [{"targets": targets}]}],
        }
        (directory / "prometheus.yml").write_text(json.dumps(config))
        self._server = ServerProcess(
            "prometheus",
            [
                found,
                f"--config.file={directory / 'prometheus.yml'}",
                f"--storage.tsdb.path={directory / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            port=self.port,
            log=directory / "prometheus.log",
            ready=_answers,
        )

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()

    async def query(self, expr: str) -> list[Any]:
        """Return the series that an expression gives now. An expression that is none raises ValueError."""
        answer = await self._get("query", {"query": expr})
        result = answer["result"]
        assert isinstance(result, list)
        return result

    async def rules(self) -> list[dict[str, Any]]:
        """Return every rule as Prometheus sees it."""
        answer = await self._get("rules", {})
        return [rule for group in answer["groups"] for rule in group["rules"]]

    async def _get(self, what: str, parameters: dict[str, str]) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}/api/v1/{what}", params=parameters) as answer,
        ):
            found = await answer.json()
        if found["status"] != "success":
            raise ValueError(f"{parameters}: {found['error']}")
        return found["data"]


def find_prometheus() -> str | None:
    """Return the path of a Prometheus, None where none is installed."""
    return shutil.which("prometheus")


async def _answers(port: int) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/-/ready") as answer,
        ):
            return answer.status == 200
    except aiohttp.ClientError:
        return False
