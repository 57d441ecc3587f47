"""What a client of the event stream was told, read without a connection."""

from typing import Any, NamedTuple

import orjson

from processors.serving.viewing import Viewer
from streams.web.api.client import Client
from streams.web.api.feed import Question
from streams.web.api.hub import Hub


class Event(NamedTuple):
    """One event, parsed."""

    name: str
    id: str | None
    data: Any


class Listener:
    """A client of the hub."""

    def __init__(
        self,
        hub: Hub,
        *selectors: str,
        alerts: bool = False,
        viewer: Viewer | None = None,
        last_id: str | None = None,
        who: str = "x",
    ) -> None:
        parsed = tuple(hub.selecting.parse(text) for text in selectors)
        self.question = Question(parsed, alerts, viewer or Viewer())
        self.hub = hub
        self.client: Client = hub.join(self.question, who, last_id)

    def leave(self) -> None:
        """Go."""
        self.hub.leave(self.question, self.client)

    async def events(self, *names: str) -> list[Event]:
        """Return what was told since the last call; status only where it is asked for."""
        if not self.client._queue:
            return []
        found = parse(await self.client.take())
        self.client.sent()
        return [one for one in found if (one.name in names if names else one.name != "status")]


def parse(data: bytes) -> list[Event]:
    """Return the events in a piece of a stream."""
    found = []
    for text in data.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(":"))
        if "event" in fields:
            found.append(Event(fields["event"], fields.get("id"), orjson.loads(fields["data"])))
    return found


def values(event: Event) -> dict[str, Any]:
    """Return the values of an event's records, by their dimensions' values; of those that are gone `gone`."""
    found = {"/".join(map(str, one["dims"].values())): one["value"] for one in event.data["records"]}
    return found | dict.fromkeys(event.data.get("gone", ()), "gone")
