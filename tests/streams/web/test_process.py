"""A serve process, what of it needs no server."""

import asyncio

from streams.web.process import followed
from tests.streams.web.api.serving import serving


async def test_following_that_fails_is_seen_by_supervisors() -> None:
    """Silences that nobody reads any more would be answered for ever as they were."""

    async def fails() -> None:
        raise RuntimeError("a fault")

    async with serving() as served:
        assert (await served.http.get("/healthz")).status_code == 200
        await asyncio.wait([followed(fails(), served.hub)])

        answer = await served.http.get("/healthz")
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["RuntimeError"])
