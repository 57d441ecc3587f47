"""Worker processes for tests: started with settings, ended, and asked what they logged."""

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer
from pydantic import SecretStr

from streams.clock import monotonic_s
from streams.kafka.kafka_clients import client_options
from streams.settings import Settings
from streams.topics import topics

WAIT_S = 30.0


def own_settings(bootstrap: str, **settings: Any) -> Settings:
    """Return settings with topics and a group that no other test has."""
    name = f"t{uuid.uuid4().hex[:10]}"
    return Settings(kafka_bootstrap=bootstrap, topic_prefix=f"{name}.", app_id=name, **settings)


def environ_of(settings: Settings) -> dict[str, str]:
    """Return the variables that give a process these settings, as far as they differ from the defaults."""
    given = settings.model_dump(mode="json", exclude_defaults=True)
    texts = {key: ",".join(value) if isinstance(value, list) else str(value) for key, value in given.items()}
    secrets = {key: getattr(settings, key) for key in texts}
    texts |= {key: one.get_secret_value() for key, one in secrets.items() if isinstance(one, SecretStr)}
    return {f"CRM_PULSE_{key.upper()}": text for key, text in texts.items()}


class WorkerProcess:
    """A worker in a process of its own; its standard output and its log lines are kept in files."""

    def __init__(self, command: Sequence[str], settings: Settings, directory: Path) -> None:
        self._log, self._out = directory / "worker.log", directory / "worker.out"
        with self._log.open("ab") as log, self._out.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env={**os.environ, **environ_of(settings), "CRM_PULSE_LOG_FORMAT": "json"},
                stdout=out,
                stderr=log,
            )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def terminate(self) -> None:
        self._process.terminate()

    async def ended(self, within_s: float = WAIT_S) -> tuple[int, float]:
        """Wait for the end; return the exit status and how many seconds that took."""
        began_s = monotonic_s()
        status = await asyncio.to_thread(self._process.wait, within_s)
        return status, monotonic_s() - began_s

    def lines(self, event: str) -> list[dict[str, Any]]:
        """Return the log lines with this message."""
        lines = [orjson.loads(line) for line in self._log.read_bytes().splitlines() if line.startswith(b"{")]
        return [line for line in lines if line.get("message") == event]

    async def logged(self, event: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until a line with this message was logged so often; return those lines."""
        deadline_s = monotonic_s() + WAIT_S
        while len(found := self.lines(event)) < count:
            assert monotonic_s() < deadline_s, f"no {event!r} within {WAIT_S:g} s:\n{self._log.read_text()}"
            assert self._process.poll() is None, f"ended before {event!r}:\n{self._log.read_text()}"
            await asyncio.sleep(0.05)
        return found

    @property
    def output(self) -> str:
        """What went to standard output."""
        return self._out.read_text()


@asynccontextmanager
async def worker(command: Sequence[str], settings: Settings, directory: Path) -> AsyncIterator[WorkerProcess]:
    """Run a worker as long as the block; kill it if it is still there."""
    process = WorkerProcess(command, settings, directory)
    try:
        yield process
    finally:
        process.kill()


async def publish(
    settings: Settings,
    events: Iterable[tuple[bytes, bytes]],
    topic: str | None = None,
    partition: int | None = None,
) -> None:
    """Publish (key, value) pairs, on the activity topic and by key where nothing else is said."""
    topic = topics(settings).activity.name if topic is None else topic
    producer = AIOKafkaProducer(**client_options(settings), linger_ms=5)
    await producer.start()
    try:
        sent = [
            await producer.send(topic, key=key, value=value, partition=partition) for key, value in events
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()
