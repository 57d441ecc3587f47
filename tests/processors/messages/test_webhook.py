"""The signed body for any HTTP server."""

import base64
import hashlib
import hmac

import msgspec
import pytest

from processors.messages.webhook import signing_key, webhook_body, webhook_headers
from schemas.message import Message
from tests.processors.messages.told import MESSAGES, golden, message, pretty

KEY = b"0123456789abcdef0123456789abcdef"


def test_the_body_is_the_message() -> None:
    """A receiver in Python may read it with the same class; others by the fields' names."""
    for told in MESSAGES.values():
        assert msgspec.json.decode(webhook_body(told), type=Message) == told
    assert pretty(msgspec.json.decode(webhook_body(message()))) == golden("webhook-firing.json")


def test_a_receiver_can_check_the_signature() -> None:
    """The signature is the HMAC of id, time and body, written out here once more."""
    body = webhook_body(message())
    headers = webhook_headers(message(), body, KEY, 1_795_252_530)
    signed = b"00c0ffee00c0ffee.1795252530." + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()

    assert headers == {
        "Content-Type": "application/json",
        "Idempotency-Key": "00c0ffee00c0ffee",
        "webhook-id": "00c0ffee00c0ffee",
        "webhook-timestamp": "1795252530",
        "webhook-signature": f"v1,{expected}",
    }


def test_the_standards_own_example() -> None:
    """The example of the standard's text comes out as it stands there."""
    key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = message(id="msg_p5jXN8AQM9LWM0D4loKWxJek")
    headers = webhook_headers(told, b'{"test": 2432232314}', key, 1_614_265_330)

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [
        pytest.param("whsec_***", "what follows whsec_ is no base64", id="no base64"),
        pytest.param("short", "the key has 5 bytes; at least 16 are needed", id="too short"),
        pytest.param("whsec_c2hvcnQ=", "the key has 5 bytes; at least 16 are needed", id="too short inside"),
    ],
)
def test_bad_keys(secret: str, sentence: str) -> None:
    """What can't be a key is said, and not repeated."""
    with pytest.raises(ValueError, match=r"\w") as caught:
        signing_key(secret)
    assert str(caught.value) == sentence


def test_keys() -> None:
    """A secret is the key itself, or says it in base64."""
    assert signing_key("k" * 16) == b"k" * 16
    assert signing_key("whsec_" + base64.b64encode(KEY).decode()) == KEY
