"""A producer as long as it is needed: made, started, and stopped in time.

aiokafka never lets go of a record of an idempotent producer while its partition has a leader that it knows of, be that
one there or not; and its `stop` waits for all of them. So what had to be done within some seconds hung for ever when
the broker went away in the middle of it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerClosed

from streams.kafka.kafka_clients import client_options
from streams.kafka.resilience import resilient
from streams.owning.membership import Lease, leased
from streams.process.cancellation import heed_cancellation
from streams.settings import Settings

STOP_S: Final = 1.0
"""Whoever wants a record to arrive has awaited it: what is left then is in doubt already, and good-byes are quick."""

Requests = set["asyncio.Task[Any]"]
"""What waits for a broker's answer, or for leave to ask it."""


@asynccontextmanager
async def producing(
    settings: Settings, lease: Lease | None = None, **options: Any
) -> AsyncIterator[AIOKafkaProducer]:
    """Yield a producer each of whose records comes once, and in order; `options` are aiokafka's.

    With a member's `lease`, records leave only while no other member can have its place. When the context ends,
    records that are not acknowledged a moment later never leave any more.

    Raises:
        KafkaError: the cluster can't be reached.
        OSError, ValueError: the settings can't be used.
    """
    producer = AIOKafkaProducer(**client_options(settings), acks="all", enable_idempotence=True, **options)
    resilient(producer.client)
    if lease is not None:
        leased(producer.client, lease)
    under_way = _noted(producer._sender)
    try:
        await producer.start()
        yield producer
    finally:
        await _stop(producer, under_way)
        heed_cancellation()


def _noted(sender: Any) -> Requests:
    """Return the tasks of a sender that have a request under way, kept up to date."""
    request, under_way = sender._send_produce_req, Requests()

    async def noted_request(node_id: Any, batches: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        try:
            await request(node_id, batches)
        finally:
            under_way.discard(task)

    sender._send_produce_req = noted_request
    return under_way


async def _stop(producer: Any, under_way: Requests) -> None:
    stopping = asyncio.create_task(producer.stop())
    try:
        await asyncio.wait([stopping], timeout=STOP_S)
    finally:
        if not stopping.done():
            await _break_off(producer, under_way, stopping)
    if not stopping.cancelled():
        stopping.result()


async def _break_off(producer: Any, under_way: Requests, stopping: "asyncio.Task[None]") -> None:
    """End everything of a producer that does not end by itself: nothing leaves through it afterwards."""
    sender = producer._sender.sender_task
    # The requests too: a sender that is canceled waits for them, and they for a broker, or for a lease.
    ending = [stopping, *under_way, *([] if sender is None else [sender])]
    for task in ending:
        task.cancel()
    for connection in producer.client._conns.values():
        if connection._writer is not None:
            connection._writer.transport.abort()  # a clean end would wait for the other side
    await asyncio.wait(ending)
    left = producer._message_accumulator
    batches = [*left._pending_batches, *chain.from_iterable(left._batches.values())]
    left.fail_all(ProducerClosed())
    for batch in batches:
        if not batch.future.cancelled():
            batch.future.exception()  # whoever waited for it may be gone, and nobody else need be told
    await producer.client.close()
