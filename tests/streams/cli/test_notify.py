"""`crm-pulse notify` as a process: what it tells, what it remembers, and what a crash repeats."""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiokafka.errors import KafkaConnectionError

from processors.publishing.records import rfc3339
from schemas.alert import Alert
from streams.brokers.embedded import EmbeddedKafka
from streams.cli import notify as command
from streams.cli.main import run
from streams.clock import monotonic_s, now_us
from streams.kafka.readers import read_latest
from streams.kafka.topic_admin import ensure
from streams.notify import process as process_module
from streams.notify.turn import Turn
from streams.process import stopping
from streams.process.deadline import Deadline
from streams.settings import Settings
from streams.topics import topics
from tests.processors.notify.timeline import START_US, alert, encode, silence
from tests.services.kafka import ApacheKafka
from tests.streams.notify.senders.servers import Asked, Server, Write, answer, serving
from tests.streams.processes import own_settings, publish, worker

COMMAND = ["streams.cli.main", "notify"]
WAIT_S = 40.0
SECRET = "at-least-sixteen-bytes"

FILE = """
receivers:
  hook: {{type: webhook, url: "{url}/hook", secret_env: HOOK_SECRET, allow_private: true, timeout: 2s}}
route:
  receivers: [hook]
  group_by: [{by}]
  group_wait: 0s
  group_interval: 0s
"""


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file says that it is."""
    monkeypatch.setenv("HOOK_SECRET", SECRET)


class House:
    """An installation with a file of delivery, and a server that is told."""

    def __init__(self, settings: Settings, server: Server, directory: Path) -> None:
        self.settings = settings
        self.server = server
        self.directory = directory
        self._revision = 0

    def process(self) -> Any:
        """Return a notify process as a context."""
        return worker(COMMAND, self.settings, self.directory)

    async def tell(self, *alerts: Alert) -> None:
        """Append records of alerts."""
        await publish(
            self.settings,
            [(one.id.encode(), encode(one)) for one in alerts],
            topics(self.settings).alerts.name,
        )

    def told(self) -> list[tuple[str, str]]:
        """Return occasion and first rule of each message that came, in its order."""
        return [(told["occasion"], told["alerts"][0]["rule"]) for told in map(message_of, self.server.asked)]

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait for something."""
        deadline_s = monotonic_s() + WAIT_S
        while not what():
            assert monotonic_s() < deadline_s, self.told()
            await asyncio.sleep(0.05)

    async def remembers_nothing(self) -> None:
        """Wait until everything was told and delivered."""
        await self._until_kept(lambda kept: not kept)

    async def knows_what_arrived(self) -> None:
        """Wait until no message is on its way: what is known to have arrived, a crash does not repeat."""
        await self._until_kept(lambda kept: not any(group["queued"] for group in kept.values()))

    async def _until_kept(self, holds: Callable[[dict[str, Any]], bool]) -> None:
        deadline_s = monotonic_s() + WAIT_S
        while not holds(kept := await read_latest(self.settings, topics(self.settings).notified.name)):
            assert monotonic_s() < deadline_s, kept
            await asyncio.sleep(0.2)


@asynccontextmanager
async def house(
    kafka: EmbeddedKafka | ApacheKafka, directory: Path, *doing: Write, **more: Any
) -> AsyncIterator[House]:
    """Make the topics, the file and the server."""
    async with serving(*doing) as server:
        path = directory / "notify.yaml"
        path.write_text(FILE.format(url=server.url, by="id"))
        settings = own_settings(kafka.bootstrap, notify=path, metrics_port=0, **more)
        await ensure(settings, None)
        yield House(settings, server, directory)


def message_of(asked: Asked) -> dict[str, Any]:
    """Return the message that a request brought."""
    found = asked.json
    return dict(found.get("message", found))


def ids(server: Server) -> Counter[str]:
    """Return how often each message came."""
    return Counter(asked.headers["idempotency-key"] for asked in server.asked)


