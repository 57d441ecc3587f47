"""A worker process: how it ends, well and badly."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from streams import worker as module
from streams.brokers.embedded import EmbeddedKafka
from streams.kafka.topic_admin import ensure
from streams.owning.holdings import Holdings
from streams.process import stopping
from streams.process.stopping import STOP_TIMEOUT_S
from streams.settings import Settings
from streams.topology import Stage
from streams.worker import START_AGAIN, run_worker
from tests.services.kafka import ApacheKafka
from tests.streams.fakes import FakeProcessor, fake_stage, turns
from tests.streams.processes import own_settings, publish, worker

Broker = EmbeddedKafka | ApacheKafka

TOY = ("tests.streams.toy_worker",)
FAULTY = "tests.streams.faulty_worker"

#: What supervisors allow between SIGTERM and SIGKILL.
TERM_S = 10.0


async def test_sigterm_ends_a_worker_with_0(broker: Broker, tmp_path: Path) -> None:
    """It finishes what runs, writes state, commits, leaves the group and is gone in a moment."""
    settings = own_settings(broker.bootstrap)
    await ensure(settings)
    async with worker(TOY, settings, tmp_path) as process:
        await process.logged("worker_started")

        process.terminate()
        status, seconds = await process.ended()

        assert 0 == status
        assert seconds < TERM_S
        assert 1 == len(process.lines("worker_stopped"))
        assert [] == process.lines("worker_failed")


async def test_sigterm_before_the_start_is_through_ends_it_with_0(broker: Broker, tmp_path: Path) -> None:
    """A deployment may be rolled back while it comes up."""
    settings = own_settings(broker.bootstrap)
    await ensure(settings)
    async with worker(TOY, settings, tmp_path) as process:
        await process.logged("worker_starting")

        process.terminate()
        status, seconds = await process.ended()

        assert 0 == status
        assert seconds < TERM_S


async def test_failing_processor_ends_it_with_1_and_one_clear_line(
    embedded_kafka: EmbeddedKafka, tmp_path: Path
) -> None:
    """Where and why, once; the process does not hang on what it can't finish."""
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings)
    await publish(settings, [(b"k", b"{}")])
    async with worker((FAULTY, "raise"), settings, tmp_path) as process:
        status, seconds = await process.ended()

        assert 1 == status
        assert seconds < 15.0
        (line,) = process.lines("worker_failed")
        assert line["where"].startswith("track[")
        assert "ZeroDivisionError('of a processor')" == line["error"]
        assert "fail()" in line["exception"]


async def test_a_missing_right_is_told_in_words(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """What is refused and where, in one line without a traceback."""
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings)
    await publish(settings, [(b"k", b"{}")])
    async with worker((FAULTY, "refused"), settings, tmp_path) as process:
        status, _ = await process.ended()

        assert 1 == status
        (line,) = process.lines("worker_failed")
        assert line["where"].startswith("track[")
        assert "crm.facts: this user has no right to read or write it" == line["error"]
        assert line["refused"]
        assert "exception" not in line


async def test_what_is_printed_goes_where_it_was_printed_to(
    embedded_kafka: EmbeddedKafka, tmp_path: Path
) -> None:
    """Faust's own worker would turn it into log lines."""
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings)
    await publish(settings, [(b"k", b"{}")])
    async with worker((FAULTY, "print"), settings, tmp_path) as process:
        while not process.output:
            await asyncio.sleep(0.05)

        assert "a processor's own line\n" == process.output
        process.terminate()
        assert 0 == (await process.ended())[0]


@pytest.mark.slow
async def test_stop_has_a_deadline_of_its_own(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """A loop that hangs can't end the process: a thread does, before the supervisor's patience is out."""
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings)
    await publish(settings, [(b"k", b"{}")])
    async with worker((FAULTY, "hang"), settings, tmp_path) as process:
        while "hanging" not in process.output:
            await asyncio.sleep(0.05)

        process.terminate()
        status, seconds = await process.ended()

        assert 1 == status
        assert STOP_TIMEOUT_S - 1.0 < seconds < TERM_S
        assert 1 == len(process.lines("stop_timed_out"))


async def test_broker_that_is_away_ends_the_start_with_1(tmp_path: Path) -> None:
    """A supervisor tries again; the line says what could not be reached."""
    async with worker(TOY, own_settings("127.0.0.1:1"), tmp_path) as process:
        status, seconds = await process.ended()

        assert 1 == status
        assert seconds < 15.0
        (line,) = process.lines("worker_failed")
        assert "127.0.0.1" in line["error"]


