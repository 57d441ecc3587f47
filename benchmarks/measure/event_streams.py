"""How long after a record changes the clients of the event stream have it, a thousand on one serve process.

Among them some that never read, which must hurt nobody.
"""

import asyncio
import random
import re
import resource
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import quote

from benchmarks.ground import Ground
from benchmarks.percentiles import percentiles_ms
from benchmarks.resources import cpu_s
from benchmarks.result import Result
from benchmarks.serve_process import KPIS, TEAMS
from streams.clock import monotonic_s, now_us

CLIENTS = 1_000
DEAF = 50
"""Clients beside them that never read."""
CHANGES_PER_S = 500
QUESTIONS = 40
"""Different ones among the clients: boards of the floor, of each team …"""
SETTLE_S = 5.0
GOAL_S = 2.0
DROPPED_WITHIN_S = 90.0
FILES = 4_096
_MADE = re.compile(rb'"made_us":(\d+)')
_EVENT = b"event: kpis"


class Client(asyncio.Protocol):
    """Reads a stream, and notes how old each record is that it reads."""

    def __init__(self, path: str, delays_us: list[int]) -> None:
        self._path = path
        self._delays_us = delays_us
        self._rest = b""
        self.messages = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(f"GET {self._path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        whole, end, self._rest = data.rpartition(b"\n\n")
        at_us = now_us()
        for event in (whole + end).split(b"\n\n"):
            if _EVENT in event:
                self.messages += 1
                self._delays_us += [at_us - int(made) for made in _MADE.findall(event)]


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Measure the delay of every record at every client; p50, p90 and p99."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES, hard)), hard))
    async with _serve() as (port, pid):
        delays_us: list[int] = []
        deaf = [await _deaf(port) for _ in range(DEAF)]
        clients = await _clients(port, delays_us)
        await asyncio.sleep(SETTLE_S)
        delays_us.clear()
        messages, began_s, began_cpu_s = _messages(clients), monotonic_s(), cpu_s(pid)
        await asyncio.sleep(ground.size.latency_s)
        seconds, used_cpu_s = monotonic_s() - began_s, cpu_s(pid) - began_cpu_s
        found_ms = percentiles_ms(delay_us / 1e6 for delay_us in delays_us)
        messages = _messages(clients) - messages
        dropped = await _all_deaf_dropped(port)
        connected = sum(not client.transport.is_closing() for client in clients)
        for one in deaf:
            one.close()
        for client in clients:
            client.transport.abort()
    yield Result(
        name=f"record changed to client, {CLIENTS:,} SSE clients, {CHANGES_PER_S} changes/s",
        value=found_ms.p99,
        unit="ms p99",
        goal=GOAL_S * 1e3,
        better="less",
        note=f"{found_ms} ({found_ms.delays:,} records in "
        f"{messages / seconds:,.0f} messages/s; {used_cpu_s / seconds:.0%} of a core; {connected:,} clients still "
        f"there; of {DEAF} that never read, {dropped} dropped)",
    )


def question(number: int) -> str:
    """Return the path of one of the questions: a team's board with everybody's leaderboard, or the company's."""
    team = f"team-{number % TEAMS}"
    kpi = KPIS[number % len(KPIS)]
    selectors = [f"{kpi}|rolling_24h|rep", *(f"{one}|rolling_24h|team={team}" for one in KPIS)]
    if number >= QUESTIONS // 2:
        selectors += [f"{one}|rolling_24h|" for one in KPIS]
    return "/api/v1/events/stream?" + "&".join(f"select={quote(one)}" for one in selectors)


@asynccontextmanager
async def _serve() -> AsyncIterator[tuple[int, int]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.serve_process", str(CHANGES_PER_S), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline()), process.pid
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _clients(port: int, delays_us: list[int]) -> list[Client]:
    loop, rng, made = asyncio.get_running_loop(), random.Random(1), []
    for _ in range(CLIENTS):
        client = Client(question(rng.randrange(QUESTIONS)), delays_us)
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
        made.append(client)
    return made


async def _deaf(port: int) -> socket.socket:
    """Return a connection that asked for everything and will never read."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    one.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(one, ("127.0.0.1", port))
    path = "/api/v1/events/stream?" + "&".join(f"select={quote(f'{kpi}|rolling_24h|rep')}" for kpi in KPIS)
    await loop.sock_sendall(one, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return one


async def _all_deaf_dropped(port: int) -> int:
    """Wait until those that never read are dropped, for as long as that may take; return how many are."""
    dropped, until_s = 0, monotonic_s() + DROPPED_WITHIN_S
    while dropped < DEAF and monotonic_s() < until_s:
        await asyncio.sleep(1)
        found = re.search(rb'dropped_total\{reason="too_slow"\} (\d+)', await _get(port, "/metrics"))
        dropped = int(found[1]) if found else 0
    return dropped


def _messages(clients: list[Client]) -> int:
    return sum(client.messages for client in clients)


async def _get(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    found = await reader.read()
    writer.close()
    return found
