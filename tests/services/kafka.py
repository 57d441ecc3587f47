"""A real Apache Kafka (KRaft, one node), fetched by Maven and run by the tests."""

import asyncio
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from streams.brokers.process import ServerProcess, answers_kafka, free_port

KAFKA_VERSION = "4.1.1"
JAVA_VERSION_MIN = 17
POM = Path(__file__).with_name("kafka-pom.xml")

#: Small and quick, but the guarantees are the shipped ones.
PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENTS",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # Lets a test wait one second for a dead member, not six.
    "group.min.session.timeout.ms": "1000",
    # A killed broker comes back once its old registration has lapsed: 3 s, not 9.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # The cleaner looks for work twice a second, so that compaction can be watched.
    "log.cleaner.backoff.ms": "500",
    # What isn't declared does not exist: the project creates all its topics itself.
    "auto.create.topics.enable": "false",
}


class KafkaUnavailableError(RuntimeError):
    """Java or Maven is missing or too old, or Maven could not fetch the jars; the message says which."""


class ApacheKafka:
    """One broker: `start`, `stop`, `kill`, `restart`; port and data stay the same over all of them."""

    def __init__(
        self,
        directory: Path,
        properties: Mapping[str, str] | None = None,
        heap: str = "1g",
        protocol: str = "PLAINTEXT",
    ) -> None:
        self.directory = directory
        self.port = free_port()
        self._controller_port = free_port()
        self._properties = PROPERTIES | dict(properties or {})
        self._heap = heap
        self._protocol = protocol
        self._server: ServerProcess | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return self._server.pid if self._server else None

    async def start(self) -> None:
        """Fetch the jars and format the data directory when needed, start, return when it serves."""
        if self._server is None:
            self._server = self._prepare()
        await self._server.start()

    async def stop(self) -> None:
        """End with SIGTERM; data stays."""
        if self._server:
            await self._server.stop()

    async def kill(self) -> None:
        """End with SIGKILL; data stays as the crash left it."""
        if self._server:
            await self._server.kill()

    async def restart(self) -> None:
        """Stop and start again on the same port with the same data."""
        await self.stop()
        await self.start()

    async def __aenter__(self) -> "ApacheKafka":
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.stop()

    def _prepare(self) -> ServerProcess:
        self.directory.mkdir(parents=True, exist_ok=True)
        config = self.directory / "server.properties"
        config.write_text("".join(f"{key}={value}\n" for key, value in self._all_properties().items()))
        java = [
            find_java(), f"-Xmx{self._heap}", "-Xms256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS", "-cp", f"{fetch_jars()}/*",
        ]  # fmt: skip
        if not (self.directory / "data" / "meta.properties").exists():
            cluster_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            # One argument, since every sixty-fourth id begins with a dash.
            _run(
                [*java, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}", "-c", str(config)]
            )
        return ServerProcess(
            f"Apache Kafka {KAFKA_VERSION}",
            [*java, "kafka.Kafka", str(config)],
            port=self.port,
            log=self.directory / "kafka.log",
            ready=answers_kafka,
            start_timeout_s=60.0,
        )

    def _all_properties(self) -> dict[str, str]:
        return {
            **self._properties,
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "listener.security.protocol.map": f"CLIENTS:{self._protocol},CONTROLLER:PLAINTEXT",
            "listeners": f"CLIENTS://{self.bootstrap},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"CLIENTS://{self.bootstrap}",
            "log.dirs": str(self.directory / "data"),
        }


def cache_directory() -> Path:
    """Where fetched jars are kept between runs, outside the tree."""
    given = os.environ.get("CRM_PULSE_TEST_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "crm-pulse"


def find_java() -> str:
    """Return the path of a Java that can run the broker, or raise KafkaUnavailableError."""
    java = shutil.which("java")
    if java is None:
        raise KafkaUnavailableError(f"no java on the PATH (Kafka needs {JAVA_VERSION_MIN} or newer)")
    text = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', text)
    if found is None or int(found[1]) < JAVA_VERSION_MIN:
        raise KafkaUnavailableError(f"{java} is too old, Kafka needs {JAVA_VERSION_MIN}: {text[:80]!r}")
    return java


def fetch_jars() -> Path:
    """Return the directory of the broker's jars, fetched by Maven the first time."""
    fingerprint = hashlib.sha256(POM.read_bytes()).hexdigest()[:8]
    jars = cache_directory() / f"kafka-{KAFKA_VERSION}-{fingerprint}"
    if jars.is_dir():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaUnavailableError("no mvn (Maven) on the PATH to fetch Apache Kafka with")
    # Renamed when complete, so that an interrupted fetch leaves nothing that looks whole.
    partial = jars.with_name(f"{jars.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _run(
            [
                maven,
                "-q",
                "-B",
                "-f",
                str(POM),
                "dependency:copy-dependencies",
                f"-DoutputDirectory={partial}",
            ]
        )
    except RuntimeError as error:
        raise KafkaUnavailableError(f"Apache Kafka could not be fetched: {error}") from None
    try:
        partial.rename(jars)
    except OSError:  # someone else was faster
        shutil.rmtree(partial)
    return jars


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"{command[0]} … {command[-1]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        )


async def _main() -> None:
    """Run a broker until SIGINT or SIGTERM, for use by hand: `python -m tests.services.kafka DIRECTORY`."""
    enough = asyncio.Event()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_, enough.set)
    async with ApacheKafka(Path(sys.argv[1])) as kafka:
        print(f"{kafka.bootstrap} (pid {kafka.pid}, log {kafka.directory / 'kafka.log'})", flush=True)  # noqa: T201
        await enough.wait()


if __name__ == "__main__":
    asyncio.run(_main())
