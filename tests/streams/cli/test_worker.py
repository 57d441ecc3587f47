"""`crm-pulse worker` as a process: its pages, its end, and what it refuses."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from processors.generations import Generations
from streams.brokers.embedded import EmbeddedKafka
from streams.brokers.process import free_port
from streams.cli import worker as command
from streams.cli.main import run
from streams.kafka.follower import FollowError

_number = count()
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(embedded_kafka: EmbeddedKafka) -> Iterator[Start]:
    """Start workers of an installation of this test's own; they are ended after it."""
    prefix = f"worker-command-{next(_number)}"
    others = {key: value for key, value in os.environ.items() if not key.startswith("CRM_PULSE_")}
    running: list[subprocess.Popen[str]] = []

    def start(**settings: Any) -> "subprocess.Popen[str]":
        own = {"KAFKA_BOOTSTRAP": embedded_kafka.bootstrap, "TOPIC_PREFIX": f"{prefix}.", "APP_ID": prefix}
        variables = {f"CRM_PULSE_{name.upper()}": str(value) for name, value in {**own, **settings}.items()}
        worker = subprocess.Popen(
            [sys.executable, "-m", "streams.cli.main", "worker"],
            env={**others, **variables}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        running.append(worker)
        return worker

    yield start
    for worker in running:
        worker.kill()
        worker.communicate()


async def get(port: int, page: str) -> tuple[int, str]:
    """Return (status, text); 0 where nobody answers."""
    url = f"http://127.0.0.1:{port}{page}"
    with suppress(aiohttp.ClientError, OSError):
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status, await answer.text()
    return 0, ""


async def test_a_worker_becomes_ready_serves_its_metrics_and_stops_cleanly(start: Start) -> None:
    """On an empty cluster it makes its topics, owns all partitions, and ends with 0 on SIGTERM."""
    port = free_port()
    worker = start(metrics_port=port)

    async with asyncio.timeout(60):
        while (await get(port, "/readyz"))[0] != 200:
            assert worker.poll() is None, worker.communicate()[0]
            await asyncio.sleep(0.1)
    page = (await get(port, "/metrics"))[1]
    metrics = {family.name: family for family in text_string_to_metric_families(page)}
    second = start(metrics_port=port)
    clash = second.communicate(timeout=60)[0]
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    owned = {sample.labels["stage"]: sample.value for sample in metrics["crm_pulse_partitions"].samples}
    assert owned == {"directory": 1, "track": 4, "rollup": 1, "judge": 4, "overdue": 4}
    assert metrics["crm_pulse_ready"].samples[0].value == 1
    assert "process_resident_memory_bytes" in metrics
    assert second.returncode == 2
    assert f"can't serve /metrics on 127.0.0.1:{port}" in clash
    assert "CRM_PULSE_METRICS_PORT" in clash
    assert "Traceback" not in clash


def test_kafka_that_goes_away_while_it_starts_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is read beside the worker: no traceback, and status 1, since it may be back in a moment."""

    async def enter(*_: object) -> Generations:
        return Generations()

    def run_worker(*_: object, **__: object) -> int:
        raise FollowError("crm.targets: KafkaConnectionError: away")

    monkeypatch.setattr(command, "_enter", enter)
    monkeypatch.setattr(command, "run_worker", run_worker)

    assert run(["worker"]) == 1
    assert "can't reach Kafka at" in (said := capsys.readouterr().err)
    assert "crm.targets" in said


@pytest.mark.parametrize(
    ("settings", "sentence", "status"),
    [
        ({"kafka_bootstrap": "127.0.0.1:1"}, "Kafka at 127.0.0.1:1 (CRM_PULSE_KAFKA_BOOTSTRAP)", 1),
        ({"partitions": "none"}, "CRM_PULSE_PARTITIONS", 2),
        ({"catalog": "CATALOG"}, "catalog.yaml:3: kpis.mine.count: unknown fact 'cal'", 2),
        ({"rules": "RULES"}, "rules.yaml:2: rules.busy.kpi: unknown KPI 'cals'", 2),
    ],
)
def test_what_a_worker_cannot_start_with_is_a_sentence(
    settings: dict[str, str], sentence: str, status: int, start: Start, tmp_path: Path
) -> None:
    """Wrong settings, catalogs and rules: status 2, named, no traceback. A broker may come back: status 1."""
    files = {"CATALOG": tmp_path / "catalog.yaml", "RULES": tmp_path / "rules.yaml"}
    files["CATALOG"].write_text(
        "extends: standard\ncatalog: mine\nkpis: {mine: {label: Mine, unit: count, count: cal}}\n"
    )
    files["RULES"].write_text("rules:\n  busy: {kpi: cals, window: rolling_24h, above: 5}\n")
    worker = start(**{name: files.get(value, value) for name, value in settings.items()})
    text = worker.communicate(timeout=60)[0]

    assert worker.returncode == status
    assert sentence in text
    assert "Traceback" not in text
