"""What all senders over HTTP have in common, with real servers of every temper."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from schemas.message import Message
from streams.notify.sender import Fate, Outcome
from streams.notify.senders.http import ANSWER_BYTES_MAX, HttpPost, PublicResolver, check_literal
from streams.notify.senders.outcomes import PrivateAddressError
from tests.processors.messages.told import message
from tests.streams.notify.senders.made import HTTP, SHORT_US
from tests.streams.notify.senders.servers import Write, answer, dying_after, never, serving, slowly

OK = '{"ok": true, "ts": "1700000000.000100"}'


async def outcome(kind: str, *doing: Write, told: Message | None = None) -> Outcome:
    """Return what a sender makes of a server that does this."""
    async with serving(*doing) as server:
        sender = HTTP[kind](server.url, SHORT_US)
        try:
            return await sender.send(told or message(), None)
        finally:
            await sender.close()


@pytest.mark.parametrize("kind", HTTP)
@pytest.mark.parametrize(
    ("doing", "fate", "why"),
    [
        pytest.param(answer(200, OK), Fate.DELIVERED, "", id="200"),
        pytest.param(answer(500), Fate.LATER, "answered with status 500", id="500"),
        pytest.param(answer(503, "<html>"), Fate.LATER, "answered with status 503", id="503 in HTML"),
        pytest.param(answer(408), Fate.LATER, "answered with status 408", id="408"),
        pytest.param(answer(429, Retry_After="7"), Fate.LATER, "answered with status 429", id="429"),
        pytest.param(answer(400), Fate.REFUSED, "answered with status 400", id="400"),
        pytest.param(answer(401), Fate.REFUSED, "answered with status 401", id="401"),
        pytest.param(answer(404), Fate.REFUSED, "answered with status 404", id="404"),
        pytest.param(never, Fate.LATER, "no answer within 0.3 s", id="never"),
        pytest.param(slowly, Fate.LATER, "no answer within 0.3 s", id="slowly"),
        pytest.param(
            dying_after(b""),
            Fate.LATER,
            "the connection broke before the answer was complete",
            id="dies at once",
        ),
        pytest.param(
            dying_after(b"HTTP/1.1 200 OK\r\nContent-Le"),
            Fate.LATER,
            "the connection broke before the answer was complete",
            id="dies half-way",
        ),
        pytest.param(
            dying_after(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
            Fate.LATER,
            "the connection broke before the answer was complete",
            id="speaks something else",
        ),
    ],
)
async def test_fates(kind: str, doing: Write, fate: Fate, why: str) -> None:
    """Each temper of a server has its fate, and a sentence that says why."""
    found = await outcome(kind, doing)

    assert (found.fate, found.why) == (fate, why)


@pytest.mark.parametrize("kind", HTTP)
@pytest.mark.parametrize(
    ("header", "least_s", "most_s"),
    [
        ("120", 120, 120),
        ("Sat, 21 Nov 2099 09:16:00 GMT", 86_400, 86_400),
        ("Sat, 21 Nov 2020 09:16:00 GMT", 0, 0),
    ],
)
async def test_retry_after(kind: str, header: str, least_s: float, most_s: float) -> None:
    """How long the server wants to be left alone is handed on, in both forms, with 429 and with 503."""
    for status in (429, 503):
        found = await outcome(
            kind, answer(status, '{"ok": false, "error": "ratelimited"}', Retry_After=header)
        )

        assert found.fate is Fate.LATER
        assert found.after_s is not None
        assert least_s <= found.after_s <= most_s


@pytest.mark.parametrize("kind", HTTP)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(kind: str, status: int) -> None:
    """What was written into the file is where it goes, and nowhere else."""
    async with (
        serving(answer(200, OK)) as elsewhere,
        serving(answer(status, Location=elsewhere.url)) as server,
    ):
        sender = HTTP[kind](server.url)
        found = await sender.send(message(), None)
        await sender.close()

        assert found.fate is Fate.REFUSED
        assert "redirect" in found.why
        assert elsewhere.asked == []


@pytest.mark.parametrize("kind", HTTP)
async def test_no_connection(kind: str) -> None:
    """A port where nobody listens may be listened to later; so may a name that nobody knows yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = HTTP[kind](f"http://127.0.0.1:{free.getsockname()[1]}")
        assert await closed.send(message(), None) == Outcome(Fate.LATER, "no connection")
    unknown = HTTP[kind]("http://nobody.invalid")
    assert await unknown.send(message(), None) == Outcome(Fate.LATER, "the server's name is not known")
    await closed.close()
    await unknown.close()


