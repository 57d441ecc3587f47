"""The whole pipeline under chaos: every KPI record must equal what SQL over the distinct events says."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from processors.decode import decode
from processors.track import COPY_HEADER
from schemas.catalog import load_catalog
from schemas.event import record_key
from schemas.fact import PANE_US
from streams.clock import now_us
from streams.kafka.kafka_clients import client_options
from streams.kafka.readers import read_latest
from streams.settings import Settings
from streams.topics import topics
from tests import oracle
from tests.oracle.histories import PIPELINE, BusinessCalendar, random_arrivals, random_history, times_us

DAYS = 40
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
UPDATE = "crm.rep.updated"
CALENDAR = BusinessCalendar()

CATALOG = f"""
catalog: storm
extends: standard
calendar: {{timezone: {CALENDAR.timezone}, fiscal_year_start_month: {CALENDAR.fiscal_year_start_month}}}
rolling: [rolling_24h, rolling_7d, rolling_30d, rolling_365d, today]
pipelines:
  sales: {{stages: [{", ".join(PIPELINE)}]}}
"""


class PipelineSubject:
    """A `Subject`: dense histories of conversations and deals over forty days until now, late in parts."""

    command: Sequence[str] = ("-m", "streams.cli.main", "worker")

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._events: list[dict[str, Any]] = []
        self._expected: tuple[int, Mapping[oracle.Key, oracle.Expected]] | None = None
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
            file.write(CATALOG)
        self._catalog = Path(file.name)

    @property
    def environ(self) -> Mapping[str, str]:
        """The workers' catalog; each takes a port of its own for its pages."""
        return {"CRM_PULSE_CATALOG": str(self._catalog), "CRM_PULSE_METRICS_PORT": "0"}

    async def prepare(self, settings: Settings, count: int) -> None:
        """Make the history, and publish the directory ahead of it as `load` does."""
        start = datetime.fromtimestamp((now_us() - (DAYS + 1) * DAY_US) / 1e6, UTC)
        history = random_history(self._seed, count, start=f"{start:%Y-%m-%dT%H:%M}", days=DAYS, accounts=300)
        # A story may take longer than planned; what is ahead of the clock is for the dead letters.
        until_us = now_us() - HOUR_US
        past = [event for t_us, event in zip(times_us(history), history, strict=True) if t_us <= until_us]
        arriving = random_arrivals(self._seed, past)
        self._events = [event for chunk in arriving for event in chunk]
        own = topics(settings)
        producer = AIOKafkaProducer(**client_options(settings), enable_idempotence=True)
        await producer.start()
        try:
            for event in self._events:
                if event["type"] == UPDATE:
                    value, key = orjson.dumps(event), event["data"]["rep"].encode()
                    await producer.send(own.directory.name, key=key, value=value)
                    for partition in range(own.activity.partitions):
                        await producer.send(
                            own.activity.name,
                            key=key,
                            value=value,
                            partition=partition,
                            headers=[COPY_HEADER],
                        )
        finally:
            await producer.stop()

    def events(self, count: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield the activity in the order of its arrival; it has repeats and late events of its own."""
        for event in self._events:
            if event["type"] != UPDATE:
                value = orjson.dumps(event)
                yield record_key(decode(value)).encode(), value

    async def differences(self, settings: Settings) -> list[str]:
        """Compare the latest record of every key with the oracle as of now."""
        at_us = now_us()
        if self._expected is None or self._expected[0] // PANE_US != at_us // PANE_US:
            expected = oracle.kpis(
                self._events,
                as_of_us=at_us,
                pipeline=PIPELINE,
                periods="all",
                only=load_catalog().kpis,
                today=True,
                **CALENDAR._asdict(),
            )
            self._expected = (at_us, dict(expected))
        latest = await read_latest(settings, topics(settings).kpis.name)
        as_of_us, wanted = self._expected
        return oracle.compare([oracle.aged(record, as_of_us) for record in latest.values()], wanted)
