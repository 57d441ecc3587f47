"""Delivery by Apprise, which knows the services that have no sender of their own. An extra."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from processors.messages.plain import plain
from schemas.delivery.receiver import AppriseReceiver
from schemas.message import Message
from streams.notify.sender import Outcome
from streams.notify.senders.outcomes import of_error
from streams.notify.senders.remaining import Remaining

URLS_MAX = 20


class AppriseSender:
    """Sends to several services; those that failed are tried again by themselves."""

    def __init__(self, receiver: AppriseReceiver, urls: Sequence[str]) -> None:
        """Raises ValueError, with a sentence without secrets: Apprise is missing, or knows no such URL."""
        self._timeout_s = receiver.timeout_s
        self._services = {str(number): _service(number, url) for number, url in enumerate(urls, 1)}
        if not 0 < len(urls) <= URLS_MAX:
            raise ValueError(f"expected 1 to {URLS_MAX} URLs, found {len(urls)}")
        self._remaining = Remaining([*self._services], "services")

    async def send(self, message: Message, thread: str | None) -> Outcome:
        """Send to every service that has not got the message yet; Apprise says no more than whether it worked."""
        numbers = self._remaining.of(message.id)
        # A service that fails in a way of its own takes nothing from what the others have.
        sent = await asyncio.gather(
            *(self._send(number, message) for number in numbers), return_exceptions=True
        )
        got = [number for number, ok in zip(numbers, sent, strict=True) if ok is True]
        errors = [of_error(one, self._timeout_s).why for one in sent if isinstance(one, Exception)]
        return self._remaining.outcome(message.id, got, (), next(iter(errors), ""))

    async def close(self) -> None:
        """There is no connection to give up."""

    async def _send(self, number: str, message: Message) -> bool:
        title, body, kind = plain(message)
        try:
            async with asyncio.timeout(self._timeout_s):
                # Escapes are Apprise's own mark-up; the text is as it is.
                sent = await self._services[number].async_notify(
                    body=body, title=title, notify_type=kind, body_format="text", interpret_escapes=False
                )
        except TimeoutError:
            return False
        return bool(sent)


def _service(number: int, url: str) -> Any:
    try:
        import apprise
    except ImportError:
        raise ValueError("Apprise is not installed: pip install 'crm-pulse[apprise]'") from None
    # It logs URLs and texts; both are nobody's business.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    service = apprise.Apprise()
    if not service.add(url):
        raise ValueError(f"Apprise does not know what to do with URL {number}")
    return service
