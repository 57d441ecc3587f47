"""The whole product, as it is deployed: from events on Kafka to numbers in a browser, through what may break between."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import ConsoleMessage, Page, async_playwright, expect

from streams.brokers.embedded import EmbeddedKafka
from tests.browser.conftest import ARGUMENTS, COLLECT
from tests.browser.stack import Stack, Values, running_stack, until
from tests.conftest import unavailable

pytestmark = [pytest.mark.embedded, pytest.mark.slow]
PROMISE_MS = 5_000
RECOVERY_MS = 20_000
BOARDS = {"floor": 5, "response": 3, "pipeline": 4}
"""And how many number tiles they have."""
NUMBERS = """() => Object.fromEntries([...document.querySelectorAll(".value")].map(
    (one) => [one.dataset.key, ["", "null"].includes(one.dataset.value) ? null : Number(one.dataset.value)]
))"""
LEADERS = """() => [...document.querySelectorAll(".leaderboard .leader-name")].map(
    (one, at) => [one.textContent, Number(document.querySelectorAll(".leaderboard .leader-value")[at].dataset.value)]
)"""


async def test_what_the_page_shows_is_what_happened(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """The page, the API and a replay of the same events agree: at first, after Redis was lost, after serve was killed.

    All events are of the last nine hours, so that no value depends on when exactly it is looked at.
    """
    async with running_stack(embedded_kafka.bootstrap, tmp_path) as stack, browser_page(stack) as page:
        for board in reversed(BOARDS):
            await opened(page, stack, board)
            await all_agree(page, stack)

        await stack.redis.kill()
        await expect(page.locator("#state")).to_have_text("◆ No store", timeout=PROMISE_MS)
        await expect(page.locator("#notice")).to_contain_text("The server can't reach its store")
        assert await stack.status_code("/kpis") == 503
        await stack.publish_live()
        await engine_goes_on(page, stack)
        await stack.empty_redis()
        await expect(page.locator("#state")).to_contain_text("Live", timeout=RECOVERY_MS)
        await all_agree(page, stack)

        stack.kill("serve")
        await expect(page.locator("#notice")).to_contain_text("Connection lost", timeout=PROMISE_MS)
        await stack.publish_live()
        stack.start("serve")
        await until(lambda: is_ready(stack.url), lambda: "serve is not back")
        await expect(page.locator("#state")).to_contain_text("Live", timeout=RECOVERY_MS)
        await expect(page.locator("#notice")).to_be_hidden()
        await all_agree(page, stack)
        await stack.publish_live()
        await all_agree(page, stack)


async def opened(page: Page, stack: Stack, board: str) -> None:
    """Go to a board, as soon as there is a server and the numbers are all there."""
    await until(lambda: is_ready(stack.url), lambda: f"{stack.url} is not ready")
    await page.goto(f"{stack.url}/b/{board}")
    await expect(page.locator("#state")).to_contain_text("Live", timeout=RECOVERY_MS)
    await expect(page.locator(".number .value")).to_have_count(BOARDS[board])


async def is_ready(url: str) -> bool:
    """Tell whether the server is."""
    async with httpx.AsyncClient() as http:
        try:
            return (await http.get(f"{url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False


async def all_agree(page: Page, stack: Stack) -> None:
    """Wait until page, API and replay say the same of every number and every place of a leaderboard."""
    expected = await stack.oracle()
    found: dict[str, Any] = {}

    async def do_agree() -> bool:
        nonlocal expected
        shown: Values = await page.evaluate(NUMBERS)
        leaders = await page.evaluate(LEADERS)
        if any(key not in expected for key in shown):
            expected = await stack.oracle(anew=True)  # midnight was between
        found["page"], found["api"] = shown, {key: await stack.api(key) for key in shown}
        found["replay"] = {key: expected.get(key) for key in shown}
        found["leaders"] = (leaders, ranking(expected, page.url)[: len(leaders)])
        leading, ranked = found["leaders"]
        return bool(found["page"] == found["api"] == found["replay"] and leading == ranked)

    await until(do_agree, lambda: found)
    assert any(found["page"].values())


def ranking(expected: Values, url: str) -> list[list[Any]]:
    """Return reps and values as the board's leaderboard should have them."""
    bucket, sign = (
        ("response_time_p50|rolling_7d|", 1) if url.endswith("/response") else ("won_revenue|month:", -1)
    )
    reps = [
        [key.rpartition("|rep=")[2], value]
        for key, value in expected.items()
        if key.startswith(bucket) and "|rep=" in key and "," not in key and value is not None
    ]
    return sorted(reps, key=lambda one: (sign * one[1], one[0]))


async def engine_goes_on(page: Page, stack: Stack) -> None:
    """Wait until the engine has published what the page can't yet show."""
    shown: Values = await page.evaluate(NUMBERS)
    (key,) = [key for key in shown if key.startswith("won_revenue|month")]
    value = (await stack.oracle())[key]
    assert value != shown[key]

    async def is_published() -> bool:
        return await stack.on_topic(key) == value

    await until(is_published, lambda: f"{key} is not {value}")
    assert (await page.evaluate(NUMBERS))[key] == shown[key]


@asynccontextmanager
async def browser_page(stack: Stack) -> AsyncIterator[Page]:
    """Yield a page; nothing may go wrong in it but requests while the server is away, and none may leave the host."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        unavailable("no chromium on the PATH")
    faults: list[str] = []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = await chromium.new_page(viewport={"width": 1920, "height": 1080}, locale="en-US")
        await page.add_init_script(COLLECT)
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("console", lambda said: faults.extend(fault_of(said)))
        page.on("request", lambda asked: faults.extend([asked.url] * (not asked.url.startswith(stack.url))))
        try:
            yield page
            assert [] == faults
            assert [] == await page.evaluate("window.violations")
        finally:
            await chromium.close()


def fault_of(said: ConsoleMessage) -> list[str]:
    """Return a line of the console if it is a fault: that a server is gone is none of the page's."""
    return [said.text] * (said.type in ("error", "warning") and "Failed to load resource" not in said.text)
