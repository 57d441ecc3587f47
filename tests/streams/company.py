"""An installation with a catalog and events of its own, and what its records should say."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from processors.compile import Plan
from processors.decode import decode
from processors.partition import Send, StateItem
from processors.replay import Replay
from processors.track import COPY_HEADER
from schemas.catalog import load_catalog
from schemas.event import record_key
from streams.clock import monotonic_s, now_us
from streams.kafka.kafka_clients import client_options
from streams.kafka.publishing import Publisher
from streams.kafka.readers import read_latest
from streams.sources.publish import loading
from streams.tables import read_changelog
from streams.topics import topics
from tests.oracle.histories import random_arrivals, random_history, times_us
from tests.streams.processes import environ_of, own_settings

HOUR_US = 3_600_000_000
DAYS = 20
SETTLE_S = 90.0

Event = dict[str, Any]
Said = tuple[Any, int]
"""value and n"""


class Company:
    """An installation of its own, its catalog, and what was published to it."""

    def __init__(self, bootstrap: str, directory: Path, catalog: str, events: int) -> None:
        self.directory = directory
        self.catalog = directory / "catalog.yaml"
        self.catalog.write_text(catalog)
        self.settings = own_settings(
            bootstrap, partitions=2, catalog=self.catalog, metrics_port=0, commit_interval_s=0.3,
            session_timeout_s=6,
        )  # fmt: skip
        start = datetime.fromtimestamp((now_us() - (DAYS + 1) * 24 * HOUR_US) / 1e6, UTC)
        history = random_history(5, events, start=f"{start:%Y-%m-%dT%H:%M}", days=DAYS, accounts=60)
        until_us = now_us() - HOUR_US
        past = [one for t_us, one in zip(times_us(history), history, strict=True) if t_us <= until_us]
        self.events = [event for chunk in random_arrivals(5, past) for event in chunk]
        self.published: list[Event] = []
        self.bad = 0

    async def publish(self, events: Sequence[Event], bad: int = 0) -> None:
        """Publish events, the directory ahead as `load` does, and so many records that are none."""
        own = topics(self.settings)
        sends: list[Send] = []
        for event in events:
            value = orjson.dumps(event)
            key = record_key(decode(value)).encode()
            if event["type"] == "crm.rep.updated":
                sends.append(Send(own.directory.name, 0, key, value))
                copies = range(own.activity.partitions)
                sends += [Send(own.activity.name, at, key, value, (COPY_HEADER,)) for at in copies]
            else:
                sends.append(Send(own.activity.name, None, key, value))
        sends += [
            Send(own.activity.name, number % 2, b"acme", b"{bad %d" % (self.bad + number))
            for number in range(bad)
        ]
        self.bad += bad
        self.published += events
        async with loading(self.settings) as producer:
            await Publisher(lambda: producer).publish(sends)

    def replayed(self) -> dict[str, tuple[Any, int]]:
        """Return value and n of every key, as a replay of the published events says as of now."""
        plan = Plan(load_catalog(self.catalog.read_text(), "catalog.yaml"))
        engine = Replay(plan, arrival_us=now_us(), dedup_horizon_us=7 * 24 * HOUR_US, as_of_us=now_us())
        raw = [orjson.dumps(event) for event in self.published]
        for value in raw:
            engine.learn(value)
        for value in raw:
            engine.take(value)
        return {
            record.key.decode(): (record.value, record.n)
            for record in engine.records("all")
            if record.body is not None
        }

    async def differences(self) -> list[str]:
        """Compare the latest record of every key with a replay as of now; what is gone may say 0."""
        latest = await read_latest(self.settings, topics(self.settings).kpis.name)
        name = Plan(load_catalog(self.catalog.read_text(), "catalog.yaml")).name
        expected = self.replayed()
        found = [
            f"{key}: of {record['catalog']}" for key, record in latest.items() if record["catalog"] != name
        ]
        for key in latest.keys() | expected.keys():
            record = latest.get(key)
            said = None if record is None else (record["value"], record["n"])
            if not _same(key, said, expected.get(key)):
                found.append(f"{key}: {said}, expected {expected.get(key)}")
        return found

    async def becomes_exact(self) -> None:
        """Wait until the records are those of a replay."""
        deadline_s = monotonic_s() + SETTLE_S
        while differences := await self.differences():
            assert monotonic_s() < deadline_s, (len(differences), differences[:8])
            await asyncio.sleep(0.5)

    async def dead_letters(self) -> list[tuple[bytes, ...]]:
        """Return what was buried: partition and offset that it came from."""
        found: list[StateItem] = []
        await read_changelog(
            client_options(self.settings), topics(self.settings).dead_letters.name, 0, found.extend
        )
        return [(value,) for _, value in found if value is not None]

    def command(self, *args: str) -> "subprocess.Popen[str]":
        """Run a command with this installation's settings."""
        return subprocess.Popen(
            [sys.executable, "-m", "streams.cli.main", *args],
            env={**os.environ, **environ_of(self.settings)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    async def run(self, *args: str) -> tuple[int, str]:
        """Run a command to its end; return exit status and all it said."""
        process = self.command(*args)
        text, _ = await asyncio.to_thread(process.communicate, None, 120)
        return process.returncode, text


def _same(key: str, said: Said | None, expected: Said | None) -> bool:
    if said is None or expected is None:  # whose facts were all taken back may say 0 for a while, or nothing
        return said == expected or (said or expected or (0, 0))[1] == 0
    if key.startswith("oldest_"):  # an age, told every five minutes
        return said[1] == expected[1] and abs((said[0] or 0) - (expected[0] or 0)) < 600
    return said == expected
