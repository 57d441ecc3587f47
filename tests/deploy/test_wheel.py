"""What is installed from the wheel runs for anybody: as nobody in particular, in a directory that can't be written."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import aiohttp
import pytest
from redis import Redis

from streams.brokers.embedded import EmbeddedKafka
from streams.brokers.process import free_port
from tests.conftest import unavailable
from tests.deploy.files import ROOT
from tests.services.redis import RedisServer

UID = 10001
"""The image's user."""
PACKAGES = ("schemas", "processors", "streams")
COMMANDS = {"--help": "worker", "--version": "crm-pulse 0", "check": "rules: good"}
"""Commands that need no service, and something that they print."""
READY_TIMEOUT_S = 90.0
PREFIX = "for-anybody"
"""Of the topics, and of the keys in Redis, which follows from it."""
NOTIFY = """\
receivers: {operations: {type: alertmanager, urls: ["http://127.0.0.1:9"]}}
route: {receivers: [operations]}
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built as the image builds it."""
    directory = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--wheel-dir", str(directory), str(ROOT))
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Iterator[Path]:
    """A new environment that all may read, with the wheel, what it needs, and nothing else."""
    if os.geteuid() != 0:
        pytest.skip("only root can run a process as somebody else")
    python = python_for_all()
    # Not below pytest's own directories: nobody else may look into them.
    with tempfile.TemporaryDirectory(prefix="crm-pulse-installed-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        subprocess.run([python, "-m", "venv", "--without-pip", str(directory / "venv")], check=True)
        interpreter = str(directory / "venv/bin/python")
        pip(
            "--python", interpreter, "install", "--no-compile", "--constraint", str(ROOT / "deploy/constraints.txt"),
            f"{wheel}[apprise]",
        )  # fmt: skip
        # By who may write it, and without what is large and not used here.
        compiling = [
            "-m",
            "compileall",
            "-q",
            "-j",
            "0",
            "-x",
            "holidays|apprise|pygments",
            str(directory / "venv/lib"),
        ]
        subprocess.run([interpreter, *compiling], check=True)
        (directory / "work").mkdir(mode=0o555)
        yield directory


def pip(*arguments: str) -> None:
    """Run the pip of this environment, with the tree left as it is."""
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
        check=True,
        cwd=ROOT,
    )


def python_for_all() -> str:
    """Return a Python that is new enough and that other users may run."""
    code = "import sys, venv; sys.exit(sys.version_info < (3, 11))"
    base: str = sys._base_executable  # type: ignore[attr-defined]
    candidates = [base, shutil.which("python3", path="/usr/local/bin:/usr/bin")]
    for candidate in filter(None, candidates):
        with suppress(OSError):
            if not subprocess.run(
                [candidate, "-c", code], user=UID, group=UID, cwd="/", check=False
            ).returncode:
                return candidate
    return unavailable("no Python 3.11 that other users than root may run")


class Unprivileged:
    """The program, started as the image would: as its user, with an environment of its own, and nowhere to write."""

    def __init__(self, installed: Path, log: Path, *arguments: str, **settings: str) -> None:
        self._log = log
        environment = {
            "PATH": f"{installed / 'venv/bin'}:/usr/bin:/bin",
            "HOME": "/nonexistent",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        } | {f"CRM_PULSE_{name.upper()}": value for name, value in settings.items()}
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [str(installed / "venv/bin/crm-pulse"), *arguments], user=UID, group=UID, extra_groups=[], umask=0o077,
                cwd=installed / "work", env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip

    @property
    def said(self) -> str:
        """Everything that it printed."""
        return self._log.read_text("utf-8")

    async def end(self) -> int:
        """Return its status, when it has ended by itself."""
        return await asyncio.to_thread(self.process.wait, 60)

    def kill(self) -> None:
        """End it, if it has not ended."""
        self.process.kill()
        self.process.wait()

    async def ready(self, port: int) -> None:
        """Return when /readyz says so."""
        page = "nothing"
        try:
            async with asyncio.timeout(READY_TIMEOUT_S), aiohttp.ClientSession() as session:
                while self.process.poll() is None:
                    with suppress(aiohttp.ClientError, OSError):
                        async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                            page = await answer.text()
                            if answer.status == 200:
                                return
                    await asyncio.sleep(0.2)
        except TimeoutError:
            pass
        pytest.fail(f"{self._log.stem}: /readyz said {page}; the process: {self.said}")


