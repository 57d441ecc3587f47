"""Delivery to PagerDuty."""

import msgspec

from processors.messages.pagerduty import pagerduty_event
from schemas.delivery.receiver import PagerDutyReceiver
from schemas.message import Message
from streams.notify.sender import Outcome
from streams.notify.senders.http import HttpPost
from streams.notify.senders.outcomes import refused

PATH = "/v2/enqueue"


class PagerDutySender:
    """Opens an incident for each group, changes it, and resolves it."""

    def __init__(self, receiver: PagerDutyReceiver, routing_key: str) -> None:
        self._url = f"{receiver.api_url.rstrip('/')}{PATH}"
        self._key = routing_key
        self._http = HttpPost(receiver.timeout_s, proxy=receiver.proxy)

    async def send(self, message: Message, thread: str | None) -> Outcome:
        """Enqueue the message's event; the incident is named by the group, so there is no thread to tell."""
        event = pagerduty_event(message, self._key)
        if event is None:
            return refused("PagerDuty takes no digests")
        return await self._http.post(
            self._url, msgspec.json.encode(event), {"Content-Type": "application/json"}
        )

    async def close(self) -> None:
        await self._http.close()
