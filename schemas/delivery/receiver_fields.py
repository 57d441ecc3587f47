"""The kinds of fields that receivers have. What may be a secret is never repeated in a mistake's sentence."""

import re
from functools import partial
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from schemas import duration

DURATION_D_MAX = 1

_ENV_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,99}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:.]{2,45}", re.ASCII)
_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}", re.ASCII)
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABELS = r"[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@[^@]{{1,253}}\Z){_ATOM}(\.{_ATOM})*@{_LABELS}", re.ASCII)
"""No dot stands at an end, or beside another: a mail to such an address can't even be written."""


class SecretSource(NamedTuple):
    """Where a secret is: in an environment variable or in a file."""

    name: str
    env: str | None
    file: str | None


def one_line(text: str) -> str:
    """Return a text that has no line breaks or other control characters. Raises ValueError."""
    if not text.isprintable():
        raise ValueError("expected one line of printable text")
    return text


def url(text: str) -> str:
    """Return an http or https URL without secrets in it. Raises ValueError with a sentence that has none."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("expected a URL such as https://example.com/path") from None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[^!-~]", text):
        raise ValueError("expected a URL such as https://example.com/path")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a secret is not written here: expected a URL without user and password")
    if parts.fragment:
        raise ValueError("expected a URL without #")
    return text


def _env_name(text: str) -> str:
    if not _ENV_NAME.fullmatch(text):
        raise ValueError("expected the name of an environment variable, such as CRM_PULSE_SECRET_SLACK")
    return text


def _written(found: object, info: ValidationInfo) -> None:
    """Refuse a secret that stands in the file."""
    if found is not None:
        name = (info.field_name or "").rstrip("_")
        raise ValueError(
            f"a secret is not written here: name an environment variable with {name}_env, "
            f"or a file with {name}_file"
        )


def _like(shape: re.Pattern[str], expected: str, text: str) -> str:
    if not shape.fullmatch(text):
        raise ValueError(f"expected {expected}, found {text!r}")
    return text


def _lasting(least: str, most: str, text: object) -> int:
    found_us = duration.duration_us(text, DURATION_D_MAX)
    if not duration.duration_us(least, 1) <= found_us <= duration.duration_us(most, 1):
        raise ValueError(f"expected a duration from {least} to {most}, found {text!r}")
    return found_us


Written = Annotated[None, BeforeValidator(_written)]
"""A field that stands here to say that the secret does not."""
EnvName = Annotated[str, AfterValidator(_env_name)]
FilePath = Annotated[str, Field(min_length=1, max_length=4_096)]
Url = Annotated[str, Field(max_length=2_000), AfterValidator(url)]
Host = Annotated[str, AfterValidator(partial(_like, _HOST, "a host name or address"))]
Address = Annotated[
    str, AfterValidator(partial(_like, _ADDRESS, "an e-mail address such as ann@example.com"))
]
HeaderName = Annotated[str, AfterValidator(partial(_like, _HEADER, "a header's name"))]
HeaderValue = Annotated[str, Field(max_length=1_000), AfterValidator(one_line)]
LabelName = Annotated[str, AfterValidator(partial(_like, _LABEL, "letters, digits and _"))]
Timeout = Annotated[int, BeforeValidator(partial(_lasting, "1s", "1m"))]
ResendEvery = Annotated[int, BeforeValidator(partial(_lasting, "10s", "1d"))]
