"""Fetching: what Faust does as shipped, and that our changes still take hold of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import IllegalStateError, KafkaConnectionError, TopicAuthorizationFailedError
from faust.types import TP, ConsumerMessage

from streams.kafka.refused import refusal
from tests.streams.faust_apps import SOURCE, TP0, fetched, message, our_shell, shipped_app

Fetch = Mapping[TP, Sequence[Any]]


async def messages_of(consumer: Any, fetch: Fetch) -> list[ConsumerMessage]:
    """Return what Faust makes of a fetch."""

    async def wait_next_records(timeout: float) -> tuple[Fetch, set[TP]]:
        return fetch, set(fetch)

    consumer._wait_next_records = wait_next_records
    consumer.highwater = lambda tp: 0
    return [message async for _, message in consumer.getmany(1.0)]


async def drained(consumer: Any, offsets: Sequence[int]) -> tuple[list[int], int]:
    """Run Faust's loop over messages; return which were handed on, and how many waits it made for them."""
    handed: list[int] = []
    waits = 0

    async def getmany(timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:
        for offset in offsets:
            yield TP0, message(offset)
        consumer._stopped.set()

    async def on_message(one: ConsumerMessage) -> None:
        handed.append(one.offset)

    async def wait_first(*work: Any) -> None:
        nonlocal waits
        waits += 1
        for one in work:
            if one is work[0]:
                await one
            else:
                one.close()

    consumer.getmany, consumer.callback, consumer.wait_first = getmany, on_message, wait_first
    consumer.app.topics._acking_topics.add(SOURCE)
    await consumer._drain_messages(consumer)
    return handed, waits


async def test_shipped_every_record_is_a_message() -> None:
    """If Faust learns to hand on chunks by itself, folding can go."""
    found = await messages_of(shipped_app().consumer, {TP0: fetched(*range(1_000))})

    assert 1_000 == len(found)


async def test_ours_the_records_of_a_partition_are_one_message() -> None:
    """A fetch of three partitions runs through Faust as three messages, at the last record's offset."""
    fetch: Fetch = {TP(SOURCE, number): fetched(5, 6, 9) for number in range(3)} | {TP(SOURCE, 3): []}

    found = await messages_of(our_shell().app.consumer, fetch)

    assert [(0, 9), (1, 9), (2, 9)] == [(one.partition, one.offset) for one in found]


async def test_ours_the_agent_gets_the_fetched_records_themselves() -> None:
    """Nothing is decoded or copied on the way: the list that aiokafka made arrives."""
    shell = our_shell()
    records = fetched(5, 6)
    (found,) = await messages_of(shell.app.consumer, {TP0: records})
    (agent,) = shell.app.agents.values()

    event = await agent.channel.decode(found, propagate=True)

    assert event.value is records


async def test_every_message_costs_faust_a_wait_of_two_tasks() -> None:
    """Why folding pays: the loop makes tasks for each message, so a chunk must be one."""
    for consumer in (shipped_app().consumer, our_shell().app.consumer):
        _, waits = await drained(consumer, [5, 6, 7])
        assert 3 == waits


async def test_shipped_what_comes_again_after_a_seek_is_dropped() -> None:
    """Faust forgets that it was sent back when a message was on its way: the log would be lost on us."""
    handed, _ = await drained(shipped_app().consumer, [100, 50, 101])

    assert [100, 101] == handed


async def test_ours_what_comes_again_after_a_seek_is_handed_on() -> None:
    """The state knows what it has; Faust's guess must not decide."""
    handed, _ = await drained(our_shell().app.consumer, [100, 50, 101])

    assert [100, 50, 101] == handed


async def test_shipped_jumps_between_chunks_are_gaps_and_ours_are_not() -> None:
    """Faust would keep an interval for every chunk, from which its commits can't recover."""
    for consumer, gaps in ((shipped_app().consumer, 1), (our_shell().app.consumer, 0)):
        await drained(consumer, [99, 199])
        assert gaps == len(consumer._gap[TP0])


async def test_fetched_records_are_lost_when_a_rebalance_comes_between() -> None:
    """Why a chunk is compared with the state's cut: Faust drops the rest of a fetch, and goes on behind it."""
    for shell_or_app in (shipped_app(), our_shell().app):
        consumer: Any = shell_or_app.consumer
        fetch: Fetch = {TP(SOURCE, 0): fetched(1), TP(SOURCE, 1): fetched(1)}

        async def wait_next_records(timeout: float, fetch: Fetch = fetch) -> tuple[Fetch, set[TP]]:
            return fetch, set(fetch)

        consumer._wait_next_records = wait_next_records
        consumer.highwater = lambda tp: 0
        found = []
        async for tp, _ in consumer.getmany(1.0):
            found.append(tp)
            consumer.app.consumer_generation_id += 1

        assert 1 == len(found)


async def test_shipped_a_full_queue_stops_the_fetch_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """With chunks for messages, a queue is full at two, and Faust would sleep most of the time."""
    shipped, ours = shipped_app().consumer, our_shell().app.consumer
    for consumer, left in ((shipped, set()), (ours, {TP0})):
        consumer._active_partitions = {TP0}
        consumer.on_buffer_full(TP0)
        assert left == consumer._active_partitions

    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(shipped, "sleep", sleep)
    await shipped._wait_next_records(1.0)
    assert [1] == slept


async def test_few_chunks_wait_for_an_agent() -> None:
    """A chunk has thousands of records: the default of 4,096 messages would be the whole memory."""
    shell = our_shell()
    (agent,) = shell.app.agents.values()

    assert 2 == shell.app.conf.stream_buffer_maxsize
    assert 2 == agent.channel.queue.maxsize
    assert 1 == agent.concurrency


async def test_shipped_question_for_the_end_of_a_lost_partition_crashes() -> None:
    """aiokafka asserts; Faust asks for each message, from another thread than the one that lost the partition."""

    class Lost:
        def highwater(self, tp: TP) -> int:
            raise AssertionError("Partition is not assigned")

    with pytest.raises(AssertionError):
        _ = shipped_consumer(Lost()).highwater(TP0)

    ours = our_shell().app.consumer
    ours._thread._consumer = Lost()
    assert ours.highwater(TP0) is None


@pytest.mark.parametrize(
    ("fetched_to", "position", "highwater", "nothing"),
    [
        (6, 9, 9, True),  # two offsets of which no record came
        (None, 9, 9, True),  # likewise after a restart
        (8, 9, 9, False),  # a chunk that waits to be processed
        (6, 8, 9, False),  # not read to the end
        (6, None, 9, False),
    ],
)
async def test_ours_the_end_of_a_log_may_hold_no_records(
    fetched_to: int | None, position: int | None, highwater: int, nothing: bool
) -> None:
    """Markers of transactions have offsets: whether something waits tells where fetching is, and what it brought."""

    class Inner:
        _subscription = property(lambda self: self)
        subscription = property(lambda self: self)
        assignment = property(lambda self: self)

        def state_value(self, tp: TP) -> Any:
            return None if position is None else SimpleNamespace(position=position)

        def highwater(self, tp: TP) -> int:
            return highwater

    consumer = our_shell().app.consumer
    consumer._thread._consumer = Inner()
    if fetched_to is not None:
        consumer._thread.getmany = fetching({TP0: fetched(fetched_to)})
        await consumer._getmany({TP0}, 1.0)

    assert nothing is consumer.holds_nothing_after(TP0, 6)


def fetching(fetch: Fetch) -> Any:
    """Return a fetch that brings these."""

    async def getmany(*_: Any) -> Fetch:
        return fetch

    return getmany


async def test_where_a_partition_begins_may_be_unknown() -> None:
    """The broker may be away: then a gap is told as it was."""
    consumer = our_shell().app.consumer

    async def away(*_: Any) -> Any:
        raise KafkaConnectionError

    consumer._thread.earliest_offsets = fetching({TP0: 5})
    assert 5 == await consumer.first_offset(SOURCE, 0)
    consumer._thread.earliest_offsets = away
    assert await consumer.first_offset(SOURCE, 0) is None


def shipped_consumer(inner: Any) -> Any:
    consumer = shipped_app().consumer
    consumer._thread._consumer = inner
    return consumer


async def test_shipped_look_for_stalled_partitions_falls_over_lost_ones() -> None:
    """Faust's livelock detector reads the state of partitions that may just have gone: a crash of the worker."""

    class Tps:
        active = True

        def state_value(self, tp: TP) -> None:
            return None

    class Inner:
        _fetcher = property(lambda self: self)
        _subscriptions = property(lambda self: self)
        subscription = property(lambda self: self)
        assignment = Tps()

    shipped = shipped_consumer(Inner())
    shipped._thread.time_started = 0.0
    shipped._thread._verify_aiokafka_event_path = lambda now, tp: False
    with pytest.raises(AttributeError):
        shipped.verify_event_path(0.0, TP0)

    our_shell().app.consumer.verify_event_path(0.0, TP0)


async def test_shipped_a_fetch_that_is_refused_crashes() -> None:
    """The error goes up through two services, each of which prints where it was."""
    consumer = shipped_app().consumer
    consumer._thread.getmany = refused
    with pytest.raises(TopicAuthorizationFailedError):
        await consumer._getmany({TP0}, 1.0)


async def test_ours_a_fetch_that_is_refused_ends_the_worker() -> None:
    """It is told which topic, and hands on nothing more."""
    shell = our_shell()
    shell.app.consumer._thread.getmany = refused
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await shell.app.consumer._getmany({TP0}, 1.0)

    assert shell.failed.is_set()
    assert "fetching" == shell.status.failed_in
    assert refusal(shell.status.failure, "read") == f"{SOURCE}: this user has no right to read it"


async def refused(*_: Any) -> None:
    """Answer as aiokafka does where the broker lets nobody read."""
    raise TopicAuthorizationFailedError(SOURCE)


async def test_seek_back_is_made_in_the_fetching_thread_and_survives_a_lost_partition() -> None:
    """aiokafka's consumer belongs to its thread; and the partition may be gone when we want to go back."""
    shell = our_shell()
    thread = shell.app.consumer._thread
    sought: list[Any] = []

    async def seek_wait(partitions: Any) -> None:
        sought.append(partitions)
        raise IllegalStateError("No current assignment")

    thread.seek_wait = seek_wait
    await shell._seek_back(SOURCE, 0, 17)

    assert [{TP0: 17}] == sought
