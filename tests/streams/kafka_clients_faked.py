"""Stand-ins for aiokafka's clients, for what opens one, and ends it whatever happens."""

import asyncio
from typing import Any

from aiokafka.errors import KafkaConnectionError


class FakeConnection:
    """What `resilient` changes."""

    async def _metadata_update(self, cluster: Any, topics: Any) -> bool:
        return True


class FakeClient:
    """Notes what is asked of it; its end swallows a cancellation, as aiokafka's may. Subclasses name their end."""

    made: "list[FakeClient]"
    ending: asyncio.Event
    reachable = True

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.calls: list[str] = []
        self.waits = False
        self._client = FakeConnection()
        self.made.append(self)

    async def start(self) -> None:
        self.calls.append("start")
        if not self.reachable:
            raise KafkaConnectionError("nobody there")

    async def _end(self, name: str) -> None:
        self.calls.append(name)
        self.ending.set()
        if self.waits:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.calls.append("swallowed")
