"""A hub at work, a step at a time."""

import asyncio

from processors.serving.viewing import Viewer
from streams.web.api.running import Running
from tests.streams.web.api.listening import Listener
from tests.streams.web.api.serving import Served

NORTH = Viewer(frozenset({"north"}), company=False)


class Floor:
    """A hub whose store's changes are handed to it one by one."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.hub = served.hub
        context = served.app.state.context
        self.running = Running(self.hub, context.store, context.directory)

    async def settle(self) -> None:
        """Let snapshots be read."""
        for _ in range(20):
            await asyncio.sleep(0)

    def take(self) -> None:
        """Hand over what the store has kept and the hub does not know."""
        for changes in self.served.store._kept:
            if self.hub.id is None or int(changes.id[:-2]) > int(self.hub.id[:-2]):
                self.hub.take(changes)

    async def listen(self, *selectors: str, **how: object) -> Listener:
        """Join, and let the snapshot come."""
        one = Listener(self.hub, *selectors, **how)  # type: ignore[arg-type]
        await self.settle()
        return one
