"""A server run as a child of this process: it starts, is waited for, and never outlives its parent."""

import asyncio
import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from streams.clock import monotonic_s

PR_SET_PDEATHSIG = 1
POLL_S = 0.02
LOG_TAIL_BYTES = 4_000

Probe = Callable[[int], Awaitable[bool]]
"""Asks the server on a loopback port whether it serves."""


class ServerProcessError(RuntimeError):
    """A server did not start, or ended by itself; the message has the end of its log."""


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on at this moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class ServerProcess:
    """One server process with its port, its log file and its data, which survives `stop` and `kill`.

    Uses plain `Popen` with polling, not asyncio's subprocess: so start, stop and the code between may
    run in different event loops. On Linux the kernel kills the server when the thread that called
    `start` dies; that is only asked for on the main thread, where it means the whole process.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        port: int,
        log: Path,
        ready: Probe,
        env: Mapping[str, str] | None = None,
        start_timeout_s: float = 30.0,
        stop_timeout_s: float = 10.0,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.port = port
        self.log = log
        self._ready = ready
        self._env = dict(env) if env is not None else None
        self._start_timeout_s = start_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._popen: subprocess.Popen[bytes] | None = None
        self.started = False
        """Whether it served, since it was last started."""

    @property
    def pid(self) -> int | None:
        """The process id while the server runs."""
        return self._popen.pid if self.running and self._popen else None

    @property
    def running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    async def start(self) -> None:
        """Start the server and return when it serves.

        Raises:
            ServerProcessError: it ended, or did not serve within the time-out (then it is killed).
        """
        if self.running:
            raise ServerProcessError(f"{self.name} is running already (pid {self.pid})")
        self.started = False
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(  # noqa: ASYNC220 (milliseconds, and not bound to a loop)
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._env,
                cwd=self.log.parent,
                # Its own session: Ctrl-C reaches us alone, and we stop the server when we are done with it.
                start_new_session=True,
                preexec_fn=_die_with_parent(),
            )
        deadline_s = monotonic_s() + self._start_timeout_s
        try:
            while not await self._ready(self.port):
                if not self.running:
                    raise ServerProcessError(
                        f"{self.name} ended with status {self._popen.returncode}{self._tail()}"
                    )
                if monotonic_s() > deadline_s:
                    raise ServerProcessError(
                        f"{self.name} does not serve on port {self.port} after {self._start_timeout_s:g} s"
                        f"{self._tail()}"
                    )
                await asyncio.sleep(POLL_S)
        except BaseException:
            await self.kill()
            raise
        self.started = True

    async def stop(self) -> None:
        """End the server with SIGTERM, and with SIGKILL when it takes too long. Data stays."""
        if self._popen is None:
            return
        if self.running:
            self._popen.send_signal(signal.SIGTERM)
            if not await self._gone(self._stop_timeout_s):
                await self.kill()
        self._popen = None

    async def kill(self) -> None:
        """End the server with SIGKILL, as a crash would. Data stays as it is."""
        if self._popen is None:
            return
        if self.running:
            self._popen.kill()
            await self._gone(self._stop_timeout_s)
        self._popen = None

    async def restart(self) -> None:
        """Stop and start on the same port with the same data."""
        await self.stop()
        await self.start()

    async def _gone(self, timeout_s: float) -> bool:
        deadline_s = monotonic_s() + timeout_s
        while self.running:
            if monotonic_s() > deadline_s:
                return False
            await asyncio.sleep(POLL_S)
        return True

    def _tail(self) -> str:
        try:
            tail = self.log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace").strip()
        except OSError:
            return ""
        return f"; its log ends:\n{tail}" if tail else f"; it wrote nothing to {self.log}"


def _die_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    # Loaded here, not in the child: between fork and exec as little as possible may happen.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return in_child


async def answers_kafka(port: int) -> bool:
    """Tell whether a Kafka broker on this loopback port answers an ApiVersions request."""
    request = struct.pack(">hhih", 18, 0, 1, -1)
    return await _answers(port, struct.pack(">i", len(request)) + request, lambda reply: len(reply) > 4)


async def answers_redis(port: int) -> bool:
    """Tell whether a Redis server on this loopback port answers PING (not while it loads its data)."""
    return await _answers(port, b"PING\r\n", lambda reply: reply.startswith(b"+PONG"))


async def _answers(port: int, request: bytes, right: Callable[[bytes], bool]) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(request)
        return right(await asyncio.wait_for(reader.read(1_024), timeout=2.0))
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()
