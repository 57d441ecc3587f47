"""`crm-pulse serve` as a process, on the embedded Kafka and a real Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer

from schemas.token import digest
from streams.brokers.embedded import EmbeddedKafka
from streams.cli.main import run
from streams.clock import monotonic_s
from streams.kafka.kafka_clients import client_options
from streams.kafka.silence_topic import read_silences
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import topics
from tests.streams.cli.records import alert_record, kpi_record
from tests.streams.processes import WorkerProcess, own_settings, publish, worker
from tests.streams.web.api.listening import parse, values

COMMAND = ["streams.cli.main", "serve"]
WAIT_S = 40.0
TOKENS = f"""
tokens:
  kim: {{sha256: {digest("kim-secret")}, scopes: [read, acknowledge]}}
"""


@asynccontextmanager
async def process(
    settings: Settings, directory: Path
) -> AsyncIterator[tuple[WorkerProcess, httpx.AsyncClient]]:
    """Run a serve process; yield it, and a client of it."""
    async with worker(COMMAND, settings, directory) as one:
        (line,) = await one.logged("serve_started")
        async with httpx.AsyncClient(base_url=line["url"], timeout=10) as http:
            yield one, http


async def ready(http: httpx.AsyncClient) -> None:
    """Wait until it is."""
    deadline_s = monotonic_s() + WAIT_S
    while (await http.get("/readyz")).status_code != 200:
        assert monotonic_s() < deadline_s, (await http.get("/readyz")).text
        await asyncio.sleep(0.05)


async def tell(settings: Settings, value: float) -> None:
    """Publish the company's calls."""
    key, record = kpi_record("calls", value)
    await publish(settings, [(key.encode(), orjson.dumps(record))], topics(settings).kpis.name)


