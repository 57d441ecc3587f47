"""Cancellation that libraries swallow."""

import asyncio


def cancellations() -> int:
    """Return how often this task was cancelled so far, for `heed_cancellation`."""
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()


def heed_cancellation(known: int = 0) -> None:
    """Raise CancelledError if this task was cancelled, for what goes on after calls of Redis and Kafka clients.

    Not if that was `known` already: who cleans up after it may use these clients too.

    Both now and then swallow a cancellation that comes during a call: redis-py (8.1) in a retry; aiokafka (0.14)
    while its `stop` waits for tasks that it has cancelled itself. The call then succeeds, or fails as if the server
    were away, and a loop around it would go on for ever.
    """
    if cancellations() > known:
        raise asyncio.CancelledError
