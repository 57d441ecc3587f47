"""Loading files into a broker."""

import gzip
import io
import sys
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.partitioner import DefaultPartitioner

from benchmarks.events import bench_events
from processors.partition import Record
from processors.track import COPY_HEADER
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.sources.files import EventFiles
from streams.sources.publish import Load
from streams.topics import topics

PARTITIONS = 3
_number = count()


@pytest.fixture
def settings(broker: Any) -> Settings:
    prefix = f"load-{next(_number)}."
    return Settings(
        kafka_bootstrap=broker.bootstrap, topic_prefix=prefix, app_id=prefix.strip("."), partitions=PARTITIONS
    )


def event(kind: str, minute: int, **data: Any) -> bytes:
    time = f"2026-01-01T10:{minute:02}:00Z"
    head = {"specversion": "1.0", "source": "s", "id": f"{kind}{minute}", "type": f"crm.{kind}", "time": time}
    return orjson.dumps(head | {"data": data})


async def records(settings: Settings, name: str) -> list[Record]:
    """Return all records of a topic, partition after partition."""
    return [record for some in (await by_partition(settings, name)).values() for record in some]


async def by_partition(settings: Settings, name: str) -> dict[int, list[Record]]:
    """Return all records of a topic."""
    topic = getattr(topics(settings), name)
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: dict[TopicPartition, list[Record]] = {partition: [] for partition in partitions}
        for partition in partitions:
            consumer.seek(partition, 0)
        while any(len(found[one]) < ends[one] for one in partitions):
            for partition, some in (await consumer.getmany(timeout_ms=200)).items():
                found[partition] += some
        return {partition.partition: some for partition, some in found.items()}
    finally:
        await consumer.stop()


async def test_files_end_up_in_their_topics_the_directory_ahead(settings: Settings, tmp_path: Path) -> None:
    """Each record under its key, in order; updates before all activity, whatever can't be read beside it."""
    update = event("rep.updated", 5, rep="ann", team="north", active=True)
    target = event(
        "target.set", 1, kpi="calls", window="month", period="2026-01", dims={"rep": "ann"}, value=5
    )
    calls = [event("call.logged", minute, account=f"acc-{minute % 7}", rep="ann") for minute in range(50)]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([*calls[:30], b"nonsense"]))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b"\n".join([*calls[30:], update, target])))
    await ensure(settings)

    load = Load(settings)
    tally = await load.run(EventFiles([str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl.gz")]))

    assert (tally.events, tally.by_type["crm.call.logged"], tally.unreadable) == (53, 50, {"bad_json": 1})
    assert [(r.key, r.value) for r in await records(settings, "directory")] == [(b"ann", update)]
    assert [(r.key, r.value) for r in await records(settings, "targets")] == [
        (b"calls|month:2026-01|rep=ann", target)
    ]
    activity = await by_partition(settings, "activity")
    firsts = [some[0] for some in activity.values()]
    assert [(r.key, r.value, tuple(r.headers)) for r in firsts] == [
        (b"ann", update, (COPY_HEADER,))
    ] * PARTITIONS
    rest = [(partition, record) for partition, some in activity.items() for record in some[1:]]
    assert [record.key for _, record in rest if record.value == b"nonsense"] == [None]
    known = [record for _, record in rest if record.key is not None]
    assert sorted(record.value for record in known) == sorted(calls)
    partition_of = DefaultPartitioner()
    for partition, record in rest:
        if record.key is not None:
            assert record.key == orjson.loads(record.value)["data"]["account"].encode()
            assert partition == partition_of(record.key, list(range(PARTITIONS)), [])
    for key in {record.key for record in known}:
        assert [r.value for r in known if r.key == key] == [c for c in calls if b'"%b"' % key in c]


async def test_a_recording_can_be_moved_to_now(settings: Settings, tmp_path: Path) -> None:
    """The last event happens at the time given, the others as long before as they did."""
    calls = [event("call.logged", minute, account="a") for minute in (3, 9, 5)]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(calls))
    await ensure(settings)
    now_us = 1_800_000_000_000_000  # 2027-01-15T08:00:00Z

    await Load(settings).run(EventFiles([str(tmp_path / "a.jsonl")]), rebase_to_us=now_us)

    times = [orjson.loads(record.value)["time"] for record in await records(settings, "activity")]
    assert times == ["2027-01-15T07:54:00Z", "2027-01-15T08:00:00Z", "2027-01-15T07:56:00Z"]


async def test_playing_back_waits_as_life_did(settings: Settings, tmp_path: Path) -> None:
    """At speed 60 a minute takes a second; what has been played is in the topic before the wait."""
    calls = [event("call.logged", minute, account="a") for minute in (0, 0, 1, 0, 3)]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(calls))
    await ensure(settings)
    now_s, waits, seen = 0.0, [], []

    async def sleep(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds
        waits.append(round(seconds, 6))

    load = Load(
        settings,
        speed=60.0,
        clock_s=lambda: now_s,
        sleep=sleep,
        progress=lambda tally: seen.append(tally.events),
    )
    await load.run(EventFiles([str(tmp_path / "a.jsonl")]))

    assert waits == [1.0, 2.0]
    assert seen == [2, 4, 5]
    assert [record.value for record in await records(settings, "activity")] == calls


async def test_standard_input_is_published_as_it_comes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one pass: nobody knows what comes later, so it can't be moved in time either."""
    lines = b"\n".join(value for _, value in bench_events(5_000))
    await ensure(settings)

    def pipe() -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BufferedReader(io.BytesIO(lines)))

    monkeypatch.setattr(sys, "stdin", pipe())
    tally = await Load(settings).run(EventFiles(["-"]))

    assert tally.events == 5_000 == len(await records(settings, "activity"))
    with pytest.raises(ValueError, match="can't be moved in time"):
        await Load(settings).run(EventFiles(["-"]), rebase_to_us=0)
