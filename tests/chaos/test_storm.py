"""Pipelines under storm: whatever happens to workers and broker, the published values become the true ones."""

from pathlib import Path

import pytest

from streams.brokers.embedded import EmbeddedKafka
from streams.settings import Settings
from tests.chaos.pipeline_subject import PipelineSubject
from tests.chaos.storm import Plan, Report, storm
from tests.chaos.subject import Subject
from tests.conftest import unavailable
from tests.services.kafka import ApacheKafka, KafkaUnavailableError

#: Pipelines; a subject is made from a seed.
SUBJECTS = [pytest.param(PipelineSubject, id="pipeline")]


def check(report: Report, kills: int) -> None:
    """The report of an exact storm: nothing differs, everybody ended as told, and there was a storm."""
    assert [] == report.differences, report
    assert [] == report.faults, report
    assert report.ends["killed"] >= kills, report


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.parametrize("make", SUBJECTS)
async def test_kills_scaling_pauses_and_a_broker_restart_on_kafka(
    make: type[PipelineSubject], tmp_path: Path
) -> None:
    """SIGKILL, SIGTERM, one to three workers, a suspended process, a broker restart: exact in the end."""
    subject: Subject = make(1)
    kafka = ApacheKafka(tmp_path / "kafka")  # its own, since it is restarted
    try:
        await kafka.start()
    except KafkaUnavailableError as error:
        unavailable(str(error))
    try:
        settings = Settings(kafka_bootstrap=kafka.bootstrap, session_timeout_s=3.0)
        plan = Plan(
            seed=1, events=40_000, rate=800, kills=9, terminations=3, pauses=1, broker_restarts=1
        )  # fmt: skip
        report = await storm(subject, settings, plan, tmp_path, kafka.restart)
    finally:
        await kafka.stop()

    check(report, kills=9)


@pytest.mark.embedded
@pytest.mark.slow
@pytest.mark.parametrize("make", SUBJECTS)
async def test_kills_on_the_embedded_broker(make: type[PipelineSubject], tmp_path: Path) -> None:
    """The same, shorter, of one worker, as `crm-pulse demo` runs it.

    This broker never gives up a silent member, so the worker comes back under its name; and it drops a member when
    another joins, without waiting for what that one is sending, so there is no other.
    """
    async with EmbeddedKafka(tmp_path / "embedded") as kafka:
        settings = Settings(kafka_bootstrap=kafka.bootstrap)
        plan = Plan(
            seed=2, events=15_000, rate=500, kills=4, terminations=2, scales=(1,), static=True
        )  # fmt: skip
        report = await storm(make(2), settings, plan, tmp_path)

    check(report, kills=4)
