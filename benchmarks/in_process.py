"""Tracking and roll-up of a single partition in this process, without Kafka: for what they cost by themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from processors.compile import Plan
from processors.partition import PartitionProcessor, Record
from streams.config_files import read_catalog, read_rules
from streams.settings import Settings
from streams.topics import topics
from streams.topology import stages

NOW_S = 1_790_000_000
NOW_US = NOW_S * 1_000_000
CHUNK_RECORDS = 5_000

SETTINGS = Settings.model_validate({"partitions": 1})
KPI_TOPIC = topics(SETTINGS).kpis.name
FACTS_TOPIC = topics(SETTINGS).facts.name


@dataclass(frozen=True)
class Row:
    """A consumed record, appended now."""

    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = NOW_US // 1_000
    headers: tuple[tuple[str, bytes], ...] = ()


def processor(stage: str) -> PartitionProcessor:
    """Return an empty processor of a stage, with the standard catalog."""
    catalog = read_catalog(None)
    made = {one.name: one for one in stages(SETTINGS, Plan(catalog), read_rules(None, catalog))}
    empty = made[stage].make(0)
    empty.restored()
    return empty


def row(number: int, at_s: int, kind: str, **data: object) -> Row:
    """Return the record of an event at offset `number`."""
    document = {
        "specversion": "1.0", "id": f"{number:012x}-b1", "source": "crm/production", "type": f"crm.{kind}",
        "time": datetime.fromtimestamp(at_s, UTC).isoformat(), "data": data,
    }  # fmt: skip
    return Row(number, str(data["account"]).encode(), orjson.dumps(document))


def facts_of(tracker: PartitionProcessor, rows: Sequence[Row], first: int) -> list[Row]:
    """Return what tracking publishes on the facts topic, as records there from offset `first` on."""
    values = [
        send.value
        for start in range(0, len(rows), CHUNK_RECORDS)
        for send in tracker.process(rows[start : start + CHUNK_RECORDS], NOW_US)
        if send.topic == FACTS_TOPIC
    ]
    return [Row(first + number, b"0", value) for number, value in enumerate(values)]


def process(one: PartitionProcessor, rows: Sequence[Record]) -> None:
    """Process records in chunks; what is to be sent is forgotten."""
    for start in range(0, len(rows), CHUNK_RECORDS):
        one.process(rows[start : start + CHUNK_RECORDS], NOW_US)


def publish(rollup: PartitionProcessor, now_us: int) -> int:
    """Tick to the end; return how many KPI records that gave."""
    count = 0
    while sends := rollup.tick(now_us):
        count += sum(send.topic == KPI_TOPIC for send in sends)
    return count


def size(groups: Iterable[Iterable[tuple[bytes, bytes | None]]]) -> tuple[int, int]:
    """Return number and bytes of state records."""
    items = [item for group in groups for item in group]
    return len(items), sum(len(key) + len(value or b"") for key, value in items)
