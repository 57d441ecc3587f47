"""What answers and errors mean."""

import ssl

import aiohttp
import pytest

from streams.notify.sender import Fate
from streams.notify.senders.outcomes import of_error, of_status

NOW_US = 1_795_252_530_000_000


@pytest.mark.parametrize(
    ("statuses", "fate"),
    [
        ((200, 201, 202, 204, 299), Fate.DELIVERED),
        ((408, 425, 429, 500, 501, 502, 503, 504, 599), Fate.LATER),
        ((100, 301, 304, 308, 400, 401, 403, 404, 405, 409, 410, 413, 422, 451, 499), Fate.REFUSED),
    ],
)
def test_statuses(statuses: tuple[int, ...], fate: Fate) -> None:
    """Each status has its fate, and only what is to be tried again a time before which not to."""
    for status in statuses:
        found = of_status(status, {"Retry-After": "5"}, NOW_US)
        assert found.fate is fate
        assert found.after_s == (5 if fate is Fate.LATER else None)
        assert bool(found.why) == (fate is not Fate.DELIVERED)


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError("hunter2"),
        OSError("hunter2"),
        ConnectionResetError("hunter2"),
        ssl.SSLError("hunter2"),
        ssl.SSLCertVerificationError("hunter2"),
        aiohttp.ServerDisconnectedError("hunter2"),
        aiohttp.ClientPayloadError("hunter2"),
        RuntimeError("hunter2"),
    ],
)
def test_errors(error: Exception) -> None:
    """Any error is tried again; what it says, which may hold an address, is not repeated."""
    found = of_error(error, 10)

    assert found.fate is Fate.LATER
    assert found.why
    assert "hunter2" not in found.why


def test_a_url_that_is_none() -> None:
    """What can't be asked for at all is not asked for again."""
    assert of_error(aiohttp.InvalidURL("http://hunter2"), 10).fate is Fate.REFUSED
