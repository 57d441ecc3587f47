"""What waits for a client, and when that is too much."""

import asyncio

from streams.web.api.client import Client
from streams.web.api.limits import Limits
from streams.web.api.sse import bye

LIMITS = Limits(queue_messages_max=3, queue_bytes_max=10, stalled_s=5)


def client() -> Client:
    """Return one to whom nothing was said."""
    return Client("token x", LIMITS, 100.0)


async def test_what_waits_is_taken_at_once() -> None:
    """Several messages are one write."""
    one = client()
    one.offer(b"a")
    one.offer(b"b")

    assert await one.take() == b"ab"
    later = asyncio.ensure_future(one.take())
    one.offer(b"c")
    assert await later == b"c"


async def test_too_many_messages() -> None:
    """Good-bye instead of what waits."""
    one = client()
    for _ in range(4):
        one.offer(b"x")
    one.offer(b"late")

    assert (one.reason, one.over.is_set()) == ("too_slow", True)
    assert await one.take() == bye("too_slow")


async def test_too_many_bytes_but_one_message_always_fits() -> None:
    """A snapshot may be larger than the limit by itself."""
    one = client()
    one.offer(b"x" * 100)
    assert one.reason is None
    one.offer(b"y")
    assert one.reason == "too_slow"


async def test_a_client_that_takes_nothing_for_long() -> None:
    """However little waits for it; one for whom nothing waits is quiet, not slow."""
    one = client()
    one.tick(1_000)
    assert one.reason is None
    one.offer(b"x")
    await one.take()
    one.tick(1_003)
    one.sent()
    one.tick(1_010)
    assert one.reason is None
    one.offer(b"y")
    await one.take()
    one.tick(1_015)
    assert one.reason is None
    one.tick(1_016)
    assert one.reason == "too_slow"


async def test_nothing_comes_before_the_snapshot_but_a_status() -> None:
    """What changed meanwhile comes after it."""
    one = client()
    one.hold()
    one.offer(b"c")
    one.status(b"s")
    assert one.waits_for_snapshot
    assert await one.take() == b"s"
    one.snapshot(b"S")
    assert await one.take() == b"Sc"
    assert not one.waits_for_snapshot


def test_what_is_held_is_bounded_too() -> None:
    """A store that is slow to give a snapshot fills no memory."""
    one = client()
    one.hold()
    for _ in range(4):
        one.offer(b"x")
    assert one.reason == "too_slow"
