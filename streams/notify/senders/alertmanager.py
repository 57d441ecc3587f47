"""Delivery to a Prometheus Alertmanager.

It ends what it does not hear of again: whoever sends must send what fires every `resend_every`, each alert of
a group, not some and a number.
"""

import asyncio

import aiohttp
import msgspec

from processors.messages.alertmanager import alertmanager_alerts
from schemas.delivery.receiver import AlertmanagerReceiver
from schemas.message import Message
from streams.clock import now_us
from streams.notify.sender import Fate, Outcome
from streams.notify.senders.http import HttpPost
from streams.notify.senders.outcomes import DELIVERED

LASTS = 4
"""An alert lasts for so many times the interval at which it is sent again: three may be lost."""
PATH = "/api/v2/alerts"


class AlertmanagerSender:
    """Posts alerts to every member of a cluster: members tell each other of notifications, not of alerts."""

    def __init__(
        self, receiver: AlertmanagerReceiver, password: str | None = None, token: str | None = None
    ) -> None:
        self._urls = [f"{url.rstrip('/')}{PATH}" for url in receiver.urls]
        self._lasts_us = LASTS * receiver.resend_every_us
        self._labels = receiver.labels
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        user = receiver.username
        self._auth = aiohttp.BasicAuth(user, password or "", "utf-8") if user is not None else None
        self._http = HttpPost(receiver.timeout_s, ca_file=receiver.ca_file)

    async def send(self, message: Message, thread: str | None) -> Outcome:
        """Post the message's alerts; it is delivered when one member took them."""
        alerts = alertmanager_alerts(message, now_us(), self._lasts_us, self._labels)
        if not alerts:
            return DELIVERED
        body = msgspec.json.encode(alerts)
        posts = (self._http.post(url, body, self._headers, self._auth) for url in self._urls)
        return _best(await asyncio.gather(*posts))

    async def close(self) -> None:
        await self._http.close()


def _best(outcomes: list[Outcome]) -> Outcome:
    order = (Fate.DELIVERED, Fate.LATER, Fate.REFUSED)
    return min(outcomes, key=lambda outcome: order.index(outcome.fate))
