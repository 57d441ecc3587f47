"""The kinds of fields that receivers have."""

from email.headerregistry import Address as MailAddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.delivery.receiver_fields import Address, one_line, url

ADDRESS: TypeAdapter[str] = TypeAdapter(Address)


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


@pytest.mark.parametrize(
    "text",
    ["ann@example.com", "sales.north+crm@mail-1.example.com", "o'neill@h", "a@10.0.0.1", "a" * 64 + "@h"],
)
def test_addresses(text: str) -> None:
    """As most people have one."""
    assert ADDRESS.validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "ann", "@h", "ann@", "a@b@h", "ann@example.com.", "ann@example..com", ".ann@h", "ann.@h", "a..b@h", "ann@-h",
        "a" * 65 + "@h", "a@" + "h" * 254, "ann <a@h>", "ä@h",
    ],
)  # fmt: skip
def test_no_addresses(text: str) -> None:
    """Of what a mail server would refuse as much as can be seen."""
    with pytest.raises(ValidationError, match="expected an e-mail address"):
        ADDRESS.validate_python(text)


@given(st.text("aZ0.-_+'@", min_size=3, max_size=12))
def test_to_every_address_a_mail_can_be_written(text: str) -> None:
    """One that was good in the file would fail with each message."""
    try:
        ADDRESS.validate_python(text)
    except ValidationError:
        return
    assert MailAddress(addr_spec=text).addr_spec == text
