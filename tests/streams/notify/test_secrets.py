"""Secrets from the environment and from files."""

from pathlib import Path

import pytest

from schemas.delivery.receiver_fields import SecretSource
from streams.notify.secrets import SECRET_BYTES_MAX, SecretError, read_line, read_secret


def test_from_both_places(tmp_path: Path) -> None:
    """A line end after a secret in a file is the editor's, not the secret's."""
    file = tmp_path / "token"
    file.write_bytes(b"\xef\xbb\xbfhunter2\r\n")

    assert read_line(SecretSource("token", "TOKEN", None), {"TOKEN": " hunter2 "}) == "hunter2"
    assert read_line(SecretSource("token", None, str(file)), {}) == "hunter2"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(None, "No such file or directory", id="missing"),
        pytest.param(b"\n", "is empty", id="empty"),
        pytest.param(b"\xff\xfe", "is not UTF-8", id="another encoding"),
        pytest.param(
            b"x" * (SECRET_BYTES_MAX + 1), "has more than 65,536 bytes", id="something else altogether"
        ),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    """What is wrong with a file is said with its name."""
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SecretError) as caught:
        read_secret(SecretSource("token", None, str(file)), {})
    assert str(caught.value).startswith(f"token_file: {file}")
    assert str(caught.value).endswith(sentence)


@pytest.mark.parametrize(("environ", "sentence"), [({}, "is not set"), ({"TOKEN": ""}, "is empty")])
def test_bad_variables(environ: dict[str, str], sentence: str) -> None:
    """What is wrong with a variable is said with its name."""
    with pytest.raises(SecretError) as caught:
        read_secret(SecretSource("token", "TOKEN", None), environ)
    assert str(caught.value) == f"token_env: the environment variable TOKEN {sentence}"


@pytest.mark.parametrize("secret", ["hunter2\r\nX-Evil: 1", "hünter2", "hunter2\x00"])
def test_what_would_break_a_header(secret: str) -> None:
    """A secret that is no single line of ASCII is refused, and not repeated."""
    with pytest.raises(SecretError) as caught:
        read_line(SecretSource("token", "TOKEN", None), {"TOKEN": secret})
    assert str(caught.value) == "token: TOKEN holds more than one line of printable ASCII"
