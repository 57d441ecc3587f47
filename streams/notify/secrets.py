"""Secrets by where they are: an environment variable or a file. They are in nothing that is logged or raised."""

from collections.abc import Mapping
from pathlib import Path

from schemas.delivery.receiver_fields import SecretSource

SECRET_BYTES_MAX = 65_536


class SecretError(ValueError):
    """A secret isn't where the file says; the message names the place, never what is there."""


def read_secret(source: SecretSource, environ: Mapping[str, str]) -> str:
    """Return the secret, without blanks and line ends around it.

    Raises:
        SecretError: there is none, or it can't be read.
    """
    if source.env is not None:
        text = environ.get(source.env)
        place = f"{source.name}_env: the environment variable {source.env}"
        if text is None:
            raise SecretError(f"{place} is not set")
    else:
        assert source.file is not None
        place = f"{source.name}_file: {source.file}"
        text = _contents(Path(source.file), place)
    text = text.strip()
    if not text:
        raise SecretError(f"{place} is empty")
    return text


def read_line(source: SecretSource, environ: Mapping[str, str]) -> str:
    """Return a secret that goes into a header or a command, so must be one line of printable ASCII.

    Raises:
        SecretError: there is none, it can't be read, or it is something else.
    """
    text = read_secret(source, environ)
    if not (text.isascii() and text.isprintable()):
        place = source.env or source.file
        raise SecretError(f"{source.name}: {place} holds more than one line of printable ASCII")
    return text


def _contents(path: Path, place: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(SECRET_BYTES_MAX + 1)
    except OSError as error:
        raise SecretError(f"{place}: {error.strerror or type(error).__name__}") from None
    if len(raw) > SECRET_BYTES_MAX:
        raise SecretError(f"{place} has more than {SECRET_BYTES_MAX:,} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SecretError(f"{place} is not UTF-8") from None
