"""The kinds of fields that receivers have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.receiver_fields import one_line, url


@pytest.mark.parametrize(
    "text",
    ["https://example.com", "http://[::1]:9093/a?b=c", "https://h.example:8443/x%20y", "http://10.0.0.1"],
)
def test_urls(text: str) -> None:
    """Addresses of the web are taken as they are."""
    assert url(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "h", "//h", "https://", "https:///x", "file:///etc/passwd", "https://h/ä", "https://h/a b", "https://h\n",
     "https://h:x", "https://[::1", "https://a:b@h", "https://a@h", "https://h#x"],
)  # fmt: skip
def test_no_urls(text: str) -> None:
    """What is none, hides a user or a part for browsers, is refused."""
    with pytest.raises(ValueError, match="expected a URL"):
        url(text)


@given(st.text())
def test_nothing_else_is_raised(text: str) -> None:
    """Whatever the text, it is one line or a ValueError."""
    for read in (url, one_line):
        try:
            assert "\n" not in read(text)
        except ValueError as error:
            assert "expected" in str(error)
