"""Delivery by mail, to a real SMTP server of every temper."""

import ssl
from pathlib import Path
from typing import Any

import pytest

from processors.messages.mail_text import mail_html, mail_text
from streams.notify.sender import Fate, Outcome, Sender
from tests.processors.messages.told import message, resolved
from tests.streams.notify.senders.made import SHORT_US, sender
from tests.streams.notify.senders.servers import Write, dying_after, never, saying, serving
from tests.streams.notify.senders.smtp import Mailbox, mail_server

FIRST = "<00c0ffee00c0ffee@example.com>"


def to_server(port: int, timeout_us: int | None = None, **more: Any) -> Sender:
    """Return a sender to a server on this machine, without TLS unless asked for."""
    fields: dict[str, Any] = {
        "type": "email", "host": "127.0.0.1", "port": port, "security": "none", "from": "pulse@example.com",
        "to": ("ann@example.com", "bob@example.com"),
    }  # fmt: skip
    return sender(timeout_us, **fields | more)


def server_side(certificate: Path) -> ssl.SSLContext:
    """Return the server's end of TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


async def test_what_arrives() -> None:
    """One mail to all, with both bodies; the next of the group refers to it."""
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        made = to_server(port)
        first = await made.send(message(), None)
        second = await made.send(resolved(), first.thread)
        await made.close()
    (to, mail), (_, reply) = mailbox.mails
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())

    assert first == second == Outcome(Fate.DELIVERED, thread=FIRST)
    assert to == ["ann@example.com", "bob@example.com"]
    assert (text, html) == (mail_text(message()), mail_html(message()))
    assert mail["Subject"] == "[critical] Customers of team north wait too long"
    assert reply["References"] == mail["Message-ID"] == FIRST


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_tls_and_login(certificate: Path, security: str) -> None:
    """User name and password go through TLS, to a server whose certificate is trusted."""
    mailbox, context = Mailbox(), server_side(certificate)
    options: dict[str, Any] = {"authenticator": mailbox.authenticate, "auth_required": True}
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    else:
        options |= {"auth_require_tls": False}  # aiosmtpd looks for its own STARTTLS only
    async with mail_server(mailbox, context if security == "tls" else None, **options) as port:
        trusted = {"security": security, "ca_file": str(certificate / "cert.pem"), "username": "pulse"}
        made = to_server(port, password_env="PASSWORD", **trusted)
        assert (await made.send(message(), None)).fate is Fate.DELIVERED
        wrong = to_server(port, password_env="TOKEN", **trusted)
        refused = await wrong.send(message(), None)

    assert set(mailbox.logins) == {b"pulse"}
    assert len(mailbox.mails) == 1
    assert refused == Outcome(Fate.REFUSED, "answered 535 to user name and password")
    assert mailbox.encrypted == [security == "starttls"]  # the other way TLS lies below the session


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for(certificate: Path, security: str) -> None:
    """Nothing is said to a server that may be another."""
    mailbox, context = Mailbox(), server_side(certificate)
    options = {"tls_context": context} if security == "starttls" else {}
    async with mail_server(mailbox, context if security == "tls" else None, **options) as port:
        found = await to_server(port, security=security).send(message(), None)

    assert found == Outcome(Fate.LATER, "the server's certificate is not trusted")
    assert mailbox.mails == []


async def test_no_way_around_tls() -> None:
    """A server without STARTTLS, or somebody in between who hides it, gets nothing."""
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        found = await to_server(port, security="starttls").send(message(), None)

    assert found == Outcome(Fate.LATER, "the server offers no STARTTLS, or no way to log in that we know")
    assert mailbox.mails == []


async def test_only_those_who_were_put_off_are_tried_again() -> None:
    """Who has the mail does not get it again when another's mailbox was full."""
    mailbox = Mailbox({"bob@example.com": ["450 full", "450 full", "250 OK"]})
    async with mail_server(mailbox) as port:
        made = to_server(port)
        outcomes = [await made.send(message(), None) for _ in range(3)]

    partly = Outcome(Fate.PARTLY, "1 of 2 addresses did not take it: answered 450", thread=FIRST)
    assert outcomes == [partly, partly, Outcome(Fate.DELIVERED, thread=FIRST)]
    assert [to for to, _ in mailbox.mails] == [["ann@example.com"], ["bob@example.com"]]


@pytest.mark.parametrize(
    ("answers", "fate", "why"),
    [
        pytest.param(("250 OK", "550 who?"), Fate.DELIVERED, "1 of 2 addresses refused it: answered 550", id="one unknown"),
        pytest.param(("550 who?", "550 who?"), Fate.REFUSED, "2 of 2 addresses refused it: answered 550", id="all unknown"),
        pytest.param(("450 full", "550 who?"), Fate.LATER, "1 of 2 addresses did not take it: answered 450", id="one full, one unknown"),
        pytest.param(("450 full", "451 later"), Fate.LATER, "2 of 2 addresses did not take it: answered 450", id="both full"),
    ],
)  # fmt: skip
async def test_addresses(answers: tuple[str, str], fate: Fate, why: str) -> None:
    """What the server says of each address adds up to one outcome."""
    mailbox = Mailbox({"ann@example.com": [answers[0]], "bob@example.com": [answers[1]]})
    async with mail_server(mailbox) as port:
        found = await to_server(port).send(message(), None)

    assert (found.fate, found.why) == (fate, why)


@pytest.mark.parametrize(
    ("data", "fate", "why"),
    [
        pytest.param("451 try later", Fate.LATER, "answered 451", id="put off"),
        pytest.param("554 spam", Fate.REFUSED, "answered 554", id="refused"),
        pytest.param(
            "die", Fate.LATER, "the connection broke before the answer was complete", id="dies half-way"
        ),
        pytest.param("never", Fate.LATER, "no answer within 0.3 s", id="never answers"),
    ],
)
async def test_what_becomes_of_the_mail(data: str, fate: Fate, why: str) -> None:
    """What the server says when it has all of the mail decides; the same mail is tried again."""
    mailbox = Mailbox(data=[data, "250 OK"])
    async with mail_server(mailbox) as port:
        made = to_server(port, SHORT_US)
        assert await made.send(message(), None) == Outcome(fate, why)
        assert (await made.send(message(), None)).fate is Fate.DELIVERED


@pytest.mark.parametrize(
    ("doing", "fate", "why"),
    [
        pytest.param(saying(b"421 too many\r\n"), Fate.LATER, "answered 421", id="too busy"),
        pytest.param(saying(b"554 go away\r\n"), Fate.REFUSED, "answered 554", id="not for us"),
        pytest.param(dying_after(b""), Fate.LATER, "the connection broke before the answer was complete", id="dies"),
        pytest.param(dying_after(b"220 mai"), Fate.LATER, "the connection broke before the answer was complete", id="dies half-way"),
        pytest.param(never, Fate.LATER, "no answer within 0.3 s", id="says nothing"),
    ],
)  # fmt: skip
async def test_greetings(doing: Write, fate: Fate, why: str) -> None:
    """A server that does not begin as it should is tried again, unless it says never."""
    async with serving(doing, greeting=True) as server:
        found = await to_server(int(server.url.rpartition(":")[2]), SHORT_US).send(message(), None)

    assert found == Outcome(fate, why)


async def test_no_connection() -> None:
    """Nobody listens there now; somebody may later."""
    async with serving(never) as server:
        port = int(server.url.rpartition(":")[2])

    assert await to_server(port).send(message(), None) == Outcome(Fate.LATER, "no connection")
    unknown = to_server(25, host="nobody.invalid")
    assert (await unknown.send(message(), None)).fate is Fate.LATER
