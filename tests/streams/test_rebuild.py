"""A catalog changed on a real Kafka: the worker refuses, a rebuild makes new state beside it, and it goes over."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import reduce
from pathlib import Path

import pytest
from aiokafka.errors import KafkaTimeoutError

from processors.compile import Plan
from processors.generations import Generations, begin_record
from schemas.catalog import load_catalog
from streams import rebuild
from streams.brokers.embedded import EmbeddedKafka
from streams.generations import read_generations
from streams.kafka.publishing import PublishError
from streams.kafka.topic_admin import ensure, existing_topics
from streams.rebuild import Rebuild, RebuildError
from streams.settings import Settings
from tests.services.kafka import ApacheKafka
from tests.streams.company import Company
from tests.streams.processes import worker

WORKER = ("streams.cli.main", "worker")

BEFORE = "catalog: acme\nextends: standard\n"
AFTER = """catalog: acme
extends: standard
calendar: {timezone: America/New_York}
kpis:
  long_calls: {label: Long calls, unit: count, count: {of: call, where: {duration_s: {at_least: 300}}}}
  nps: null
"""


async def changelogs(company: Company, generation: int) -> list[str]:
    """Return the changelogs that there are of a generation."""
    start = f"{company.settings.app_id}.g{generation}-"
    return [name for name in await existing_topics(company.settings) if name.startswith(start)]


async def held_when(process: "subprocess.Popen[str]", happened: Callable[[], Awaitable[bool]]) -> None:
    """Let a process go on by small steps until something has happened, and leave it stopped right there.

    Looking takes a while, on a busy machine longer than a whole rebuild: meanwhile it must not go on.
    """
    while True:
        process.send_signal(signal.SIGSTOP)
        if await happened():
            return
        process.send_signal(signal.SIGCONT)
        await asyncio.sleep(0.02)
        assert process.poll() is None, process.communicate()[0]


@pytest.mark.kafka
@pytest.mark.slow
async def test_a_changed_catalog(apache_kafka: ApacheKafka, tmp_path: Path) -> None:
    """Refused with a sentence, nothing written; a rebuild that is killed leaves no trace, one that ends is exact."""
    company = Company(apache_kafka.bootstrap, tmp_path, BEFORE, 4_000)
    settings, events = company.settings, company.events
    third = len(events) // 3
    await ensure(settings, None)
    await company.publish(events[:third], bad=3)
    async with worker(WORKER, settings, company.directory) as old:
        await company.becomes_exact()

        company.catalog.write_text(AFTER)
        said = await read_generations(settings)
        status, text = await company.run("worker")
        assert 2 == status, text
        assert "calendar.timezone: days were added up in UTC, not America/New_York" in text
        assert "`crm-pulse rebuild`" in text
        assert "Traceback" not in text
        assert said == await read_generations(settings)

        async def announced() -> bool:
            return await read_generations(settings) != said

        killed = company.command("rebuild")
        await held_when(killed, announced)
        killed.kill()
        killed.communicate()
        assert 1 == (await read_generations(settings)).current

        await company.publish(events[third : 2 * third], bad=3)
        rebuilding = asyncio.create_task(company.run("rebuild"))
        await company.publish(events[2 * third :], bad=3)
        status, text = await rebuilding
        assert 0 == status, text
        assert "switched to generation 3" in text
        assert "workers have gone over" in text, text
        await company.becomes_exact()
        assert 1 == len(old.lines("worker_starts_again"))
        assert [] == old.lines("worker_failed")
        letters = await company.dead_letters()
        assert 9 == len(letters) == len(set(letters)), letters
        assert [] == await changelogs(company, 2)
        old.terminate()
        assert 0 == (await old.ended())[0]


@pytest.mark.kafka
@pytest.mark.slow
async def test_crashes_around_the_switch(apache_kafka: ApacheKafka, tmp_path: Path) -> None:
    """Ctrl-C removes what was written. Of two workers one is killed as it goes over; exact all the same."""
    company = Company(apache_kafka.bootstrap, tmp_path, BEFORE, 3_000)
    settings, events = company.settings, company.events
    half = len(events) // 2
    await ensure(settings, None)
    await company.publish(events[:half], bad=2)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    async with worker(WORKER, settings, first) as one, worker(WORKER, settings, second) as other:
        await company.becomes_exact()
        company.catalog.write_text(AFTER)

        async def created() -> bool:
            return bool(await changelogs(company, 2))

        interrupted = company.command("rebuild")
        await held_when(interrupted, created)
        interrupted.send_signal(signal.SIGINT)
        interrupted.send_signal(signal.SIGCONT)
        text, _ = await asyncio.to_thread(interrupted.communicate, None, 30)
        assert 130 == interrupted.returncode, text
        assert "nothing was switched" in text
        assert [] == await changelogs(company, 2)
        assert 1 == (await read_generations(settings)).current

        rebuilding = asyncio.create_task(company.run("rebuild", "--no-wait"))
        await company.publish(events[half:], bad=2)
        status, text = await rebuilding
        assert 0 == status, text
        await asyncio.wait(
            [asyncio.ensure_future(process.logged("restored", 7)) for process in (one, other)],
            return_when=asyncio.FIRST_COMPLETED,
        )
        one.kill()
        async with worker(WORKER, settings, tmp_path):
            await company.becomes_exact()
        assert 4 == len(set(await company.dead_letters()))


async def test_an_addition_and_the_way_back(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """A new KPI needs nothing, and its keys go when it does; on the way back nothing of the others has changed."""
    company = Company(embedded_kafka.bootstrap, tmp_path, BEFORE, 300)
    settings = company.settings
    await ensure(settings, None)
    await company.publish(company.events)
    more = "kpis:\n  busy: {label: Busy, unit: count, count: [call, email_sent]}\n"
    for catalog in (BEFORE, BEFORE + more, BEFORE):
        company.catalog.write_text(catalog)
        directory = tmp_path / str(len(list(tmp_path.iterdir())))
        directory.mkdir()
        async with worker(WORKER, settings, directory) as process:
            await company.becomes_exact()
            process.terminate()
            assert 0 == (await process.ended())[0]
            changed = [(line["effect"], line["field"]) for line in process.lines("catalog_changed")]
            assert changed in ([], [("history", "kpis.busy")], [("same", "kpis.busy")])
    assert 1 == (await read_generations(settings)).current


async def test_an_installation_that_never_ran(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """Nothing processed yet is nothing to rebuild, and no fault."""
    company = Company(embedded_kafka.bootstrap, tmp_path, BEFORE, 10)
    await ensure(company.settings, None)
    await company.publish(company.events)

    status, text = await company.run("rebuild", "--no-wait")

    assert 0 == status, text
    assert "0 records read" in text
    assert 2 == (await read_generations(company.settings)).current
    async with worker(WORKER, company.settings, tmp_path) as process:
        await company.becomes_exact()
        process.terminate()
        assert 0 == (await process.ended())[0]


async def test_an_interruption_that_was_swallowed_underneath_ends_it_all_the_same() -> None:
    """Ctrl-C is asked for between steps: what is awaited may take a cancellation for its own end."""
    job = Rebuild(Settings(), Plan(load_catalog()))

    async def swallowing() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
        job._tell("reading events", 1, 2)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(swallowing())


@pytest.mark.parametrize("error", [PublishError("not acknowledged"), KafkaTimeoutError()])
async def test_one_that_was_overtaken_says_so_whatever_it_failed_of(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The later one removes what the earlier has written, under its hands: Kafka's words for that help nobody."""
    said: list[bytes | None] = []
    later = begin_record("later")

    async def log(_settings: Settings) -> Generations:
        return reduce(Generations.after, said, Generations())

    async def say(_settings: Settings, record: bytes) -> None:
        said.append(record)

    async def nothing(*_: object) -> set[int]:
        return set()

    @asynccontextmanager
    async def nobody(*_: object, **_options: object) -> AsyncIterator[None]:
        yield None

    class Failing(Rebuild):
        async def _check_beginning(self, events: object) -> None:
            pass

        async def _make(self, *_: object) -> None:
            said.extend(overtaking)
            raise error

    for name in ("ensure", "remove", "needed"):
        monkeypatch.setattr(rebuild, name, nothing)
    for name in ("event_log", "producing"):
        monkeypatch.setattr(rebuild, name, nobody)
    monkeypatch.setattr(rebuild, "read_generations", log)
    monkeypatch.setattr(rebuild, "append", say)

    overtaking: list[bytes] = []
    with pytest.raises(type(error)):
        await Failing(Settings(), Plan(load_catalog())).run()
    overtaking = [later]
    with pytest.raises(RebuildError, match="another rebuild was begun while this one ran"):
        await Failing(Settings(), Plan(load_catalog())).run()