async def test_what_fires_is_told_and_what_is_over_too(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """Once each, over a clean restart; the end of the process is clean, and nothing is left to remember."""
    async with house(embedded_kafka, tmp_path, answer(200)) as own:
        await own.tell(alert("a"))
        async with own.process() as process:
            await own.until(lambda: own.told() == [("firing", "a")])
            await own.tell(alert("b"))
            await own.until(lambda: len(own.told()) == 2)
            process.terminate()
            assert (await process.ended())[0] == 0
        await own.tell(alert("a", state="resolved", minute=1))
        async with own.process() as process:
            await own.until(lambda: len(own.told()) == 3)
            await own.tell(alert("b", state="resolved", minute=1))
            await own.until(lambda: len(own.told()) == 4)
            await process.logged("message_delivered", 4)
            process.terminate()
            assert (await process.ended())[0] == 0

        assert own.told() == [("firing", "a"), ("firing", "b"), ("resolved", "a"), ("resolved", "b")]
        assert set(ids(own.server).values()) == {1}
        assert await read_latest(own.settings, topics(own.settings).notified.name) == {}


async def test_how_long_an_alert_went_on_is_an_event(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """On the activity's topic, under the alert's id, of what is over when the process starts too."""
    fired_at = {"fired_at": "2026-11-21T09:00:00Z"}
    began_us = now_us()

    def over(rule: str) -> Alert:
        moment = {name: rfc3339(began_us) for name in ("updated_at", "ends_at")}
        return msgspec.structs.replace(alert(rule, state="resolved", minute=1, **fired_at), **moment)

    async with house(embedded_kafka, tmp_path, answer(200)) as own:
        await own.tell(over("a"))
        async with own.process() as process:
            await process.logged("notify_active")
            await own.tell(over("b"))
            activity = topics(own.settings).activity.name
            deadline_s = monotonic_s() + WAIT_S
            while len(events := await read_latest(own.settings, activity)) < 2:
                assert monotonic_s() < deadline_s, events
                await asyncio.sleep(0.1)

    assert {event["type"] for event in events.values()} == {"crm.alert.resolved"}
    assert {event["data"]["alert_rule"] for event in events.values()} == {"a", "b"}


async def test_one_is_active_and_another_takes_over(
    broker: EmbeddedKafka | ApacheKafka, tmp_path: Path
) -> None:
    """Two processes tell each thing once; when the active one is gone, the other goes on where it was."""
    async with house(broker, tmp_path, answer(200)) as own:
        one, other = tmp_path / "one", tmp_path / "other"
        one.mkdir()
        other.mkdir()
        async with worker(COMMAND, own.settings, one) as first:
            await first.logged("notify_active")
            await own.tell(alert("a"))
            await own.until(lambda: len(own.told()) == 1)
            async with worker(COMMAND, own.settings, other) as second:
                await second.logged("notify_started")
                await own.tell(alert("b"))
                await own.until(lambda: len(own.told()) == 2)
                await own.knows_what_arrived()
                # The embedded broker waits for ever for a member that ended without good-bye.
                (first.kill if isinstance(broker, ApacheKafka) else first.terminate)()
                await own.tell(alert("c"))
                await own.until(lambda: len(own.told()) == 3)

        assert sorted(own.told()) == [("firing", "a"), ("firing", "b"), ("firing", "c")]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_crash_repeats_at_most_what_was_on_its_way(
    embedded_kafka: EmbeddedKafka, tmp_path: Path, seed: int
) -> None:
    """`kill -9` at random points: nothing is lost, and each kill repeats one message at most, under its id."""
    chance = random.Random(seed)
    kills, rules = 6, [f"r{number}" for number in range(60)]

    refused = []

    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(chance.uniform(0.0, 0.05))
        status = chance.choice([200] * 9 + [503])
        refused.extend([status] if status == 503 else [])
        await answer(status)(writer)

    # By its name the embedded broker knows a member again that ended without good-bye.
    async with house(embedded_kafka, tmp_path, slowly, instance_id="one") as own:
        await own.tell(*(alert(rule) for rule in rules[:30]))
        for round_ in range(kills):
            async with own.process() as process:
                await process.logged("notify_active", round_ + 1)
                news = chance.sample(rules, 10)
                await own.tell(*(alert(rule, minute=round_ * 2) for rule in news))
                await asyncio.sleep(chance.uniform(0.0, 1.0))
                process.kill()
        await own.tell(*(alert(rule, state="resolved", minute=1000) for rule in rules))
        async with own.process() as process:
            await own.remembers_nothing()
            await process.logged("notify_active", kills + 1)
            process.terminate()
            assert (await process.ended())[0] == 0

        assert sum(times - 1 for times in ids(own.server).values()) <= kills + len(refused)
        fired = {rule for what, rule in own.told() if what == "firing"}
        resolved = {rule for what, rule in own.told() if what == "resolved"}
        assert fired == resolved
        assert set(rules[:30]) <= fired


async def test_a_silence_is_heard(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """From the topic that `crm-pulse silence` writes to."""
    async with house(embedded_kafka, tmp_path, answer(200)) as own:
        minute = (now_us() - START_US) / 60_000_000
        said = silence("s", minute - 1, minute + 60, rule="quiet")
        await publish(own.settings, [(b"s", encode(said))], topics(own.settings).silences.name)
        await own.tell(alert("quiet"), alert("loud"))
        async with own.process() as process:
            await own.until(lambda: own.told() == [("firing", "loud")])
            port = re.search(r":(\d+)", (await process.logged("notify_serving"))[0]["url"])
            assert port is not None
            async with aiohttp.ClientSession() as session:
                page = await (await session.get(f"http://127.0.0.1:{port[1]}/metrics")).text()
                ready = await (await session.get(f"http://127.0.0.1:{port[1]}/readyz")).json()

        assert 'crm_pulse_notify_held_alerts{reason="silenced"} 1.0' in page
        assert 'crm_pulse_notify_attempts_total{outcome="delivered",receiver="hook"} 1.0' in page
        assert ready == {"status": "ready"}


async def test_what_is_refused_is_kept(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """On the dead-letter topic, with the receiver and the reason; what comes after it is delivered."""
    async with house(embedded_kafka, tmp_path, answer(404), answer(200)) as own:
        await own.tell(alert("a"))
        async with own.process() as process:
            await process.logged("message_refused")
            await own.tell(alert("b"))
            await own.until(lambda: len(own.told()) == 2)
        letters = await read_latest(own.settings, topics(own.settings).notify_dead_letters.name)

    (letter,) = letters.values()
    assert (letter["receiver"], letter["reason"]) == ("hook", "refused")
    assert letter["message"]["alerts"][0]["rule"] == "a"


def test_kafka_that_goes_away_while_it_starts_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The group can't be joined: no traceback, and status 1, since Kafka may be back in a moment."""

    async def ensured(*_: object) -> None: ...

    def run_notify(*_: object) -> int:
        raise KafkaConnectionError("away")

    path = tmp_path / "notify.yaml"
    path.write_text(FILE.format(url="https://example.com", by="id"))
    monkeypatch.setenv("CRM_PULSE_NOTIFY", str(path))
    monkeypatch.setattr(command, "ensure", ensured)
    monkeypatch.setattr(command, "run_notify", run_notify)

    assert run(["notify"]) == 1
    assert "can't reach Kafka at" in capsys.readouterr().err


def test_the_end_after_a_failure_is_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever hangs then: somebody else is to take its turn, and a supervisor to start it again."""
    started: list[float] = []

    class Noted(Deadline):
        def start(self, seconds: float) -> None:
            started.append(seconds)

    @asynccontextmanager
    async def membership(_: Settings, __: object, fail: Callable[[str, BaseException], None]) -> Any:
        fail("the group of notify", KafkaConnectionError("away"))
        yield Turn(lambda *_: None)

    monkeypatch.setattr(stopping, "Deadline", Noted)
    monkeypatch.setattr(process_module, "membership", membership)

    assert process_module.run_notify(Settings(metrics_port=0), lambda: None, dict) == 1  # type: ignore[arg-type,return-value]
    assert started == [stopping.FAIL_TIMEOUT_S]


def test_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a file, and with a secret that is not there."""
    assert run(["notify"]) == 2
    assert "CRM_PULSE_NOTIFY" in capsys.readouterr().err

    path = tmp_path / "notify.yaml"
    path.write_text(FILE.format(url="https://example.com", by="id"))
    monkeypatch.setenv("CRM_PULSE_NOTIFY", str(path))
    monkeypatch.delenv("HOOK_SECRET")
    assert run(["notify"]) == 2
    assert "HOOK_SECRET" in capsys.readouterr().err
    assert json.dumps(SECRET) not in capsys.readouterr().err
