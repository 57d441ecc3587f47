"""Processes that are told to stop over and over: by an impatient person, or a supervisor beside Ctrl-C."""

import asyncio
from pathlib import Path

import pytest

from streams.brokers.embedded import EmbeddedKafka
from tests.services.redis import RedisServer
from tests.streams.processes import own_settings, worker

DELIVERY = """
receivers: {hook: {type: webhook, url: "https://example.com", secret_env: HOOK_SECRET}}
route: {receivers: [hook]}
"""


@pytest.mark.parametrize(
    ("command", "runs", "stopped"),
    [
        ("serve", "serve_started", "serve_stopped"),
        ("sink", "sink_serving", "sink_stopped"),
        ("notify", "notify_started", "notify_stopped"),
    ],
)
async def test_a_clean_stop_stays_one(
    command: str,
    runs: str,
    stopped: str,
    embedded_kafka: EmbeddedKafka,
    redis_server: RedisServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Status 0, whenever the next signals come: also while Python tidies up."""
    monkeypatch.setenv("HOOK_SECRET", "at-least-sixteen-bytes")
    (tmp_path / "notify.yaml").write_text(DELIVERY, "utf-8")
    settings = own_settings(
        embedded_kafka.bootstrap, partitions=1, http_port=0, metrics_port=0, redis_url=redis_server.url,
        notify=tmp_path / "notify.yaml",
    )  # fmt: skip
    async with worker(["streams.cli.main", command], settings, tmp_path) as process:
        await process.logged(runs)
        process.terminate()
        end = asyncio.create_task(process.ended())
        while not end.done():
            process.terminate()
            await asyncio.sleep(0.01)

        assert (await end)[0] == 0
        assert process.lines(stopped)
