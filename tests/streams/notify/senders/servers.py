"""HTTP servers of every temper: that answer as they are told, slowly, not at all, or die half-way."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

Write = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What a server does with a request that it has read."""


class Asked(NamedTuple):
    """A request that came."""

    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """The body's content."""
        return json.loads(self.body)


class Server:
    """Does the next thing that it was told with each request, at last the same again and again."""

    def __init__(self, *doing: Write, greeting: bool = False) -> None:
        self.greeting = greeting
        """Whether it speaks first, as a mail server does, whatever it then says."""
        self.doing = deque(doing)
        self.asked: list[Asked] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.greeting:
                await self.doing[0](writer)
                return
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").rstrip().split("\r\n")
                headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.asked.append(Asked(first.split()[1], headers, body))
                await (self.doing.popleft() if len(self.doing) > 1 else self.doing[0])(writer)
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(*doing: Write, ssl: Any = None, greeting: bool = False) -> AsyncIterator[Server]:
    """Run a server on a free port of this machine."""
    server = Server(*doing, greeting=greeting)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=ssl)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"{'https' if ssl else 'http'}://127.0.0.1:{port}"
    try:
        yield server
    finally:
        listening.close()


def answer(status: int, body: bytes | str = b"ok", **headers: str) -> Write:
    """Answer with a status, a body, and headers whose names have `_` for `-`."""
    content = body.encode() if isinstance(body, str) else body
    kind = "application/json" if content[:1] in (b"{", b"[") else "text/plain"
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(content)}", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return saying("\r\n".join([*lines, "", ""]).encode() + content)


def saying(raw: bytes) -> Write:
    """Write these bytes, and wait for the next request."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return write


def dying_after(raw: bytes) -> Write:
    """Write these bytes, and die."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    return write


async def never(writer: asyncio.StreamWriter) -> None:
    """Say nothing until the other one goes."""
    await writer.wait_closed()


async def slowly(writer: asyncio.StreamWriter) -> None:
    """Say something all the time, and never come to an end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X-Wait: a little\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)
