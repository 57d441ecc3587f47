"""Delivery to any HTTP server."""

import base64
import hashlib
import hmac

import msgspec
import pytest

from schemas.message import Message
from streams.clock import now_us
from streams.notify.sender import Fate, Outcome
from streams.notify.senders.make import make_sender
from tests.processors.messages.told import message
from tests.streams.notify.senders.made import SECRETS, receiver, sender, webhook
from tests.streams.notify.senders.servers import answer, serving


async def test_what_arrives() -> None:
    """The message as JSON, signed, with what the file adds."""
    async with serving(answer(204, b"")) as server:
        made = webhook(server.url, token_env="TOKEN", headers={"X-Team": "north"})
        assert await made.send(message(), None) == Outcome(Fate.DELIVERED)
        await made.close()
    (asked,) = server.asked
    headers = asked.headers

    assert asked.path == "/hook?x=1"
    assert msgspec.json.decode(asked.body, type=Message) == message()
    assert headers["authorization"] == "Bearer xoxb-hunter2"
    assert headers["x-team"] == "north"
    assert headers["content-type"] == "application/json"
    assert headers["idempotency-key"] == headers["webhook-id"] == message().id
    assert abs(int(headers["webhook-timestamp"]) - now_us() // 1_000_000) < 600
    signed = f"{message().id}.{headers['webhook-timestamp']}.".encode() + asked.body
    digest = hmac.new(SECRETS["KEY"].encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


async def test_a_repeated_message_has_the_same_id() -> None:
    """Who gets it twice can tell: id and body are the same."""
    async with serving(answer(500), answer(200)) as server:
        made = webhook(server.url)
        assert [(await made.send(message(), None)).fate for _ in range(2)] == [Fate.LATER, Fate.DELIVERED]
        await made.close()

    assert len({(asked.headers["idempotency-key"], asked.body) for asked in server.asked}) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
async def test_private_addresses_are_refused(host: str) -> None:
    """Without `allow_private` nothing inside is reached, and nobody needs to try again."""
    made = sender(type="webhook", url=f"https://{host}:9/", secret_env="KEY")

    assert await made.send(message(), None) == Outcome(
        Fate.REFUSED, "the address is not public, and allow_private is not set"
    )
    await made.close()


async def test_a_secret_url() -> None:
    """A URL may be a secret itself."""
    async with serving(answer(200)) as server:
        made = make_sender(
            receiver(type="webhook", url_env="URL", secret_env="KEY", allow_private=True),
            SECRETS | {"URL": f"{server.url}/hunter2"},
        )
        assert (await made.send(message(), None)).fate is Fate.DELIVERED
        await made.close()

    assert server.asked[0].path == "/hunter2"
