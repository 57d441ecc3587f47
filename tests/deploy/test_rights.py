"""Every process and command with a Kafka user of its own, and the rights that docs/operations.md gives it, no others."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)

from processors.generations import begin_record
from streams.generations import append
from streams.kafka.administering import administering
from streams.kafka.kafka_clients import client_options
from streams.kafka.producing import producing
from streams.kafka.readers import ReadError, read_latest
from streams.kafka.refused import refusal
from streams.kafka.topic_admin import ensure, existing_topics
from tests.conftest import start_or_skip
from tests.deploy.guarded_house import ANOTHER, CATALOG, NOTIFY, WAIT_S, House, event, inquiry, until
from tests.deploy.rights import ADMIN, GuardedKafka, rights
from tests.services.redis import RedisServer
from tests.streams.notify.senders.servers import answer, serving
from tests.streams.processes import WorkerProcess, publish

UPDATE = {"rep": "ann", "team": "alpha", "active": True}
TARGET = {"kpi": "calls", "window": "month", "period": "2026-11", "dims": {"team": "alpha"}, "value": 9}

MAY_NOT_WRITE = {
    "worker": ["crm.silences", "crm.notified"],
    "rebuild": ["crm.activity", "crm.kpis", "crm.alerts"],
    "sink": ["crm.kpis", "crm.alerts"],
    "notify": ["crm.kpis", "crm.alerts", "crm.silences", "crm.directory"],
    "serve": ["crm.alerts", "crm.activity"],
    "serve without Redis": ["crm.alerts", "crm.kpis"],
    "predict": ["crm.activity", "crm.alerts"],
    "your CRM": ["crm.kpis", "crm.alerts", "crm-pulse-generations"],
    "load": ["crm.kpis", "crm-pulse-generations"],
    "kpis": ["crm.silences"],
    "silence": ["crm.alerts", "crm.activity"],
    "KEDA": ["crm.activity"],
}
MAY_NOT_READ = {
    "notify": ["crm.activity"],
    "serve": ["crm.kpis", "crm.activity"],
    "your CRM": ["crm.activity", "crm.kpis"],
    "load": ["crm.activity", "crm.kpis"],
    "kpis": ["crm.activity"],
    "silence": ["crm.kpis"],
    "KEDA": ["crm.activity", "crm.kpis"],
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedKafka]:
    """A broker on which everybody has the rights of the table."""
    said = rights()
    kafka = GuardedKafka(tmp_path_factory.mktemp("guarded-kafka"), {one.user for one in said})
    start_or_skip(kafka)
    asyncio.run(kafka.allow(said))
    yield kafka
    asyncio.run(kafka.stop())


async def feeds(house: House) -> None:
    """Publish by the CRM what belongs elsewhere, what can't be read, and the inquiries of two teams."""
    crm = house.settings("your CRM")
    elsewhere = [event("rep.updated", "u1", **UPDATE), event("target.set", "t1", **TARGET), b"{bad"]
    waiting = [inquiry("received", team) for team in ("alpha", "beta")]
    await publish(crm, [(b"wrong", value) for value in (*elsewhere, *waiting)], "crm.activity")
    await publish(crm, [(b"ann", event("rep.updated", "u2", **UPDATE))], "crm.directory")


async def hears(chunks: AsyncIterator[str], words: str) -> None:
    """Wait until a stream says so."""
    said = ""
    async with asyncio.timeout(WAIT_S):
        while words not in said:
            said += await anext(chunks)


async def serves(house: House, process: WorkerProcess, alert: str) -> None:
    """See a value, hear of its change, acknowledge an alert and say a silence."""
    url = (await process.logged("serve_started"))[0]["url"]
    async with httpx.AsyncClient(base_url=url, timeout=WAIT_S) as http:

        async def ready() -> bool:
            return (await http.get("/readyz")).status_code == 200

        await until(ready)
        assert alert in (await http.get("/api/v1/alerts")).text
        question = {"select": "calls|rolling_24h|", "alerts": True}
        async with http.stream("GET", "/api/v1/events/stream", params=question) as stream:
            chunks = stream.aiter_text()
            await hears(chunks, "event: snapshot")
            call = event(
                "call.logged", f"call {url}", account="x", rep="alpha-1", channel="phone", duration_s=60
            )
            await publish(house.settings("your CRM"), [(b"x", call)])
            await hears(chunks, "event: kpis")
        for path, body in (
            (f"/api/v1/alerts/{alert}/acknowledge", {"for": "2h"}),
            ("/api/v1/silences", {"matchers": {"rule": "quiet"}, "for": "1h"}),
        ):
            said = await http.post(path, json=body)
            assert said.is_success, said.text


async def tells(house: House) -> None:
    """Wait until what a receiver refused is kept, and how long it took to acknowledge is an event."""

    async def told() -> bool:
        letters, activity = await asyncio.gather(
            read_latest(house.admin, "crm.notify.dead-letters"),
            read_latest(house.admin, "crm.activity", lambda key: len(key) == 16),
        )
        types = {one["type"] for one in activity.values()}
        return bool(letters) and "crm.alert.acknowledged" in types

    await until(told)


