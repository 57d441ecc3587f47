"""The examples of docs/api.md, asked of the application: `http` blocks are requests and what comes, `sse` a stream.

`…` stands for anything; how JSON is broken into lines means nothing.
"""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from streams.clock import now_us
from streams.web.api.running import status_document
from streams.web.api.snapshots import Snapshots
from tests.docs.pages import Block, blocks_of
from tests.streams.web.api.listening import Listener
from tests.streams.web.api.serving import NOON_US, TOKENS, Served, floor, serving

PAGE = Path("docs/api.md")
ALERT = "a47543c5d79a7499"


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A floor at noon, with an alert."""
    async with serving(TOKENS) as one:
        await floor(one.store)
        await one.store.alert(id=ALERT)
        one.store.at = one.store.at._replace(as_of_ms=NOON_US // 1000 - 2_000, written_ms=now_us() // 1000)
        yield one


def pattern(shown: str) -> str:
    """Return the regular expression that an example is; `, …` may be nothing more than what comes."""
    lines = "".join(line.strip() for line in shown.splitlines())
    tight = re.sub(r'(": |, )(?=(?:[^"]*"[^"]*")*[^"]*$)', lambda match: match[0].strip(), lines)
    return re.escape(tight).replace(",…", ".*").replace("…", ".*")


def test_patterns() -> None:
    """Spaces between fields mean nothing, those in texts do."""
    assert re.fullmatch(pattern('{"a": "b: c, d",\n …}'), '{"a":"b: c, d","e":1}')
    assert not re.fullmatch(pattern('{"a": "b: c"}'), '{"a":"b:c"}')


@pytest.mark.parametrize("block", blocks_of(PAGE, "http"), ids=str)
async def test_requests(block: Block, served: Served) -> None:
    """Status, media type and body are what the page says."""
    head, *parts = block.text.strip().split("\n\n")
    body, shown = parts if len(parts) == 2 else ("", parts[0])
    first, *fields = head.splitlines()
    method, path = first.split(" ", 1)
    headers = dict(field.split(": ", 1) for field in fields)
    response = await served.http.request(method, path, headers=headers, content=body)
    line, _, text = shown.partition("\n")

    assert f"{response.status_code} {response.headers['content-type']}" == line
    compact = json.dumps(response.json(), separators=(",", ":"), ensure_ascii=False)
    assert re.fullmatch(pattern(text), compact), f"{compact}\n{pattern(text)}"


@pytest.mark.parametrize("block", blocks_of(PAGE, "sse"), ids=str)
async def test_the_stream(block: Block, served: Served) -> None:
    """The events of the page, as its changes happen."""
    request, shown = block.text.strip().split("\n\n", 1)
    query = parse_qs(urlsplit(request.removeprefix("GET ")).query)
    hub = served.hub
    hub.status("live", status_document("live", NOON_US // 1000))
    async for changes in served.store.changes("0-0"):
        hub.take(changes)
        if changes.id == f"{served.store._number}-0":
            break
    context = served.app.state.context
    snapshots = Snapshots(hub, context.store, context.directory)
    one = Listener(hub, *query["select"], alerts=query["alerts"] == ["true"])
    await snapshots.read()
    seen = await one.client.take()
    await served.store.put("calls", 61, team="north")
    await served.store.change([], [(ALERT, None)])
    async for changes in served.store.changes(hub.id):
        hub.take(changes)
        if changes.id == f"{served.store._number}-0":
            break
    hub.flush()
    hub.status("live", status_document("live", NOON_US // 1000))
    seen += await one.client.take()

    told = seen.decode()[seen.decode().index("event: snapshot") :].strip()
    assert re.fullmatch(re.escape(shown).replace("…", ".*"), told), told
