"""Committing: what Faust does as shipped, and that our changes still take hold of it."""

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance, GroupCoordinator
from aiokafka.errors import CommitFailedError, GroupAuthorizationFailedError, IllegalStateError
from faust.transport import consumer as faust_consumer
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from structlog.testing import capture_logs

from processors.partition import StateItem
from streams.kafka.publishing import PublishError
from streams.owning.membership import keep
from tests.streams.fakes import FakeProcessor, turns
from tests.streams.faust_apps import SOURCE, TP0, hold, message, our_shell, shipped_app


class World:
    """Our consumer over a changelog and a group that note what comes."""

    def __init__(self, **settings: Any) -> None:
        self.shell = our_shell(**settings)
        self.journal: list[Any] = []
        self.consumer = self.shell.app.consumer
        self.consumer._thread.assignment = lambda: {TP0, TP(SOURCE, 1)}
        self.consumer._thread.commit = self.commit
        self.shell._checkpoint._write = self.write

        async def flush() -> None: ...

        self.shell.app.producer.flush = flush

    async def write(self, topic: str, partition: int, items: Sequence[StateItem]) -> None:
        await asyncio.sleep(0)
        self.journal.append(("written", [key for key, _ in items]))

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        self.journal.append(("commit", dict(offsets)))
        return True


async def test_commit_is_a_checkpoint_first() -> None:
    """Groups of state, each acknowledged, the cut last, and only then the offset that they contain."""
    world = World()
    hold(world.shell, cut=41)

    assert await world.consumer.commit()

    assert [("written", [b"group-0"]), ("written", [b"cut"]), ("commit", {TP0: 42})] == world.journal


async def test_timer_and_stop_commit_by_the_overridden_method() -> None:
    """Faust's own timer makes our checkpoints, and its stop the last one."""
    for caller in (driver.Consumer._commit_handler.fun, driver.Consumer.commit_and_end_transactions):
        assert "self.commit(" in inspect.getsource(caller)


async def test_what_was_acknowledged_in_faust_decides_nothing() -> None:
    """A chunk may be through the agent and its state not yet written: only the durable cut counts."""
    world = World()
    holding = hold(world.shell, cut=41)
    world.consumer.app.topics._acking_topics.add(SOURCE)
    world.consumer.ack(message(999))

    await world.consumer.commit()
    holding.processor.cut = 50

    assert 42 == world.consumer._new_offset(TP0)


async def test_acknowledged_offsets_do_not_pile_up() -> None:
    """Nothing reads them any more, so they must not grow for ever."""
    world = World()
    hold(world.shell, cut=41)
    world.consumer.app.topics._acking_topics.add(SOURCE)
    for offset in range(100):
        world.consumer.ack(message(offset))
    assert 100 == len(world.consumer._acked[TP0])

    await world.consumer.commit()

    assert not world.consumer._acked
    assert not world.consumer._acked_index


async def test_shipped_commits_fall_behind_when_offsets_are_skipped() -> None:
    """Three chunks acknowledged, one committed: the gap's end is the acknowledged offset once more."""
    consumer = shipped_app().consumer
    consumer._acked[TP0] = [99, 199, 299]
    await consumer._add_gap(TP0, 100, 199)
    await consumer._add_gap(TP0, 200, 299)

    assert 200 == consumer._new_offset(TP0)


async def test_ours_adds_no_gaps() -> None:
    """The offsets inside a chunk are none."""
    consumer = our_shell().app.consumer

    await consumer._add_gap(TP0, 100, 199)

    assert not consumer._gap[TP0]


async def test_refused_commit_is_tried_again() -> None:
    """Faust takes it for done, and would not commit a partition again before it moves on."""
    world = World()
    hold(world.shell, cut=41)
    answers = [False, True]

    async def commit(offsets: Mapping[TP, int]) -> bool:
        world.journal.append(("commit", dict(offsets)))
        return answers.pop(0)

    world.consumer._thread.commit = commit
    assert not await world.consumer.commit()
    world.journal.clear()

    assert await world.consumer.commit()

    assert [("commit", {TP0: 42})] == world.journal


async def test_same_cut_is_not_committed_again() -> None:
    """A quiet partition costs nothing."""
    world = World()
    hold(world.shell, cut=41)
    await world.consumer.commit()
    world.journal.clear()

    await world.consumer.commit()

    assert [] == world.journal


async def test_failed_checkpoint_commits_nothing_new_and_ends_the_worker() -> None:
    """State in doubt: the offset stays, the process goes."""
    world = World()
    hold(world.shell, cut=41)

    async def fail(*_: Any) -> None:
        raise PublishError("in doubt")

    world.shell._checkpoint._write = fail
    await world.consumer.commit()

    assert [] == world.journal
    assert world.shell.failed.is_set()
    assert ["checkpoint: PublishError"] == world.shell.status.failures()


async def test_nothing_is_checkpointed_after_a_failure() -> None:
    """What is in memory may be ahead of what is acknowledged."""
    world = World()
    hold(world.shell, cut=41)
    world.shell.fail("track[0]", PublishError("in doubt"))

    await world.consumer.commit()

    assert [] == world.journal


async def test_save_commits_even_while_another_commit_runs() -> None:
    """Faust lets a second commit return with nothing done; before a rebalance that would lose a second."""
    world = World()
    holding = hold(world.shell, cut=41)
    running = asyncio.ensure_future(world.consumer.commit())
    while not world.journal:
        await asyncio.sleep(0)
    holding.processor.cut = 50

    await asyncio.gather(running, world.shell.save())

    assert ("commit", {TP0: 51}) == world.journal[-1]


