"""What waits for a client, and when that is too much."""

import asyncio

import pytest

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


@pytest.mark.parametrize("sizes", [(100,), (4, 100), (100, 4), (4, 100, 6), (100, 10), (10, 10)])
def test_one_message_always_fits(sizes: tuple[int, ...]) -> None:
    """It may be larger than the limit by itself, and others may wait before and after it."""
    one = client()
    for size in sizes:
        one.offer(b"x" * size)
    assert one.reason is None


@pytest.mark.parametrize("sizes", [(100, 11), (11, 100), (100, 100), (4, 100, 7), (8, 8, 8)])
def test_too_many_bytes_beside_the_largest_message(sizes: tuple[int, ...]) -> None:
    """Whatever it is, and wherever it stands."""
    one = client()
    for size in sizes:
        assert one.reason is None
        one.offer(b"x" * size)
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

    other = client()
    other.hold()
    other.offer(b"x" * 100)
    assert other.reason is None
    other.offer(b"x" * 11)
    assert other.reason == "too_slow"


async def test_what_comes_with_the_snapshot_ends_nobody_that_takes_it() -> None:
    """All comes at once, so there was no time to take it: who is slow is known when the next message comes."""
    quick, slow = client(), client()
    for one in (quick, slow):
        one.offer(b"r")
        one.hold()
        one.offer(b"c" * 100)
        one.snapshot(b"S" * 100)
        assert one.reason is None
    assert await quick.take() == b"r" + b"S" * 100 + b"c" * 100
    for one in (quick, slow):
        one.status(b"s")
    assert (quick.reason, slow.reason) == (None, "too_slow")


async def test_a_second_snapshot_while_a_large_one_waits() -> None:
    """Both have room until the next message: who takes them goes on, and for who does not no more is kept."""
    quick, slow = client(), client()
    for one in (quick, slow):
        for _ in range(2):
            one.hold()
            one.snapshot(b"S" * 100)
        assert one.reason is None
    assert await quick.take() == b"S" * 200
    for one in (quick, slow):
        one.status(b"s")
    assert (quick.reason, slow.reason) == (None, "too_slow")


async def test_who_never_takes_its_large_snapshot() -> None:
    """It is told good-bye as anybody else: by the time, or by what waits beside the snapshot."""
    one, other = client(), client()
    for each in (one, other):
        each.offer(b"r")
        await each.take()
        each.hold()
        each.snapshot(b"S" * 100)
    one.tick(106)
    assert one.reason == "too_slow"
    other.offer(b"c" * 10)
    assert other.reason is None
    other.offer(b"c")
    assert await other.take() == bye("too_slow")


def test_who_was_told_good_bye_gets_no_snapshot() -> None:
    """It was on its way when the client was ended."""
    one = client()
    one.hold()
    one.end("stopping")
    one.snapshot(b"S")
    assert [*one._queue] == [bye("stopping")]
