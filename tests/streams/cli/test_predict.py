"""`crm-pulse predict` as a process: from orders on Kafka to records, each time it starts, and to a clean end."""

import asyncio
import os
import re
import signal
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from processors.publishing.records import rfc3339
from schemas.catalog import load_catalog
from streams.brokers.embedded import EmbeddedKafka
from streams.cli.main import run
from streams.clock import now_us
from streams.kafka.readers import read_latest
from streams.kafka.topic_admin import ensure
from streams.predict import process as process_module
from streams.predict.predictor import Predictor
from streams.process import stopping
from streams.process.deadline import Deadline
from streams.settings import Settings
from streams.topics import topics
from tests.buyers import buyers, event
from tests.streams.processes import own_settings, publish, worker

COMMAND = ["streams.cli.main", "predict"]
DAYS, ACCOUNTS = 400, 400
DAY_US = 86_400_000_000
GHOST = b"clv_predicted|now|account=ghost"
FIT_S = 400.0


async def shop(settings: Settings) -> None:
    """Publish the orders of a shop that has been open for 400 days, each of the first hundred twice."""
    start_us = now_us() - DAYS * DAY_US
    records: list[tuple[bytes, bytes]] = []
    for number, order in enumerate(buyers(11, ACCOUNTS, DAYS)):
        time = rfc3339(start_us + int(order.at_d * DAY_US))
        segment = "smb" if int(order.account[1:]) % 2 else "mid"
        records.append((order.account.encode(), orjson.dumps(event(order, number, time, segment))))
    await publish(settings, [*records, *records[:100]])


async def told(settings: Settings) -> dict[str, Any]:
    """Return the records on `crm.kpis`."""
    return await read_latest(settings, topics(settings).kpis.name)


def test_the_end_after_a_failure_is_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever hangs then, a supervisor is to start it again."""
    started: list[tuple[float, int]] = []

    class Noted(Deadline):
        def start(self, seconds: float) -> None:
            started.append((seconds, self.status))

    monkeypatch.setattr(stopping, "Deadline", Noted)
    settings = Settings(kafka_bootstrap="127.0.0.1:1", metrics_port=0)

    assert process_module.run_predict(settings, load_catalog()) == 1
    assert started == [(stopping.STOP_TIMEOUT_S, 1)]


@pytest.mark.parametrize(("once", "expected"), [(True, 1), (False, 0)])
def test_a_scheduler_is_not_told_that_it_is_done_when_it_is_not(
    once: bool, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended by a signal before the one prediction is published; who runs for ever ends well whenever it is asked to."""

    async def read(_: Predictor) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    monkeypatch.setattr(Predictor, "read", read)
    settings = Settings(kafka_bootstrap="127.0.0.1:1", metrics_port=0)

    assert process_module.run_predict(settings, load_catalog(), once) == expected


@pytest.mark.slow
@pytest.mark.usefixtures("prediction_library")
async def test_from_orders_to_records(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """Once, then as a service: values, error, tombstones, revisions, pages, and the end by SIGTERM."""
    (tmp_path / "x.yaml").write_text(
        "catalog: x\nextends: standard\nkpis: {clv_predicted: {max_values: 50}}\n"
    )
    settings = own_settings(embedded_kafka.bootstrap, metrics_port=0, catalog=tmp_path / "x.yaml")
    await ensure(settings)
    await shop(settings)
    ahead = now_us() // 1_000 + 3_600_000
    await publish(settings, [(GHOST, orjson.dumps({"revision": ahead}))], topics(settings).kpis.name)

    async with worker([*COMMAND, "--once"], settings, tmp_path) as process:
        status, _ = await process.ended(FIT_S)
        assert status == 0
        (line,) = process.lines("predicted")
    first = await told(settings)
    assert GHOST.decode() not in first
    company, accounts = first["clv_predicted|now|"], [key for key in first if "account=" in key]
    assert (len(accounts), line["cut"]) == (50, company["n"] - 50)
    assert company["revision"] > ahead
    assert 0 < company["value"] < min(first[key]["value"] for key in accounts)
    assert abs(company["model"]["error"]) < 0.5
    segments = [first[f"clv_predicted|now|segment={name}"] for name in ("smb", "mid")]
    assert sum(one["n"] for one in segments) == company["n"]

    async with worker(COMMAND, settings, tmp_path) as process:
        port = re.search(r":(\d+)", (await process.logged("predict_serving", 2))[-1]["url"])
        assert port is not None
        await process.logged("activity_read", 2)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port[1]}") as session:
            ready = await (await session.get("/readyz")).json()
            page = await (await session.get("/metrics")).text()
        assert ready == {"status": "not ready", "reasons": ["the first model is being fitted"]}
        assert 'crm_pulse_predict_orders_total{outcome="copy"} 100.0' in page
        # In the middle of a fit.
        process.terminate()
        assert (await process.ended())[0] == 0
    assert await told(settings) == first


def test_it_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A KPI that is predicted, the library, a Kafka."""
    catalog = tmp_path / "x.yaml"
    catalog.write_text("catalog: x\nextends: standard\nkpis: {clv_predicted: null}\n")
    monkeypatch.setenv("CRM_PULSE_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("CRM_PULSE_CATALOG", str(catalog))
    assert run(["predict"]) == 2
    assert "no KPI with the formula 'predicted'" in capsys.readouterr().err
    monkeypatch.delenv("CRM_PULSE_CATALOG")
    monkeypatch.setattr("streams.cli.predict.is_installed", lambda: False)
    assert run(["predict"]) == 2
    assert "crm-pulse[predict]" in capsys.readouterr().err
    monkeypatch.setattr("streams.cli.predict.is_installed", lambda: True)
    assert run(["predict"]) == 1
    assert "CRM_PULSE_KAFKA_BOOTSTRAP" in capsys.readouterr().err
