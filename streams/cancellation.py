"""Cancellation that libraries swallow."""

import asyncio


def heed_cancellation() -> None:
    """Raise CancelledError if this task was cancelled, for what goes on after calls of Redis and Kafka clients.

    Both now and then swallow a cancellation that comes during a call: redis-py (8.1) in a retry; aiokafka (0.14)
    while its `stop` waits for tasks that it has cancelled itself. The call then succeeds, or fails as if the server
    were away, and a loop around it would go on for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
