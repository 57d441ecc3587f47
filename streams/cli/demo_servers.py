"""What runs beside the demo: an embedded Kafka and Redis, a worker and the wallboards as processes of their own."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import aiohttp

from streams.brokers.embedded import EmbeddedKafka, EmbeddedRedis
from streams.brokers.process import ServerProcess, ServerProcessError, free_port
from streams.cli.demo_trim import COMPACTED, trim
from streams.kafka.topic_admin import ensure
from streams.settings import Settings, load

KAFKA_PORT: Final = 9_092
METRICS_PORT: Final = 9_464
HTTP_PORT: Final = 8_080
#: People see two changes a second; more would only warm the machine.
EMIT_INTERVAL_S: Final = 0.5
PROCESS_STOP_S: Final = 12.0
LOG_TAIL_BYTES: Final = 2_000
#: Where Kafka and Redis have their data, in the directory of all.
ROOMS: Final = ("kafka", "redis")


class DemoServers:
    """Everything the demo starts; leaving the context stops it all and removes what it wrote.

    Of the user's settings catalog, rules, boards and data directory hold here too; with a data directory, which must
    be there, the data stay for the next demo.
    """

    def __init__(self, own: Settings, environ: Mapping[str, str] | None = None) -> None:
        self._own = own
        self._environ = os.environ if environ is None else environ
        self._stack = AsyncExitStack()
        self._processes: list[ServerProcess] = []
        """The worker, then the wallboards' server."""
        self._may_serve = asyncio.Event()
        self._starting: asyncio.Task[None] | None = None
        self.settings = own
        """The settings to reach the demo's Kafka with."""
        self.redis_url: str | None = None
        """None where there is no Redis, which the demo can do without."""
        self.kafka_address = ""
        self.metrics_url = ""
        self.page_url = ""

    async def __aenter__(self) -> Self:
        """Start all servers; return when Kafka and Redis serve; the worker comes up meanwhile.

        Raises:
            ServerProcessError: Kafka does not come up; the message says why.
        """
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def command_prefix(self) -> str:
        """What another terminal must put before a command for it to find this Kafka."""
        default = f"127.0.0.1:{KAFKA_PORT}"
        if self.kafka_address == default and "CRM_PULSE_KAFKA_BOOTSTRAP" not in self._environ:
            return ""
        return f"CRM_PULSE_KAFKA_BOOTSTRAP={self.kafka_address} "

    def problem(self) -> str | None:
        """Say which process did not come up or ended by itself, and its last words; None while all run."""
        if self._starting is None:
            return None
        if self._starting.done() and (error := self._starting.exception()) is not None:
            return str(error)
        for process in self._processes:
            if process.started and not process.running:
                tail = process.log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").strip()
                return f"the {process.name} ended by itself; its log ends:\n{tail}"
        return None

    def serve_page(self) -> None:
        """Start the wallboards' server: there is something to be seen."""
        self._may_serve.set()

    async def page_is_served(self) -> None:
        """Return once the wallboards can be looked at."""
        if self._starting is not None:
            await asyncio.shield(self._starting)

    async def _start(self) -> None:
        directory = self._directory()
        keeps = self._own.data_dir is not None
        for_kafka, for_redis = (directory / room for room in ROOMS)
        kafka = EmbeddedKafka(for_kafka, _port_near(KAFKA_PORT), keeps=keeps)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._stack.enter_async_context(kafka))
                both.create_task(self._start_redis(for_redis))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        self.kafka_address = kafka.bootstrap
        metrics_port, http_port = _port_near(METRICS_PORT), _port_near(HTTP_PORT)
        self.metrics_url = f"http://127.0.0.1:{metrics_port}"
        self.page_url = f"http://127.0.0.1:{http_port}"
        variables = self._variables(metrics_port, http_port)
        self.settings = load(variables)
        await ensure(self.settings, compacted=COMPACTED)
        trimming = asyncio.create_task(trim(self.settings))
        self._stack.callback(trimming.cancel)
        self._processes = [
            self._process("worker", metrics_port, directory, variables),
            self._process("serve", http_port, directory, variables),
        ]
        self._stack.push_async_callback(self._stop_processes)
        # Not waited for: events can be published, and the view shown, before the worker is there.
        self._starting = asyncio.create_task(self._start_processes())

    def _process(
        self, command: str, port: int, directory: Path, variables: Mapping[str, str]
    ) -> ServerProcess:
        others = {key: value for key, value in self._environ.items() if not key.startswith("CRM_PULSE_")}
        return ServerProcess(
            command,
            [sys.executable, "-m", "streams.cli.main", command],
            port=port,
            log=directory / f"{command}.log",
            ready=_serves_health,
            env={**others, **variables},
            stop_timeout_s=PROCESS_STOP_S,
        )

    async def _start_processes(self) -> None:
        worker, page = self._processes
        await worker.start()
        # The start of one would make the other's first KPI late.
        await self._may_serve.wait()
        await page.start()

    async def _stop_processes(self) -> None:
        assert self._starting is not None
        self._starting.cancel()
        await asyncio.gather(self._starting, return_exceptions=True)
        await asyncio.gather(*(process.stop() for process in self._processes))

    async def _start_redis(self, directory: Path) -> None:
        try:
            redis = await self._stack.enter_async_context(EmbeddedRedis(directory))
            self.redis_url = redis.url
        except ServerProcessError:
            self.redis_url = None

    def _directory(self) -> Path:
        if self._own.data_dir is not None:
            return self._own.data_dir.absolute()
        directory = Path(tempfile.mkdtemp(prefix="crm-pulse-demo-"))
        self._stack.callback(shutil.rmtree, directory, ignore_errors=True)
        return directory

    def _variables(self, metrics_port: int, http_port: int) -> dict[str, str]:
        rules = self._own.rules or Path(str(files("streams.cli").joinpath("demo_rules.yaml")))
        variables = {
            "KAFKA_BOOTSTRAP": self.kafka_address,
            "METRICS_PORT": str(metrics_port),
            "HTTP_PORT": str(http_port),
            "EMIT_INTERVAL_S": str(EMIT_INTERVAL_S),
            "RULES": str(rules.absolute()),
            "LOG_FORMAT": "console",
        }
        for name, path in (("CATALOG", self._own.catalog), ("BOARDS", self._own.boards)):
            if path is not None:
                variables[name] = str(path.absolute())
        if self.redis_url is not None:
            variables["REDIS_URL"] = self.redis_url
        return {f"CRM_PULSE_{name}": value for name, value in variables.items()}


async def _serves_health(port: int) -> bool:
    """Tell whether a process's pages are served on this port."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.0)) as session,
            session.get(f"http://127.0.0.1:{port}/healthz") as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


def _port_near(wanted: int) -> int:
    """Return the wanted loopback port, or another one when somebody has it."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
    return wanted