async def test_one_process_without_redis(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """From a record on Kafka to a client; an acknowledgement back to Kafka; the end, with status 0."""
    (tmp_path / "tokens.yaml").write_text(TOKENS, "utf-8")
    settings = own_settings(
        embedded_kafka.bootstrap, partitions=1, http_port=0, tokens=tmp_path / "tokens.yaml"
    )
    await ensure(settings)
    await tell(settings, 41)
    alert = alert_record(id="a1")
    await publish(settings, [(b"a1", orjson.dumps(alert))], topics(settings).alerts.name)
    async with process(settings, tmp_path) as (one, http):
        await ready(http)
        assert (await http.get("/api/v1/kpis")).status_code == 401
        http.headers["Authorization"] = "Bearer kim-secret"
        assert (await http.get("/api/v1/kpis/calls|rolling_24h|")).json()["value"] == 41
        assert (await http.get("/api/v1/alerts")).json()["items"] == [alert]
        boards = (await http.get("/api/v1/boards")).json()["items"]
        assert "text/html" in (await http.get(f"/b/{boards[0]['id']}")).headers["content-type"]
        for board in boards:
            assert (await http.get(f"/api/v1/boards/{board['id']}")).status_code == 200

        await acknowledged(http, settings)
        async with http.stream(
            "GET", "/api/v1/events/stream", params={"board": boards[0]["id"], "alerts": True}
        ) as board:
            assert board.status_code == 200
        async with http.stream(
            "GET", "/api/v1/events/stream", params={"select": "calls|rolling_24h|"}
        ) as stream:
            chunks = stream.aiter_bytes()
            await heard(chunks, {"": 41})
            await tell(settings, 42)
            await heard(chunks, {"": 42})
            one.terminate()
            rest = b"".join([chunk async for chunk in chunks])
        assert parse(rest)[-1].data == {"reason": "stopping"}
        status, seconds = await one.ended()
        assert (status, seconds < 8) == (0, True)
        assert one.lines("serve_stopped")
        assert not [line for line in one._log.read_text().splitlines() if "kim-secret" in line]


async def acknowledged(http: httpx.AsyncClient, settings: Settings) -> None:
    """Acknowledge the alert; it is on the topic, by the token's name."""
    deadline_s = monotonic_s() + WAIT_S
    while (said := await http.post("/api/v1/alerts/a1/acknowledge", json={"for": "2h"})).status_code == 503:
        assert monotonic_s() < deadline_s, said.text
        await asyncio.sleep(0.05)
    assert said.status_code == 200, said.text
    (record,) = await read_silences(settings)
    assert (record.id, record.author, record.alert) == (said.json()["id"], "kim", "a1")


async def heard(chunks: Any, wanted: dict[str, Any]) -> None:
    """Read until a record with these values comes."""
    data = b""
    async with asyncio.timeout(WAIT_S):
        async for chunk in chunks:
            data += chunk
            events = [event for event in parse(data) if event.name in ("snapshot", "kpis")]
            if any(values(event) == wanted for event in events):
                return
    raise AssertionError(data)


async def test_when_nobody_makes_kpis_they_are_late(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """While a member of the workers' group reads the facts they are live; when it has gone, everybody is told."""
    settings = own_settings(embedded_kafka.bootstrap, partitions=1, http_port=0)
    await ensure(settings)
    await tell(settings, 41)
    facts = topics(settings).facts.name
    member = AIOKafkaConsumer(facts, **client_options(settings), group_id=settings.app_id)
    await member.start()
    try:
        async with process(settings, tmp_path) as (_, http):
            await state_becomes(http, "live")
            await member.stop()
            await state_becomes(http, "stale")
    finally:
        await member.stop()


async def state_becomes(http: httpx.AsyncClient, wanted: str) -> None:
    """Wait until the API says so of its values."""
    deadline_s = monotonic_s() + WAIT_S
    while (found := (await http.get("/api/v1/status")).json()["state"]) != wanted:
        assert monotonic_s() < deadline_s, found
        await asyncio.sleep(0.05)


async def test_with_redis_that_a_sink_keeps(
    embedded_kafka: EmbeddedKafka, redis_server: Any, tmp_path: Path
) -> None:
    """What the sink keeps is served; without the sink it is stale."""
    settings = own_settings(
        embedded_kafka.bootstrap, partitions=1, http_port=0, metrics_port=0, redis_url=redis_server.url
    )
    await ensure(settings)
    await tell(settings, 41)
    (tmp_path / "sink").mkdir()
    async with process(settings, tmp_path) as (one, http):
        async with worker(["streams.cli.main", "sink"], settings, tmp_path / "sink"):
            deadline_s = monotonic_s() + WAIT_S
            while (await http.get("/api/v1/kpis/calls|rolling_24h|")).status_code != 200:
                assert monotonic_s() < deadline_s
                await asyncio.sleep(0.05)
            # That all is written up to now comes a moment after the records.
            while (await http.get("/api/v1/status")).json()["state"] != "live":
                assert monotonic_s() < deadline_s
                await asyncio.sleep(0.05)
        while (await http.get("/api/v1/status")).json()["state"] != "stale":
            assert monotonic_s() < deadline_s
            await asyncio.sleep(0.1)
        one.terminate()
        assert (await one.ended())[0] == 0


async def test_a_redis_that_is_not_there(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """The process starts and says so; it is for supervisors to wait."""
    settings = own_settings(
        embedded_kafka.bootstrap, partitions=1, http_port=0, redis_url="redis://127.0.0.1:1"
    )
    async with process(settings, tmp_path) as (one, http):
        assert (await http.get("/api/v1/kpis")).json()["type"] == "urn:crm-pulse:problem:store-away"
        assert (await http.get("/readyz")).status_code == 503
        assert (await http.get("/healthz")).status_code == 200
        one.terminate()
        assert (await one.ended())[0] == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "pulse.example.com"])
def test_other_machines_need_tokens(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused at the start, with what to do about it."""
    monkeypatch.setenv("CRM_PULSE_HTTP_HOST", host)
    assert run(["serve"]) == 2
    assert "CRM_PULSE_TOKENS must say who may read" in capsys.readouterr().err


def test_a_file_of_tokens_with_mistakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every one with its line, and no server."""
    file = tmp_path / "tokens.yaml"
    file.write_text("tokens:\n  a: {sha256: x, scopes: [write]}\n", "utf-8")
    monkeypatch.setenv("CRM_PULSE_TOKENS", str(file))
    assert run(["serve"]) == 2
    said = capsys.readouterr().err
    assert f"{file}:2: tokens.a.sha256" in said
    assert f"{file}:2: tokens.a.scopes" in said
    assert run(["check", str(file)]) == 1
    assert "mistakes" in capsys.readouterr().err
