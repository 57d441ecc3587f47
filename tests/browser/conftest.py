"""A sales floor's records, a server that shows them, and Debian's Chromium to look at it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.board_server import BoardServer, Record
from tests.conftest import unavailable

AS_OF: Final = "2025-11-14T14:00:00Z"
SIMULATE: Final = "--seed 1 --days 11.6 --start 2025-11-03T00:00:00Z --teams 3 --reps 9 --accounts 90"
ARGUMENTS: Final = ["--no-sandbox", "--disable-dev-shm-usage"]
COLLECT: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""

OpenPage = Callable[..., Page]


class Floor(NamedTuple):
    """What `crm-pulse replay` says of a simulated sales floor."""

    records: list[Record]
    reps: dict[str, tuple[str, bool]]


def crm_pulse(*arguments: str) -> None:
    """Run the command."""
    subprocess.run([sys.executable, "-m", "streams.cli.main", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="session")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Floor:
    """Two weeks of a floor of three teams."""
    directory = tmp_path_factory.mktemp("floor")
    events, kpis = directory / "events.jsonl", directory / "kpis.jsonl"
    with events.open("wb") as file:
        command = [sys.executable, "-m", "streams.cli.main", "simulate", *SIMULATE.split()]
        subprocess.run(command, check=True, stdout=file)
    crm_pulse("replay", str(events), "--as-of", AS_OF, "--out", str(kpis))
    updates = [json.loads(line)["data"] for line in lines(events) if "crm.rep.updated" in line]
    reps = {one["rep"]: (one["team"], one["active"]) for one in updates}
    return Floor([json.loads(line) for line in lines(kpis)], reps)


def lines(path: Path) -> list[str]:
    """Return a file's lines."""
    return path.read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of a file; no longer, since its event loop is in the way of others."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        unavailable("no chromium on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def server(floor: Floor) -> Iterator[BoardServer]:
    """A server with the floor's records."""
    with serving(floor) as server:
        yield server


def serving(floor: Floor, boards: str | None = None, token: str | None = None) -> BoardServer:
    """Return a server of a floor, not started."""
    server = BoardServer(floor.records, boards, token)
    server.directory = dict(floor.reps)
    return server


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Open a page of a server and wait for its board; at the end nothing may have gone wrong in it, or left the host.

    `broken` allows for requests that fail, where a test takes the server away.
    """
    opened: list[tuple[Page, list[str]]] = []

    def open_one(
        server: BoardServer,
        path: str = "/b/floor",
        *,
        size: tuple[int, int] = (1920, 1080),
        broken: bool = False,
        wait: bool = True,
        locale: str = "en-US",
        **options: Any,
    ) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, locale=locale, timezone_id="Asia/Tokyo", **options)
        context.add_init_script(COLLECT)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda said: _is_fault(said.type, said.text, broken) and faults.append(said.text))
        page.on("request", lambda asked: asked.url.startswith(server.url) or faults.append(asked.url))
        opened.append((page, faults))
        page.goto(server.url + path)
        if wait:
            page.wait_for_selector(".tile")
            page.wait_for_selector("body[data-state]:not([data-state=connecting])")
        return page

    yield open_one
    for page, faults in opened:
        assert [] == faults
        assert [] == page.evaluate("window.violations")
        page.context.close()


def _is_fault(kind: str, text: str, broken: bool) -> bool:
    return kind in ("error", "warning") and not (broken and "Failed to load resource" in text)
