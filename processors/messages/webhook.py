"""A message for any HTTP server: JSON, signed by the headers of standardwebhooks.com."""

from base64 import b64decode, b64encode
from binascii import Error
from hashlib import sha256
from hmac import digest

import msgspec

from schemas.message import Message

KEY_BYTES_MIN = 16
"""A shorter key could be guessed from one message."""
_ENCODED = "whsec_"


def webhook_body(message: Message) -> bytes:
    """Return the message as JSON, field by field as in schemas/message.py: the same bytes each time."""
    return msgspec.json.encode(message)


def signing_key(secret: str) -> bytes:
    """Return the key that a secret stands for. Raises ValueError with a sentence that doesn't repeat it."""
    if secret.startswith(_ENCODED):
        try:
            key = b64decode(secret.removeprefix(_ENCODED), validate=True)
        except (Error, ValueError):
            raise ValueError(f"what follows {_ENCODED} is no base64") from None
    else:
        key = secret.encode()
    if len(key) < KEY_BYTES_MIN:
        raise ValueError(f"the key has {len(key)} bytes; at least {KEY_BYTES_MIN} are needed")
    return key


def webhook_headers(message: Message, body: bytes, key: bytes, now_s: int) -> dict[str, str]:
    """Return the headers of an attempt: who it is from is shown by the signature over id, time and body."""
    signed = b".".join((message.id.encode(), str(now_s).encode(), body))
    signature = b64encode(digest(key, signed, sha256)).decode()
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": message.id,
        "webhook-id": message.id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": f"v1,{signature}",
    }
