"""A server as a child process: it serves when `start` returns, and is gone when it should be."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.brokers.process import ServerProcess, ServerProcessError, answers_redis, free_port
from streams.clock import monotonic_s
from tests.contracts.cluster import until

PONG = """
import signal, socket, sys
if "stubborn" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
while True:
    client, _ = server.accept()
    client.recv(100)
    client.sendall(b"+PONG\\r\\n")
    client.close()
"""

PARENT = """
import asyncio, sys, time
from pathlib import Path
from streams.brokers.embedded import EmbeddedRedis
server = EmbeddedRedis(Path(sys.argv[1]))
asyncio.run(server.start())
print(server.pid, flush=True)
time.sleep(60)
"""


def a_server(directory: Path, program: str, *arguments: str, **options: float) -> ServerProcess:
    """A server that is a few lines of Python."""
    port = free_port()
    command = [sys.executable, "-c", program, str(port), *arguments]
    log = directory / "server.log"
    return ServerProcess("toy", command, port=port, log=log, ready=answers_redis, **options)


def is_gone(pid: int) -> bool:
    """Whether a process has ended (whoever has yet to hear of it)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in "ZX"


async def test_it_serves_when_started_and_is_gone_when_stopped(tmp_path: Path) -> None:
    """`start` returns when the server answers, again after `restart` and `kill`; `stop` leaves no process."""
    server = a_server(tmp_path, PONG)
    await server.start()
    first = server.pid
    assert await answers_redis(server.port)

    await server.restart()
    second = server.pid
    assert first != second
    assert await answers_redis(server.port)

    await server.kill()
    assert (server.running, server.pid) == (False, None)
    await server.start()
    third = server.pid
    await server.stop()
    await server.stop()

    assert not await answers_redis(server.port)
    for pid in (first, second, third):
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_one_that_ends_shows_its_last_words(tmp_path: Path) -> None:
    """A server that ends while it starts is an error with its status and the end of its log."""
    server = a_server(tmp_path, "import sys; print('no disk'); sys.exit(3)")

    with pytest.raises(ServerProcessError, match=r"toy ended with status 3; its log ends:\nno disk"):
        await server.start()


async def test_one_that_never_serves_is_killed(tmp_path: Path) -> None:
    """A server that isn't ready in time is an error, and no process stays behind."""
    server = a_server(tmp_path, "import time; time.sleep(60)", start_timeout_s=0.3)

    with pytest.raises(ServerProcessError, match=r"does not serve on port \d+ after 0.3 s"):
        await server.start()

    assert not server.running


async def test_a_stubborn_one_is_killed(tmp_path: Path) -> None:
    """A server that ignores SIGTERM is ended with SIGKILL when its time is up."""
    server = a_server(tmp_path, PONG, "stubborn", stop_timeout_s=0.3)
    await server.start()
    began_s = monotonic_s()

    await server.stop()

    assert not server.running
    assert monotonic_s() - began_s < 5


async def test_it_is_started_once(tmp_path: Path) -> None:
    """A second `start` of a running server is an error, not a second process."""
    server = a_server(tmp_path, PONG)
    await server.start()

    with pytest.raises(ServerProcessError, match=f"toy is running already .pid {server.pid}."):
        await server.start()

    await server.stop()


@pytest.mark.embedded
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_no_server_outlives_a_killed_parent(tmp_path: Path) -> None:
    """When the process that started a server dies of SIGKILL, the server dies too."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert not is_gone(pid)

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    await until(lambda: is_gone(pid), "the server is gone")
