"""Answers that a reader has already."""

import pytest

from streams.web.api.etag import has
from tests.streams.web.api.serving import serving


@pytest.mark.parametrize(
    ("named", "known"),
    [(None, False), ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("a", False), ("", False)],
)  # fmt: skip
def test_what_if_none_match_names(named: str | None, known: bool) -> None:
    """One, several, weak ones, any."""
    assert has(named, '"a"') is known


def test_a_weak_tag_is_named_with_or_without_its_mark() -> None:
    """As clients and proxies send it."""
    assert has('W/"a"', 'W/"a"')
    assert has('"a"', 'W/"a"')
    assert not has('W/"b"', 'W/"a"')


async def test_the_same_is_not_sent_twice() -> None:
    """And what has changed is."""
    async with serving() as served:
        await served.store.put("calls", 1)
        first = await served.get("/kpis/calls|rolling_24h|")
        headers = {"If-None-Match": first.headers["etag"]}
        again = await served.http.get("/api/v1/kpis/calls|rolling_24h|", headers=headers)
        await served.store.put("calls", 2)
        changed = await served.http.get("/api/v1/kpis/calls|rolling_24h|", headers=headers)

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (changed.status_code, changed.json()["value"]) == (200, 2)
    assert first.headers["cache-control"] == "private, no-cache"