async def test_group_that_refuses_the_worker_ends_it_with_1(
    embedded_kafka: EmbeddedKafka, tmp_path: Path
) -> None:
    """Faust as shipped waits for ever when the coordinator says no."""
    settings = own_settings(embedded_kafka.bootstrap, session_timeout_s=1)  # the broker wants six at least
    await ensure(settings)
    async with worker(TOY, settings, tmp_path) as process:
        status, seconds = await process.ended()

        assert 1 == status
        assert seconds < 15.0
        (line,) = process.lines("worker_failed")
        assert "InvalidSessionTimeout" in line["error"]


@pytest.mark.slow
async def test_group_that_keeps_a_worker_waiting_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    """A rebalance waits for a silent member; who is told to end meanwhile has nothing unsaved, and goes."""
    async with EmbeddedKafka() as broker:  # which waits for ever
        silent = own_settings(broker.bootstrap, instance_id="silent")
        waiting = silent.model_copy(update={"instance_id": "waiting"})
        await ensure(silent)
        first, second = tmp_path / "first", tmp_path / "second"
        first.mkdir()
        second.mkdir()
        async with worker(TOY, silent, first) as process:
            await process.logged("worker_started")
        async with worker(TOY, waiting, second) as process:
            await process.logged("worker_starting")
            await asyncio.sleep(4.0)  # it is in the midst of joining, and gets no answer
            assert [] == process.lines("worker_started")

            process.terminate()
            status, seconds = await process.ended()

            assert 0 == status
            assert seconds < TERM_S


@pytest.mark.slow
async def test_sigterm_while_the_broker_is_away_ends_it_in_time(tmp_path: Path) -> None:
    """Nobody to commit to, and still no supervisor has to kill it: nothing is lost by giving up."""
    async with EmbeddedKafka() as broker:
        settings = own_settings(broker.bootstrap)
        await ensure(settings)
        async with worker(TOY, settings, tmp_path) as process:
            await process.logged("worker_started")
            await broker.kill()

            process.terminate()
            status, seconds = await process.ended()

            assert status in (0, 1)
            assert seconds < TERM_S


async def test_every_stage_ticks_live() -> None:
    """Else whole ticks would say all the same, only later."""
    stages = [fake_stage(lambda _: FakeProcessor(), name=name) for name in ("one", "two")]
    forever, ticking = asyncio.Event().wait, list[str]()

    async def begun() -> None: ...

    async def run_live(stage: Stage) -> None:
        ticking.append(stage.name)
        await forever()

    shell = SimpleNamespace(
        app=SimpleNamespace(start=begun, wait=forever), failed=asyncio.Event(), holdings=Holdings(stages),
        ticker=SimpleNamespace(run=forever, run_live=run_live),
    )  # fmt: skip
    tasks = module._start(shell, asyncio.Event(), None)  # type: ignore[arg-type]
    await turns()
    for task in tasks:
        task.cancel()

    assert ["one", "two"] == ticking
    assert {"tick_live one", "tick_live two"} < {task.get_name() for task in tasks}


@pytest.mark.parametrize(("stopped", "status"), [(False, START_AGAIN), (True, 0)])
def test_who_is_asked_to_stop_does_not_start_again(
    monkeypatch: pytest.MonkeyPatch, stopped: bool, status: int
) -> None:
    """A worker that gives way to a rebuild starts again, unless a supervisor wants it gone while it saves.

    What it has in memory is held until the process is gone.
    """
    stop, held = asyncio.Event(), list[object]()

    class Superseded:
        def __init__(self, *_: Any) -> None:
            self.superseded = asyncio.Event()
            self.superseded.set()

        async def confirm(self) -> None: ...

        @asynccontextmanager
        async def following(self, _fail: Any) -> AsyncIterator[None]:
            yield

    class Idle:
        def __init__(self, _settings: Settings, _stages: Any, status: Any, _confirm: Any) -> None:
            self.status, self.failed, self.holdings = status, asyncio.Event(), Holdings([])
            forever = asyncio.Event().wait
            self.app = SimpleNamespace(start=asyncio.Event().wait, wait=forever, stop=nothing)
            self.ticker = SimpleNamespace(run=forever, run_live=forever)

        def fail(self, where: str, error: BaseException) -> None:
            raise AssertionError(where) from error

        async def save(self) -> None:
            if stopped:
                stop.set()

    async def nothing() -> None: ...

    @contextmanager
    def signals(*_: Any) -> Iterator[asyncio.Event]:
        yield stop

    monkeypatch.setattr(module, "Shell", Idle)
    monkeypatch.setattr(module, "Watch", Superseded)
    monkeypatch.setattr(stopping, "_signals", signals)
    monkeypatch.setattr(module, "garbage", SimpleNamespace(relax=lambda: None))
    monkeypatch.setattr(module, "LEAVING", SimpleNamespace(hold=held.append))

    assert run_worker(Settings(), [], generation=1) == status
    assert [Idle] == [type(one) for one in held]
