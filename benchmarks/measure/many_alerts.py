"""KPI latency beside 10,000 alerts that begin at once: a worker judges them, a notify process tells of them.

So many reps that nobody else is do something for the first time: make a call, of which no rule knows anything, and a
while later send an e-mail, which is an alert each. What differs between the two is the alerts.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson

from benchmarks.ground import Event, Ground, preload
from benchmarks.measure.latency import delays
from benchmarks.measure.steady import drained
from benchmarks.percentiles import percentiles_ms
from benchmarks.resources import cpu_s, peak_mib
from benchmarks.result import Result
from benchmarks.workers import ROOT, Worker, environ_of, running
from streams.clock import monotonic_s, now_us
from streams.kafka.readers import read_latest
from streams.settings import Settings
from streams.topics import topics
from tests.streams.notify.senders.servers import Server, answer, serving

PER_S = 50.0
WAIT_S = 300.0
RULES = """
rules:
  first-mail: {kpi: emails_sent, window: all_time, for_each: rep, above: 0}
"""
NOTIFY = """
receivers:
  hook: {{type: webhook, url: "{url}", secret_env: CRM_PULSE_SECRET_BENCH, allow_private: true}}
route: {{receivers: [hook], group_by: [rule, team], group_wait: 1s, group_interval: 5s}}
"""


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Measure the latency alone, beside so many reps' first calls, and beside their first e-mails."""
    count, directory = ground.size.alerts, ground.directory / "alerts"
    directory.mkdir()
    async with serving(answer(200)) as server:
        paths = {"rules": directory / "rules.yaml", "notify": directory / "notify.yaml"}
        paths["rules"].write_text(RULES, "utf-8")
        paths["notify"].write_text(NOTIFY.format(url=server.url), "utf-8")
        async with ground.installation(**paths) as settings:
            await preload(settings, ground.month(ground.size.events // 10))
            async with running([settings], directory) as [worker], notifying(settings, directory) as notify:
                for name, burst in (
                    ("alone", []),
                    (f"beside {count:,} reps' first calls", first(count, "call.logged")),
                    (f"beside {count:,} alerts", first(count, "email.sent")),
                ):
                    await drained(settings, worker)
                    yield await _latency(ground, settings, worker, name, burst)
                yield await _told(settings, server, notify, count)


async def _latency(
    ground: Ground, settings: Settings, worker: Worker, name: str, burst: list[Event]
) -> Result:
    before = worker.last()
    found_s = (await delays(settings, name.replace(" ", "-"), PER_S, ground.size.latency_s, burst)).busy
    after = worker.last()
    assert before is not None
    assert after is not None
    found_ms = percentiles_ms(found_s)
    return Result(
        name=f"published to readable, {name}", value=found_ms.p99, unit="ms p99", better="less",
        peak_mib=after["peak_mib"],
        note=f"{found_ms}; {after['cpu_s'] - before['cpu_s']:.1f} s of processor",
    )  # fmt: skip


async def _told(settings: Settings, server: Server, notify: "Notify", count: int) -> Result:
    """Wait until every alert was told."""
    began_s, told = monotonic_s(), 0
    while told < count:
        assert monotonic_s() - began_s < WAIT_S, f"{told} of {count} alerts were told"
        await asyncio.sleep(0.5)
        told = sum(_alerts(asked.json) for asked in server.asked)
    left = await read_latest(settings, topics(settings).notified.name)
    return Result(
        name=f"notify, {count:,} alerts that begin at once", value=notify.peak_mib, unit="MiB", better="less",
        note=f"{len(server.asked)} messages, {notify.cpu_s:.1f} s of processor; {len(left)} groups remembered",
    )  # fmt: skip


def _alerts(asked: dict[str, object]) -> int:
    message = asked.get("message", asked)
    assert isinstance(message, dict)
    return (
        len(message["alerts"]) + int(message["more"]) if message["occasion"] in ("firing", "changed") else 0
    )


def first(count: int, kind: str) -> list[Event]:
    """Return an event of each of so many reps."""
    at = datetime.fromtimestamp(now_us() / 1e6, UTC).isoformat()
    events = []
    for number in range(count):
        account = f"account-of-fresh-{number}"
        data = {
            "account": account,
            "rep": f"fresh-{number}",
            "team": f"fresh-{number % 20}",
            "channel": "phone",
        }
        document = {
            "specversion": "1.0", "id": f"{kind}-{number}", "source": "bench/alerts", "type": f"crm.{kind}",
            "time": at, "data": data,
        }  # fmt: skip
        events.append((account.encode(), orjson.dumps(document)))
    return events


class Notify:
    """A notify process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    @property
    def cpu_s(self) -> float:
        """Processor seconds so far."""
        return cpu_s(self._process.pid)

    @property
    def peak_mib(self) -> float:
        """Largest memory so far."""
        return peak_mib(self._process.pid)


@asynccontextmanager
async def notifying(settings: Settings, directory: Path) -> AsyncIterator[Notify]:
    """Run `crm-pulse notify` as long as the block."""
    environ = {
        **environ_of(settings),
        "CRM_PULSE_SECRET_BENCH": "sixteen bytes at least",
        "CRM_PULSE_LOG_FORMAT": "json",
    }
    with (directory / "notify.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: ASYNC220 (started once, before anything else runs)
            [sys.executable, "-m", "streams.cli.main", "notify"], env={**os.environ, **environ},
            stdout=log, stderr=log, cwd=ROOT,
        )  # fmt: skip
    try:
        yield Notify(process)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)
