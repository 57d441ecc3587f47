"""Which hosts are this machine alone."""

import pytest

from streams.web.loopback import asks_loopback, is_loopback


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("LOCALHOST", True), ("0.0.0.0", False), ("::", False),
        ("10.0.0.1", False), ("pulse.example.com", False), ("localhost.example.com", False),
    ],
)  # fmt: skip
def test_what_is_this_machine_alone(host: str, loopback: bool) -> None:
    """Anything that is not surely loopback is not."""
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("header", "loopback"),
    [
        ("127.0.0.2:8080", True), ("127.0.0.2", True), ("[::1]:8080", True), ("[::1]", True), ("Localhost:8080", True),
        ("::1", False), ("[::1", False), ("", False), (":8080", False), ("localhost:x", False), ("localhost:1:2", False),
        ("127.0.0.1.example.com", False), ("a@127.0.0.1", False), ("[localhost.example.com]", False),
    ],
)  # fmt: skip
def test_whom_a_request_asks(header: str, loopback: bool) -> None:
    """A port may follow; a name that was made to lead here is none of this machine's."""
    assert asks_loopback(header) is loopback