async def scales(house: House) -> None:
    """Ask what KEDA asks: how far the workers' group is, and where the activity ends."""
    keda = house.settings("KEDA")
    parts = [TopicPartition("crm.activity", number) for number in range(keda.partitions)]
    async with administering(client_options(keda)) as admin:
        assert set(parts) <= set(await admin.list_consumer_group_offsets("crm-pulse"))
    consumer = AIOKafkaConsumer(**client_options(keda))
    await consumer.start()
    try:
        assert sum((await consumer.end_offsets(parts)).values())
    finally:
        await consumer.stop()


async def commands(house: House, alert: str) -> None:
    """Run every command that reads or says something, and one under a user who may not do that."""
    reads, acknowledges, unwritten, *_ = await asyncio.gather(
        house.good("kpis", "kpis"),
        house.good("ack", "ack", alert),
        house.refused("kpis", "silence", "add", "rule=quiet", "--for", "1h"),
        house.good("alerts", "alerts"),
        house.good("alerts", "alerts", "--history"),
        house.good("silence", "silence", "add", "rule=quiet", "--for", "1h"),
        house.good("predict", "predict", "--once"),
        scales(house),
    )
    assert "company" in reads
    assert "acknowledged by" in acknowledges
    assert "crm.silences: can't be written: this user has no right to write it" in unwritten


async def rebuilds(house: House) -> None:
    """Rebuild under another catalog, while the worker runs; what a rebuild before left behind is removed."""
    await append(house.admin, begin_record("another"))
    await ensure(house.admin, 2)
    house.files["catalog"].write_text(CATALOG + ANOTHER)
    said = await house.good("rebuild", "rebuild")
    assert "workers have gone over" in said
    assert "removed, since nobody needs them any more: crm-pulse.g2-" in said
    assert not [name for name in await existing_topics(house.admin) if ".g2-" in name]


@pytest.mark.kafka
@pytest.mark.slow
async def test_the_rights_are_enough(
    guarded: GuardedKafka, redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first start, which makes the topics, through everything that each does, to a clean end."""
    monkeypatch.setenv("HOOK_SECRET", "at-least-sixteen-bytes")
    house = House(guarded, tmp_path)
    events = tmp_path / "events.jsonl"
    lines = [event("rep.updated", "u3", **UPDATE), event("target.set", "t3", **TARGET), b"{"]
    events.write_bytes(b"\n".join([*lines, inquiry("reopened", "x")]))
    said = await house.refused("load", "load", str(events))
    assert "crm.activity: can't be created: this user has no right" in said
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(answer(404), answer(200)))
        house.files["notify"].write_text(NOTIFY.format(url=server.url))
        engine = await house.start(stack, "worker")
        await engine.logged("worker_started")
        loaded, simulated, _ = await asyncio.gather(
            house.good("load", "load", str(events)),
            house.good("simulate", "simulate", "--kafka", "--days", "0.01", "--teams", "1", "--reps", "3"),
            feeds(house),
        )
        assert "4 events published" in loaded
        assert "events published" in simulated
        alert = await until(lambda: house.alert("alpha", "firing"))

        tell = await house.start(stack, "notify")
        fill = await house.start(stack, "sink", redis_url=redis_server.url)
        with_redis = await house.start(stack, "serve", redis_url=redis_server.url)
        alone = await house.start(stack, "serve without Redis")
        # Before somebody acknowledges one of the two: that would not be told any more.
        await tell.logged("message_refused")
        await tell.logged("message_delivered")
        await asyncio.gather(
            serves(house, with_redis, alert), serves(house, alone, alert), tells(house),
            fill.logged("short_histories_filled"),
        )  # fmt: skip

        await asyncio.gather(rebuilds(house), commands(house, alert))
        await engine.logged("worker_starts_again")
        await publish(house.settings("your CRM"), [(b"alpha", inquiry("answered", "alpha"))])
        await until(lambda: house.alert("alpha", "resolved"))
        await house.end()
    assert house.users == {ADMIN, *(one.user for one in rights())}


@pytest.mark.kafka
async def test_nobody_may_do_more(guarded: GuardedKafka) -> None:
    """Who may write decides what is true, and who may read sees it: each attempt is refused."""
    if "crm.activity" not in await existing_topics(guarded.settings(ADMIN)):
        await ensure(guarded.settings("worker"))
    for user, names in MAY_NOT_WRITE.items():
        producer = AIOKafkaProducer(**client_options(guarded.settings(user)))
        await producer.start()
        try:
            for name in names:
                with pytest.raises(TopicAuthorizationFailedError):
                    await producer.send_and_wait(name, b"x", partition=0)
        finally:
            await producer.stop()
    for user, names in MAY_NOT_READ.items():
        for name in names:
            with pytest.raises(ReadError, match="right"):
                await read_latest(guarded.settings(user), name)
    with pytest.raises(ClusterAuthorizationFailedError) as error:
        async with producing(guarded.settings("sink")):
            pass
    assert refusal(error.value) == "this user has no right to write any topic"
    member = AIOKafkaConsumer("crm.kpis", **client_options(guarded.settings("sink")), group_id="crm-pulse")
    try:
        with pytest.raises(GroupAuthorizationFailedError):
            await member.start()
            await member.getone()
    finally:
        await member.stop()
