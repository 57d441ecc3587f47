"""Tells the engine how long alerts went on, beside delivery, which does not depend on it."""

import asyncio

import structlog

from processors.notify.ends import Ends
from streams.kafka.publishing import Publisher, PublishError
from streams.owning.membership import Lease, LeaseLostError

log = structlog.get_logger(__name__)


async def tell_ends(ends: Ends, news: asyncio.Event, publisher: Publisher, lease: Lease) -> None:
    """Publish what there is to tell whenever there are news, for ever.

    What is refused (nobody need allow this process to write on the activity's topic), or left out by a crash, is
    told at the next start.

    Raises:
        LeaseLostError, PublishError: another process may have its turn.
    """
    while True:
        await news.wait()
        news.clear()
        if sends := ends.sends():
            await lease.assured()
            try:
                await publisher.publish(sends)
            except PublishError as error:
                if isinstance(error.__cause__, LeaseLostError):
                    raise
                log.error("ends_not_told", events=len(sends), error=str(error), again="at the next start")