@pytest.mark.parametrize("error", [CommitFailedError("gone"), IllegalStateError("not assigned")])
async def test_refused_commit_is_no_crash(error: Exception) -> None:
    """Where to go on is part of the state; Faust as shipped would end the worker."""

    class Inner:
        async def commit(self, offsets: Any) -> None:
            raise error

        def assignment(self) -> set[TP]:
            return {TP0}

    crashes = []
    for thread in (shipped_app().consumer._thread, our_shell().app.consumer._thread):
        thread._consumer = Inner()

        async def crash(reason: BaseException, thread: Any = thread) -> None:
            crashes.append(thread)

        thread.crash = crash
        assert not await thread._commit({TP0: 1})

    assert [driver.AIOKafkaConsumerThread] == [type(thread) for thread in crashes]


async def test_heartbeats_renew_the_lease_and_a_reset_ends_it() -> None:
    """The lease hangs on three methods of aiokafka's coordinator, which it must go on calling by itself."""

    class Coordinator:
        answered = True
        _group_instance_id = None

        async def _send_req(self, request: Any) -> Any: ...

        async def _do_heartbeat(self) -> bool:
            return self.answered

        def reset_generation(self) -> None: ...

    shell = our_shell()
    coordinator: Any = Coordinator()
    keep(shell.lease, coordinator)

    coordinator.answered = False
    await coordinator._do_heartbeat()
    assert not shell.lease.held
    coordinator.answered = True
    await coordinator._do_heartbeat()
    assert shell.lease.held
    coordinator.reset_generation()
    assert not shell.lease.held

    source = inspect.getsource(GroupCoordinator)
    assert "await self._do_heartbeat()" in source
    assert "await self._coordinator._send_req(request)" in inspect.getsource(CoordinatorGroupRebalance)
    assert "self.reset_generation()" in source


@pytest.mark.parametrize(("instance_id", "told"), [("a", True), (None, False)])
async def test_a_name_that_another_process_took_is_told(instance_id: str | None, told: bool) -> None:
    """Two of one name put each other out for ever; that the group forgets who was silent is another matter."""

    class Coordinator:
        group_id = "crm-pulse"
        _group_instance_id = instance_id

        async def _send_req(self, request: Any) -> Any: ...

        async def _do_heartbeat(self) -> bool:
            self.reset_generation()
            return False

        def reset_generation(self) -> None: ...

    lease = our_shell().lease
    coordinator: Any = Coordinator()
    keep(lease, coordinator)

    with capture_logs() as silent:
        await coordinator._do_heartbeat()
    lease.renew(lease.now())
    with capture_logs() as lines:
        await coordinator._do_heartbeat()

    assert [] == silent
    assert told == any("CRM_PULSE_INSTANCE_ID" in line["says"] for line in lines)
    source = inspect.getsource(GroupCoordinator)
    assert "self._group_instance_id = group_instance_id" in source
    assert "self.group_id" in source


async def test_group_that_refuses_us_ends_the_worker() -> None:
    """aiokafka keeps the error until somebody asks; Faust never does, and would wait for ever."""
    assert "check_errors" not in inspect.getsource(driver)
    assert "check_errors" not in inspect.getsource(faust_consumer)

    class Inner:
        _coordinator = property(lambda self: self)

        def check_errors(self) -> None:
            raise GroupAuthorizationFailedError("crm-pulse")

    thread = our_shell().app.consumer._thread
    thread._consumer = Inner()

    async def sleep(seconds: float) -> None: ...

    thread.sleep = sleep
    with pytest.raises(GroupAuthorizationFailedError):
        await type(thread)._watch_coordination.fun(thread)


async def test_shipped_flush_can_return_before_all_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why tables are not written through Faust: an offset could be committed before its changelog."""

    async def nothing_sent_in_time(waiting: Any, timeout: float) -> None:
        waiting.close()
        raise TimeoutError

    buffer = shipped_app().producer.buffer
    buffer._started.set()
    buffer.put(object())
    monkeypatch.setattr(asyncio, "wait_for", nothing_sent_in_time)

    await buffer.flush()

    assert 1 == buffer.size


async def test_rebalance_does_not_wait_for_messages_the_faust_way() -> None:
    """Faust's wait can hang for ever after a crash, and collects garbage at each look."""
    source = inspect.getsource(driver.Consumer.wait_empty)
    assert "gc.collect()" in source
    shell = our_shell()
    assert shell.app.conf.stream_wait_empty is False

    async def wait_empty() -> None:
        raise AssertionError("waited")

    shell.app.consumer.wait_empty = wait_empty
    await shell.app._consumer_wait_empty(shell.app.consumer, None)


async def test_agent_that_fails_ends_the_worker_and_gets_no_further_chunk() -> None:
    """Faust would start the agent again and give it the next chunk, past the one that failed."""
    shell = our_shell()
    holding = hold(shell, cut=-1)

    reached: list[int] = []

    class Faulty(FakeProcessor):
        def process(self, records: Any, now_us: int) -> Any:
            reached.append(records[0].offset)
            raise ZeroDivisionError("of a processor")

    holding.processor = Faulty()

    class Stream:
        async def events(self) -> Any:
            for offset in (0, 1):
                one = message(offset)
                yield type("Event", (), {"message": one, "value": [one]})
            await asyncio.Event().wait()

    consuming = asyncio.ensure_future(shell._consume(Stream()))
    await shell.failed.wait()
    await turns()

    assert not consuming.done()
    assert [0] == reached
    assert ["toy[0]: ZeroDivisionError"] == shell.status.failures()
    consuming.cancel()
