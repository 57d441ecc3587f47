"""Delivery by mail, one connection a message."""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from processors.messages.mail import mail, message_id
from schemas.delivery.receiver import EmailReceiver
from schemas.message import Message
from streams.notify.sender import Outcome
from streams.notify.senders.outcomes import later, of_error, refused
from streams.notify.senders.remaining import Remaining

QUIT_S = 2.0
"""How long a server may take over its good-bye, when it has the mail already."""


class EmailSender:
    """Sends to a list of addresses; those that the server put off are tried again by themselves."""

    def __init__(self, receiver: EmailReceiver, password: str | None = None) -> None:
        self._receiver = receiver
        self._password = password
        self._context = ssl.create_default_context(cafile=receiver.ca_file)
        self._remaining = Remaining(receiver.to, "addresses")

    async def send(self, message: Message, thread: str | None) -> Outcome:
        """Send the mail to all who have not got it yet; a thread is the id of its first mail."""
        receiver = self._receiver
        body = mail(message, receiver.sender, receiver.to, thread).as_bytes()
        to = self._remaining.of(message.id)
        try:
            codes = await self._send(to, body)
        except SMTPRecipientsRefused as error:
            codes = {one.recipient: one.code for one in error.recipients}
        except Exception as error:
            return self._failed(error)
        got = [address for address in to if address not in codes]
        never = [address for address, code in codes.items() if code >= 500]
        why = f"answered {min(codes.values())}" if codes else ""
        root = thread or message_id(message, receiver.sender)
        return self._remaining.outcome(message.id, got, never, why, root)

    async def close(self) -> None:
        """There is no connection to give up."""

    async def _send(self, to: Sequence[str], body: bytes) -> dict[str, int]:
        """Return the addresses that the server did not take, with its codes."""
        smtp = self._smtp()
        try:
            async with asyncio.timeout(self._receiver.timeout_s):
                await smtp.connect()
                answers, _ = await smtp.sendmail(self._receiver.sender, to, body)
            # The server has the mail; how it takes leave doesn't matter.
            with suppress(SMTPException, OSError, TimeoutError):
                async with asyncio.timeout(QUIT_S):
                    await smtp.quit()
            return {address: answer.code for address, answer in answers.items()}
        finally:
            smtp.close()

    def _smtp(self) -> SMTP:
        receiver = self._receiver
        return SMTP(
            hostname=receiver.host,
            port=receiver.port,
            username=receiver.username,
            password=self._password,
            use_tls=receiver.security == "tls",
            start_tls=receiver.security == "starttls",
            tls_context=self._context,
            local_hostname=receiver.sender.rpartition("@")[2],  # not this host's, which is nobody's business
            timeout=receiver.timeout_s,
        )

    def _failed(self, error: Exception) -> Outcome:
        """Return what an error means. What the server says may quote the mail, so only its code is repeated."""
        match error:
            case SMTPAuthenticationError():
                return _of_code(error.code, "to user name and password")
            case SMTPResponseException():
                return _of_code(error.code)
            case SMTPException() if isinstance(error.__cause__, OSError):
                return of_error(error.__cause__, self._receiver.timeout_s)
            case SMTPException() if not isinstance(error, OSError):
                # Somebody in between may hide it, so it is not given up.
                return later("the server offers no STARTTLS, or no way to log in that we know")
        return of_error(error, self._receiver.timeout_s)


def _of_code(code: int, what: str = "") -> Outcome:
    why = f"answered {code} {what}".rstrip()
    return refused(why) if 500 <= code < 600 else later(why)
