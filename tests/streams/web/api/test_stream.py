"""The response of the event stream, against ASGI's two ends."""

import asyncio
from collections.abc import Callable
from typing import Any

from streams.web.api.client import Client
from streams.web.api.limits import Limits
from streams.web.api.sse import bye
from streams.web.api.stream import EventStream

PEER = ("127.0.0.1", 5)


class Connection:
    """A peer that reads, stops reading, or goes."""

    def __init__(self) -> None:
        self.client = Client("x", Limits(), 0.0)
        self.sent: list[dict[str, Any]] = []
        self.left, self.cut = 0, []  # type: ignore[var-annotated]
        self.reads, self.gone = asyncio.Event(), asyncio.Event()
        self.reads.set()

    async def send(self, message: Any) -> None:
        await self.reads.wait()
        self.sent.append(message)

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    def leave(self) -> None:
        self.left += 1

    def serve(self, bye_s: float = 0.01) -> "asyncio.Task[None]":
        """Answer it."""
        response = EventStream(self.client, self.leave, self.cut.append, bye_s)
        return asyncio.create_task(response({"type": "http", "client": PEER}, self.receive, self.send))  # type: ignore[arg-type]

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait for something."""
        async with asyncio.timeout(5):
            while not what():
                await asyncio.sleep(0)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


async def test_what_is_queued_is_sent_until_the_peer_goes() -> None:
    """As a stream that no proxy may keep."""
    one = Connection()
    task = one.serve()
    one.client.offer(b"a")
    await one.until(lambda: one.body == b"a")
    one.client.offer(b"b")
    await one.until(lambda: one.body == b"ab")
    one.gone.set()
    await task

    headers = dict(one.sent[0]["headers"])
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert (headers[b"cache-control"], b"content-length" in headers) == (b"no-store", False)
    assert (one.left, one.cut) == (1, [])


async def test_who_is_told_good_bye_and_reads_it_ends_in_order() -> None:
    """The stream is complete."""
    one = Connection()
    task = one.serve(bye_s=5)
    one.client.end("stopping")
    await task

    assert one.body == bye("stopping")
    assert one.sent[-1]["more_body"] is False
    assert (one.left, one.cut) == (1, [])


async def test_who_reads_nothing_is_cut_off() -> None:
    """After a moment in which it could have read the good-bye."""
    one = Connection()
    task = one.serve()
    one.client.offer(b"a")
    await one.until(lambda: one.body == b"a")
    one.reads.clear()
    one.client.offer(b"b")
    await asyncio.sleep(0)
    one.client.end("too_slow")
    await task

    assert (one.left, one.cut) == (1, [PEER])


async def test_who_reads_again_in_time_is_not_cut_off() -> None:
    """It gets what was on its way, and the good-bye."""
    one = Connection()
    task = one.serve(bye_s=5)
    one.client.offer(b"a")
    await one.until(lambda: one.body == b"a")
    one.reads.clear()
    one.client.offer(b"b")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    one.client.end("too_slow")
    one.reads.set()
    await task

    assert one.body.endswith(bye("too_slow"))
    assert one.cut == []
