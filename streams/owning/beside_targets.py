"""Targets beside a worker: their topic is read whole before the worker starts, and followed as long as it runs."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog

from processors.partition import Record
from processors.targets import Targets
from streams.kafka.follower import followed
from streams.kafka.kafka_clients import client_options
from streams.settings import Settings
from streams.status import WorkerStatus
from streams.topics import topics

log = structlog.get_logger(__name__)


def following_targets(
    settings: Settings, targets: Targets
) -> Callable[[WorkerStatus], AbstractAsyncContextManager[None]]:
    """Return what keeps `targets` as their topic says."""

    @asynccontextmanager
    async def beside(status: WorkerStatus) -> AsyncIterator[None]:
        topic = topics(settings).targets
        async with followed(client_options(settings), topic, _taking(targets), status.fail):
            yield

    return beside


def _taking(targets: Targets) -> Callable[[Sequence[Record]], None]:
    def take(records: Sequence[Record]) -> None:
        for record, outcome in zip(records, targets.take(records), strict=True):
            if outcome.refused is not None:
                # Each start reads it again, so it is counted and told, and kept where it is.
                log.warning("target_refused", offset=record.offset, why=outcome.refused.sentence)

    return take
