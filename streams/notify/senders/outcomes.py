"""What an answer, or the want of one, means for the message: delivered, to be tried again, or refused."""

import asyncio
import ssl
from collections.abc import Mapping

import aiohttp

from processors.messages.retry_after import retry_after_s
from streams.notify.sender import Fate, Outcome

LATER_STATUSES = frozenset({408, 425, 429})
"""Besides 5xx: what the same request may get past another time."""

DELIVERED = Outcome(Fate.DELIVERED)


class RedirectError(Exception):
    """The server sends us elsewhere; where to is no longer what somebody wrote into the file."""


class PrivateAddressError(Exception):
    """The server's name leads to an address that isn't public."""


def of_status(status: int, headers: Mapping[str, str], now_us: int) -> Outcome:
    """Return what an HTTP status means."""
    if 200 <= status < 300:
        return DELIVERED
    why = f"answered with status {status}"
    if status in LATER_STATUSES or status >= 500:
        return later(why, retry_after_s(headers.get("Retry-After"), now_us))
    if 300 <= status < 400:
        why = f"{why}, and redirects are not followed"
    return refused(why)


def of_error(error: Exception, timeout_s: float) -> Outcome:
    """Return what it means that there was no answer. Texts of errors may hold URLs, so none is repeated."""
    match error:
        case PrivateAddressError():
            return refused("the address is not public, and allow_private is not set")
        case RedirectError():
            return refused("answered with a redirect, which is not followed")
        case aiohttp.InvalidURL():
            return refused("the URL can't be used")
        case ssl.SSLCertVerificationError() | aiohttp.ClientConnectorCertificateError():
            return later("the server's certificate is not trusted")
        case aiohttp.ClientConnectorDNSError():
            return later("the server's name is not known")
        case ssl.SSLError() | aiohttp.ClientSSLError():
            return later("no TLS with the server")
        case asyncio.TimeoutError():
            return later(f"no answer within {timeout_s:g} s")
        case aiohttp.ClientConnectorError() | ConnectionRefusedError():
            return later("no connection")
        case aiohttp.ClientError() | ConnectionError():
            return later("the connection broke before the answer was complete")
    return later(f"failed: {type(error).__name__}")


def later(why: str, after_s: float | None = None) -> Outcome:
    """Return that it may work another time."""
    return Outcome(Fate.LATER, why, after_s)


def refused(why: str) -> Outcome:
    """Return that it will never work."""
    return Outcome(Fate.REFUSED, why)
