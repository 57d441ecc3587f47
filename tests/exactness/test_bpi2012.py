"""A real log: the loan applications of BPI Challenge 2012, counted straight from the log by another program."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.catalog import load_catalog
from schemas.kpi import kpi_key
from streams.clock import monotonic_s
from streams.kafka.readers import read_latest
from streams.settings import Settings
from streams.sources.xes_mapping import parse_xes_mapping
from streams.topics import topics
from tests.real_data import real_data
from tests.services.kafka import ApacheKafka
from tests.streams.processes import WorkerProcess, environ_of, own_settings, worker

LOG, MAPPING, EXPECTED = "BPI_Challenge_2012.xes.gz", "bpi2012-mapping.yaml", "bpi2012-expected.json"

LOAD_S = 180.0
#: From the end of loading until everything is published.
CATCH_UP_S = 240.0
#: What supervisors allow between SIGTERM and SIGKILL.
TERM_S = 10.0

Records = dict[str, dict[str, Any]]


def expected() -> dict[str, Any]:
    """Return what the other program counted."""
    found: dict[str, Any] = orjson.loads(real_data(EXPECTED).read_bytes())
    return found


def differences(records: Records, wanted: Mapping[str, Any]) -> list[str]:
    """Compare records with what was counted, for the KPIs that the catalog has; percentiles within 1 %."""
    known, found = load_catalog().kpis, []
    for one in wanted["kpis"]:
        if one["kpi"] not in known:
            continue
        key = kpi_key(one["kpi"], one["window"], one["period"], one["dims"])
        tolerance = 0.01 if known[one["kpi"]].formula == "percentile" else 1e-9
        record = records.get(key)
        if (
            record is None
            or record["n"] != one["n"]
            or record["value"] != pytest.approx(one["value"], rel=tolerance)
        ):
            found.append(
                f"{key}: {record and (record['value'], record['n'])}, expected {(one['value'], one['n'])}"
            )
    return found


def by_key(lines: Iterable[bytes]) -> Records:
    """Return records by their keys."""
    parsed = map(orjson.loads, lines)
    return {kpi_key(one["kpi"], one["window"], one["period"], one["dims"]): one for one in parsed}


def crm_pulse(*arguments: str, timeout_s: float, environ: Mapping[str, str] | None = None) -> str:
    """Run a command to its end; return what it said on standard error."""
    command = [sys.executable, "-m", "streams.cli.main", *arguments]
    done = subprocess.run(
        command, env={**os.environ, **(environ or {})}, capture_output=True, timeout=timeout_s, check=False
    )
    assert 0 == done.returncode, done.stderr.decode()
    return done.stderr.decode()


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Records, dict[str, Any]]:
    """The records of a replay of the log, and its summary."""
    directory = tmp_path_factory.mktemp("bpi2012")
    out, summary = directory / "out.jsonl", directory / "summary.json"
    files = [str(real_data(LOG)), "--mapping", str(real_data(MAPPING))]
    crm_pulse(
        "replay", *files, "--periods", "all", "--out", str(out), "--summary", str(summary), timeout_s=LOAD_S
    )
    return by_key(out.read_bytes().splitlines()), orjson.loads(summary.read_bytes())


@pytest.mark.slow
def test_replay(replayed: tuple[Records, dict[str, Any]]) -> None:
    """A replay of the log through its mapping gives the numbers that were counted otherwise."""
    records, summary = replayed
    wanted = expected()

    assert [] == differences(records, wanted)
    assert (wanted["events_converted"], wanted["as_of"]) == (summary["events"], summary["as_of"])
    assert (0, {}, 0) == (summary["duplicates"], summary["dead_letters"], summary["left_out"])


def catalog_file(directory: Path) -> Path:
    """Write the standard catalog with the log's own stages and time zone; return its path."""
    mapping = parse_xes_mapping(real_data(MAPPING).read_text("utf-8"), MAPPING)
    path = directory / "catalog.yaml"
    path.write_text(
        f"catalog: bpi2012\nextends: standard\ncalendar: {{timezone: {mapping.timezone}}}\n"
        f"pipelines: {{{mapping.name}: {{stages: [{', '.join(mapping.stages)}]}}}}\n"
    )
    return path


def unlike_replay(records: Records, replayed: Records) -> list[str]:
    """Compare value and n with the replay's, for all windows that do not end with the clock.

    A week after a key lost its facts it may have gone, and its replay says n 0. Periods that began after the log
    ended are not in its replay; today growth against the last of the log is known in them.
    """
    found = []
    ended = max(one["as_of"] for one in replayed.values())
    for key in records.keys() | replayed.keys():
        if key.split("|")[1].startswith("rolling_"):
            continue
        live = records.get(key)
        if live is not None and live["start"] is not None and live["start"] > ended:
            continue
        pair = [
            (one["value"], one["n"]) if one and one["n"] else None
            for one in (records.get(key), replayed.get(key))
        ]
        if pair[0] != pair[1]:
            found.append(f"{key}: {pair[0]}, replayed {pair[1]}")
    return found


async def published(
    process: WorkerProcess, settings: Settings, wanted: Mapping[str, Any], replayed: Records
) -> list[str]:
    """Wait until what is published is right; return what is wrong with it when it isn't in time."""
    deadline_s = monotonic_s() + CATCH_UP_S
    while True:
        assert [] == process.lines("worker_failed")
        records = await read_latest(settings, topics(settings).kpis.name)
        wrong = differences(records, wanted) or unlike_replay(records, replayed)
        if not wrong or monotonic_s() > deadline_s:
            return wrong
        await asyncio.sleep(2.0)


@pytest.mark.slow
@pytest.mark.kafka
async def test_worker(
    apache_kafka: ApacheKafka, tmp_path: Path, replayed: tuple[Records, dict[str, Any]]
) -> None:
    """Loaded into Kafka and digested by a worker, the log gives the same numbers, key by key those of the replay."""
    settings = own_settings(apache_kafka.bootstrap, catalog=catalog_file(tmp_path), metrics_port=0)
    files = [str(real_data(LOG)), "--mapping", str(real_data(MAPPING))]
    said = await asyncio.to_thread(crm_pulse, "load", *files, timeout_s=LOAD_S, environ=environ_of(settings))
    assert f"{expected()['events_converted']:,} events published" in said

    async with worker(("streams.cli.main", "worker"), settings, tmp_path) as process:
        assert [] == (await published(process, settings, expected(), replayed[0]))[:20]

        process.terminate()
        status, seconds = await process.ended()
        assert 0 == status
        assert seconds < TERM_S
        assert [] == process.lines("worker_failed")
