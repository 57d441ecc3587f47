"""Delivery to any HTTP server, as signed JSON."""

from collections.abc import Mapping

from aiohttp.abc import AbstractResolver

from processors.messages.webhook import webhook_body, webhook_headers
from schemas.delivery.receiver import WebhookReceiver
from schemas.message import Message
from streams.clock import now_us
from streams.notify.sender import Outcome
from streams.notify.senders.http import HttpPost
from streams.notify.senders.outcomes import refused


class WebhookSender:
    """Posts each message once, whatever came of the one before."""

    def __init__(
        self,
        receiver: WebhookReceiver,
        url: str,
        key: bytes,
        token: str | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._url = url
        self._key = key
        self._allow_private = receiver.allow_private
        self._headers: Mapping[str, str] = {
            **receiver.headers,
            **({"Authorization": f"Bearer {token}"} if token else {}),
        }
        self._http = HttpPost(
            receiver.timeout_s,
            public_only=not receiver.allow_private,
            ca_file=receiver.ca_file,
            resolver=resolver,
        )

    async def send(self, message: Message, thread: str | None) -> Outcome:
        """Post the message; there are no threads."""
        if not self._allow_private and not self._url.startswith("https:"):
            return refused("the URL is not https, and allow_private is not set")
        body = webhook_body(message)
        headers = webhook_headers(message, body, self._key, now_us() // 1_000_000)
        return await self._http.post(self._url, body, {**self._headers, **headers})

    async def close(self) -> None:
        await self._http.close()
