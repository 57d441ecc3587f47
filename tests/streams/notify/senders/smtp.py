"""A real SMTP server (aiosmtpd) that answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as POLICY
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answers = dict[str, list[str]]
"""By address, what is answered to `RCPT TO`, the last again and again; `250 OK` to those not named."""


class Mailbox:
    """Takes mails; and the server's handler."""

    def __init__(self, answers: Answers | None = None, data: list[str] | None = None) -> None:
        self.answers = answers or {}
        self.data = data or ["250 OK"]
        """What is answered to mails, the last again and again."""
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.logins: list[bytes] = []
        self.encrypted: list[bool] = []
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        told = _next(self.answers.get(address, ["250 OK"]))
        if told.startswith("250"):
            envelope.rcpt_tos.append(address)
        return told

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        told = _next(self.data)
        if told == "die":
            assert server.transport is not None
            server.transport.close()
            return "421 gone"
        if told == "never":
            await asyncio.Event().wait()
        if told.startswith("250"):
            assert isinstance(envelope.content, bytes)
            mail: Any = BytesParser(policy=POLICY).parsebytes(envelope.content)
            self.mails.append((envelope.rcpt_tos, mail))
            self.encrypted.append(session.ssl is not None)
        return told

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append(data.login)
        return AuthResult(success=data.password == b"hunter2", handled=False)


@asynccontextmanager
async def mail_server(
    mailbox: Mailbox, context: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    """Run a server on a free port of this machine; `context` is for TLS from the first byte."""
    loop = asyncio.get_running_loop()
    made = lambda: SMTP(mailbox, hostname="mail.example", loop=loop, **options)  # noqa: E731
    server = await loop.create_server(made, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def _next(told: list[str]) -> str:
    return told.pop(0) if len(told) > 1 else told[0]
