"""Settings: that what we ask of Faust reaches aiokafka, and that what we don't want stays off."""

import gc
import inspect
import io
import re
import sys
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiokafka
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from streams.process import garbage
from streams.tables import changelog_topic
from tests.streams.faust_apps import our_shell, shipped_app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Where the arguments of aiokafka's consumer and producer come to lie."""
    arguments: dict[str, Any] = {}

    class Fake:
        def __init__(self, **given: Any) -> None:
            arguments.update(given)
            self.client = self._client = self

        async def _metadata_update(self) -> bool:
            return True

        async def send(self, *_: Any) -> None: ...

    monkeypatch.setattr(aiokafka, "AIOKafkaConsumer", Fake)
    monkeypatch.setattr(aiokafka, "AIOKafkaProducer", Fake)
    return arguments


def test_faust_is_the_version_that_all_this_was_seen_in() -> None:
    """Its insides may move with any minor release; then read every test of these files again."""
    assert version("faust-streaming").startswith("0.15.")


async def test_consumer_fetches_large_chunks(made: dict[str, Any]) -> None:
    """20,000 records and 8 MiB a fetch; a chunk is worth the way through Faust."""
    consumer = our_shell().app.consumer
    consumer._thread._create_worker_consumer(consumer.transport)

    assert (20_000, 8 * 1_048_576) == (made["max_poll_records"], made["max_partition_fetch_bytes"])
    assert "earliest" == made["auto_offset_reset"]
    assert made["enable_auto_commit"] is False


@pytest.mark.parametrize("session_s", [1.0, 6.0, 300.0])
async def test_a_worker_starts_with_any_session_that_settings_allow(
    made: dict[str, Any], session_s: float
) -> None:
    """Faust refuses one longer than its time-out for requests. Heartbeats come each second at least."""
    consumer = our_shell(session_timeout_s=session_s).app.consumer
    consumer._thread._create_worker_consumer(consumer.transport)

    assert made["session_timeout_ms"] == session_s * 1000
    assert made["heartbeat_interval_ms"] <= min(1000, session_s * 1000 / 6)


async def test_a_fetch_does_not_wait_long_for_what_other_partitions_have(made: dict[str, Any]) -> None:
    """Faust lets the broker hold an empty fetch for 1.5 s, with the other partitions' records behind it."""
    consumer = our_shell().app.consumer
    ours = consumer._thread._create_worker_consumer(consumer.transport)

    assert 1_500 == made["fetch_max_wait_ms"]
    assert 50 == ours._fetch_max_wait_ms
    assert "self._fetch_max_wait_ms" in inspect.getsource(AIOKafkaConsumer.start)


async def test_what_a_producer_took_back_is_not_read(made: dict[str, Any]) -> None:
    """Faust reads what is committed only where it writes in transactions itself."""
    consumer = our_shell().app.consumer
    ours = consumer._thread._create_worker_consumer(consumer.transport)

    assert "read_uncommitted" == made["isolation_level"]
    assert "read_committed" == ours._isolation_level
    assert "self._isolation_level" in inspect.getsource(AIOKafkaConsumer.start)


async def test_killed_worker_is_replaced_within_its_session_timeout(made: dict[str, Any]) -> None:
    """Seconds, not the default minute; with an instance id a quick return moves nothing."""
    consumer = our_shell(session_timeout_s=6, instance_id="pod-1").app.consumer
    consumer._thread._create_worker_consumer(consumer.transport)

    assert (6_000, 1_000) == (made["session_timeout_ms"], made["heartbeat_interval_ms"])
    assert "pod-1" == made["group_instance_id"]
    assert 60_000 == int(shipped_app().conf.broker_session_timeout * 1_000)


async def test_partitions_are_dealt_out_without_fausts_tables(made: dict[str, Any]) -> None:
    """Faust's assignor gives every worker partitions of every topic, also of stages that it does not run."""
    shell = our_shell()
    consumer = shell.app.consumer
    consumer._thread._create_worker_consumer(consumer.transport)

    assert [RoundRobinPartitionAssignor] == made["partition_assignment_strategy"]
    assert not shell.app.tables
    assert not shell.app.tables.changelog_topics


async def test_producer_is_exact(made: dict[str, Any]) -> None:
    """Acknowledged by all replicas, retried without duplicates or reordering; nothing lingers."""
    our_shell().app.producer._new_producer()

    assert ("all", True) == (made["acks"], made["enable_idempotence"])
    assert 0 == made["linger_ms"]
    assert made["max_batch_size"] <= 1_000_000 <= made["max_request_size"]


async def test_log_in_reaches_consumer_and_producer(made: dict[str, Any], tmp_path: Path) -> None:
    """SASL settings pass through to every client."""
    secret = tmp_path / "password"
    secret.write_text("hush")
    shell = our_shell(
        kafka_security_protocol="SASL_PLAINTEXT", kafka_sasl_mechanism="SCRAM-SHA-512",
        kafka_sasl_username="ann", kafka_sasl_password_file=secret,
    )  # fmt: skip
    consumer = shell.app.consumer
    for make in (
        lambda: consumer._thread._create_worker_consumer(consumer.transport),
        shell.app.producer._new_producer,
    ):
        made.clear()
        make()

        assert ("SASL_PLAINTEXT", "SCRAM-SHA-512") == (made["security_protocol"], made["sasl_mechanism"])
        assert ("ann", "hush") == (made["sasl_plain_username"], made["sasl_plain_password"])


async def test_changelogs_are_named_as_faust_names_them() -> None:
    """Tools that know Faust find our state."""
    app = shipped_app()

    assert app.Table("track").changelog_topic_name == changelog_topic(app.conf.id, "track")


async def test_nothing_beside_the_pipeline_runs() -> None:
    """No web server to clash over a port, no leader or reply topics, nothing declared behind our back."""
    conf = our_shell().app.conf

    assert conf.web_enabled is False
    assert conf.topic_disable_leader is True
    assert conf.topic_allow_declare is False
    assert conf.reply_create_topic is False


async def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust makes data directories even for tables in memory."""
    monkeypatch.chdir(tmp_path)

    await our_shell().app.on_first_start()

    assert [] == list(tmp_path.iterdir())
    await shipped_app().on_first_start()
    assert [] != list(tmp_path.iterdir())


async def test_print_is_left_alone() -> None:
    """Faust's worker redirects standard output to the log; we run the app in our own loop."""
    out = io.StringIO()
    with redirect_stdout(out):
        our_shell().app.finalize()
        sys.stdout.write("as it is")

    assert "as it is" == out.getvalue()
    assert not _uses(r"faust\.Worker|\.Worker\(|worker_redirect")


def test_fausts_tables_and_windows_are_not_used() -> None:
    """Memory tables of all partitions in one dict, 720 writes an event for a window, weeks from Thursday."""
    assert not _uses(r"\.(?:Table|GlobalTable|SetTable)\(|\.(?:hopping|tumbling|sliding)\(")


def test_collector_seldom_walks_the_state() -> None:
    """Old objects are looked at once in a thousand collections, instead of once in ten."""
    before = gc.get_threshold()
    try:
        garbage.relax()
        assert gc.get_threshold()[2] >= 1_000
        assert gc.isenabled()
    finally:
        gc.set_threshold(*before)


def _uses(pattern: str) -> list[str]:
    """Return the files of the product that contain a pattern."""
    return [
        str(path)
        for room in ("streams", "processors", "schemas")
        for path in (ROOT / room).rglob("*.py")
        if re.search(pattern, path.read_text(encoding="utf-8"))
    ]
