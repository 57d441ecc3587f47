"""An administrator's client for a while: its options, and its end whatever happens."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from streams.kafka import administering as module
from streams.kafka.administering import administering
from tests.streams.kafka_clients_faked import FakeClient, FakeConnection


class FakeAdmin(FakeClient):
    """An administrator's client."""

    async def close(self) -> None:
        await self._end("close")


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeAdmin]:
    """The fake in the place of aiokafka's."""
    monkeypatch.setattr(FakeAdmin, "made", [], raising=False)
    monkeypatch.setattr(FakeAdmin, "ending", asyncio.Event(), raising=False)
    monkeypatch.setattr(module, "AIOKafkaAdminClient", FakeAdmin)
    return FakeAdmin


async def test_it_has_the_options_given_and_is_closed(fake: type[FakeAdmin]) -> None:
    """Those of every client, and the caller's; what asks the cluster does so as all clients do."""
    plain = FakeConnection._metadata_update
    async with administering({"bootstrap_servers": "here"}, request_timeout_ms=7) as admin:
        assert admin.options == {"bootstrap_servers": "here", "request_timeout_ms": 7}
        assert admin._client._metadata_update is not plain
        assert fake.made[0].calls == ["start"]

    assert fake.made[0].calls == ["start", "close"]


async def test_one_that_does_not_start_is_closed(
    fake: type[FakeAdmin], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its connections stay."""
    monkeypatch.setattr(fake, "reachable", False)
    with pytest.raises(KafkaConnectionError):
        async with administering({}):
            raise AssertionError("nobody is there")

    assert fake.made[0].calls == ["start", "close"]


async def test_a_cancellation_that_its_end_swallows_is_heeded(fake: type[FakeAdmin]) -> None:
    """Who was cancelled meanwhile does not go on."""

    async def ask() -> None:
        async with administering({}) as admin:
            admin.waits = True

    task = asyncio.create_task(ask())
    await fake.ending.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_was_cancelled_may_use_one_to_clean_up(fake: type[FakeAdmin]) -> None:
    """As a rebuild does that was interrupted."""
    cleaned, begun = list[str](), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            for name in ("first", "second"):
                async with administering({}):
                    cleaned.append(name)

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert ["first", "second"] == cleaned
    assert [["start", "close"], ["start", "close"]] == [one.calls for one in fake.made]