@pytest.mark.parametrize("kind", HTTP)
async def test_it_goes_on_after_an_outage(kind: str) -> None:
    """A sender that failed works again when the server does, with the same message."""
    async with serving(answer(500), dying_after(b""), answer(200, OK)) as server:
        sender = HTTP[kind](server.url)
        fates = [(await sender.send(message(), None)).fate for _ in range(4)]
        await sender.close()

    assert fates == [Fate.LATER, Fate.LATER, Fate.DELIVERED, Fate.DELIVERED]
    if kind != "alertmanager":  # its times are of the attempt
        assert len({asked.body for asked in server.asked}) == 1


@pytest.mark.parametrize("kind", HTTP)
async def test_no_secret_in_what_is_said(kind: str) -> None:
    """Sentences of failures hold neither secrets nor the message."""
    for doing in (
        answer(400, "hunter2"),
        answer(500, "hunter2"),
        never,
        answer(200, '{"ok":false,"error":"hunter2"}'),
    ):
        found = await outcome(kind, doing)
        assert "hunter2" not in found.why
        assert message().title not in found.why


@pytest.mark.parametrize("kind", ["webhook", "alertmanager", "pagerduty"])
async def test_a_status_decides(kind: str) -> None:
    """When the status came the message was taken, whatever becomes of the rest of the answer."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"

    assert (await outcome(kind, dying_after(head + b"x"))).fate is Fate.DELIVERED
    assert (await outcome(kind, dying_after(head + b"x" * ANSWER_BYTES_MAX * 2))).fate is Fate.DELIVERED


@pytest.mark.parametrize("kind", HTTP)
async def test_the_surroundings_have_no_say(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not used: it would resolve names that we have to check."""
    async with serving(answer(200, OK)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        sender = HTTP[kind](server.url)
        assert (await sender.send(message(), None)).fate is Fate.DELIVERED
        await sender.close()


@pytest.mark.parametrize("kind", ["slack-bot", "slack-webhook", "pagerduty"])
async def test_a_proxy_that_is_asked_for(kind: str) -> None:
    """A proxy in the file is gone through."""
    async with serving(answer(200, OK)) as proxy:
        sender = HTTP[kind]("http://example.invalid", proxy=proxy.url)
        assert (await sender.send(message(), None)).fate is Fate.DELIVERED
        await sender.close()

    assert proxy.asked[0].path.startswith("http://example.invalid/")


class Names(AbstractResolver):
    """Leads every name to these addresses, each time to the next."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"]],
)
async def test_names_of_private_addresses(addresses: list[str]) -> None:
    """One address that isn't public among a name's is enough to go nowhere."""
    with pytest.raises(PrivateAddressError):
        await PublicResolver(Names(addresses)).resolve("example.com", 443)


async def test_no_rebinding() -> None:
    """A name is asked for once, and the very addresses that were checked are connected to."""
    async with serving(answer(200)) as server:
        port = server.url.rpartition(":")[2]
        names = Names(["127.0.0.1"], ["8.8.8.8"])
        http = HttpPost(1.0, public_only=True, resolver=names)
        found = await http.post(f"http://crm.example:{port}/", b"", {})
        await http.close()

    assert found == Outcome(Fate.REFUSED, "the address is not public, and allow_private is not set")
    assert names.asked == 1
    assert server.asked == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "2130706433", "127.1", "017700000001"],
)
def test_literal_addresses(host: str) -> None:
    """An address in the URL itself is checked as well, in every way to write it."""
    with pytest.raises(PrivateAddressError):
        check_literal(f"https://{host}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "[::1]", "2130706433"])
async def test_this_machine_is_not_reached(host: str) -> None:
    """However this machine is named, nothing arrives."""
    async with serving(answer(200)) as server:
        http = HttpPost(2.0, public_only=True)
        found = await http.post(f"http://{host}:{server.url.rpartition(':')[2]}/", b"", {})
        await http.close()

    assert found.fate is not Fate.DELIVERED
    assert server.asked == []


async def test_certificates(certificate: Path) -> None:
    """A certificate that nobody vouches for is not spoken to; with `ca_file` it is."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    async with serving(answer(200), ssl=context) as server:
        outcomes: list[Any] = []
        for ca_file in (None, str(certificate / "cert.pem")):
            http = HttpPost(5.0, ca_file=ca_file)
            outcomes.append(await http.post(server.url, b"", {}))
            await http.close()

    assert outcomes == [
        Outcome(Fate.LATER, "the server's certificate is not trusted"),
        Outcome(Fate.DELIVERED),
    ]