def files_of_the_user() -> set[Path]:
    """Return what the image's user left where everybody may write."""
    places = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))
    return {
        path for place in places if place.is_dir() for path in place.iterdir() if path.lstat().st_uid == UID
    }


@pytest.mark.slow
def test_the_wheel_has_every_file_of_its_packages(wheel: Path) -> None:
    """YAML, pages, schemas: what lies beside the modules is installed with them."""
    inside = set(ZipFile(wheel).namelist())
    beside = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert beside - inside == set()
    assert {
        "schemas/standard.yaml",
        "schemas/rules.yaml",
        "schemas/boards.yaml",
        "streams/cli/demo_rules.yaml",
    } <= inside
    assert any(name.startswith("streams/web/static/") and name.endswith(".js") for name in inside)
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in inside)


def rights(user: str) -> list[str]:
    """Return the rights in Redis that docs/operations.md gives a process."""
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    (line,) = re.findall(rf"^user {user} on >… (.+)$", page, re.MULTILINE)
    return str(line).replace("crm:", f"{PREFIX}:").split()


@pytest.fixture
def redis_users(redis_server: RedisServer) -> Iterator[tuple[dict[str, str], "Redis[bytes]"]]:
    """The URLs of a Redis for sink and serve, each with its own rights only, and a client with all."""
    with Redis(port=redis_server.port) as client:
        client.flushall()
        client.execute_command("ACL", "LOG", "RESET")
        urls = {}
        for process in ("sink", "serve"):
            user = f"crm-pulse-{process}"
            client.execute_command("ACL", "SETUSER", user, "reset", "on", ">secret", *rights(user))
            urls[process] = f"redis://{user}:secret@127.0.0.1:{redis_server.port}/0"
        yield urls, client
        for process in urls:
            client.execute_command("ACL", "DELUSER", f"crm-pulse-{process}")


@pytest.mark.slow
async def test_commands_and_processes_run_for_anybody(
    installed: Path,
    tmp_path: Path,
    embedded_kafka: EmbeddedKafka,
    redis_users: tuple[dict[str, str], "Redis[bytes]"],
) -> None:
    """From events to an answer over HTTP with the least rights; no file is written, and SIGTERM ends all with 0."""
    urls, redis = redis_users
    for command, said in COMMANDS.items():
        program = Unprivileged(installed, tmp_path / "command.log", command)
        assert await program.end() == 0, program.said
        assert said in program.said
    config = installed / "config"
    config.mkdir()
    (config / "notify.yaml").write_text(NOTIFY)
    before = files_of_the_user()
    shared = {
        "kafka_bootstrap": embedded_kafka.bootstrap,
        "topic_prefix": f"{PREFIX}.",
        "app_id": PREFIX,
        "notify": str(config / "notify.yaml"),
    }
    ports = {name: free_port() for name in ("worker", "sink", "notify", "serve")}
    programs = {
        name: Unprivileged(
            installed,
            tmp_path / f"{name}.log",
            name,
            **shared,
            **({"redis_url": urls[name]} if name in urls else {}),
            **{"http_port" if name == "serve" else "metrics_port": str(port)},
        )
        for name, port in ports.items()
    }
    try:
        await asyncio.gather(*(programs[name].ready(port) for name, port in ports.items()))
        # Of four days at least one is worked on, whenever this runs.
        floor = ["simulate", "--days", "4", "--teams", "1", "--reps", "3", "--accounts", "20", "--kafka"]
        simulator = Unprivileged(installed, tmp_path / "simulator.log", *floor, **shared)
        assert await simulator.end() == 0, simulator.said
        await answered(ports["serve"], "/api/v1/kpis?kpi=activities&window=all_time")
        for program in programs.values():
            program.process.send_signal(signal.SIGTERM)
        for name, program in programs.items():
            assert await program.end() == 0, f"{name}: {program.said}"
    finally:
        for program in programs.values():
            program.kill()

    assert redis.execute_command("ACL", "LOG") == [], "a right is missing in docs/operations.md"
    assert files_of_the_user() - before == set()
    assert list((installed / "work").iterdir()) == []


async def answered(port: int, path: str) -> None:
    """Return when an answer has items."""
    async with asyncio.timeout(READY_TIMEOUT_S), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                document = await answer.json(content_type=None)
                assert answer.status == 200, document
                if document["items"]:
                    return
            await asyncio.sleep(0.2)
