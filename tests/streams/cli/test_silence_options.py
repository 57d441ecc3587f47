"""The options that `ack` and `silence` share."""

import getpass

import pytest

from streams.cli.failure import CommandError
from streams.cli.silence_options import author_or_login, end_us


def test_the_end() -> None:
    """After so long from the beginning, or at a time; else what the command does by default."""
    assert end_us("1h 30m", None, 1_000_000) == 5_401_000_000
    assert end_us(None, "1970-01-01T00:00:07Z", 1_000_000) == 7_000_000
    assert end_us(None, None, 1_000_000, default_us=5) == 1_000_005


@pytest.mark.parametrize(
    ("lasting", "until", "said"),
    [
        ("2h", "2026-11-21T09:00:00Z", "one of --for and --until"),
        (None, None, "everything has an end"),
        ("2 hours", None, "--for: expected a duration such as 90s"),
        ("91d", None, "--for: may be 90 days at most"),
        (None, "9 o'clock", "--until 9 o'clock: expected a time with an offset"),
    ],
)
def test_what_is_no_end(lasting: str | None, until: str | None, said: str) -> None:
    """The option is named."""
    with pytest.raises(CommandError, match=said):
        end_us(lasting, until, 0)


def test_the_author(monkeypatch: pytest.MonkeyPatch) -> None:
    """The login name where none is given; where there is none either, the option is asked for."""
    monkeypatch.setattr(getpass, "getuser", lambda: "kim")
    assert (author_or_login(None), author_or_login("lee")) == ("kim", "lee")

    def nobody() -> str:
        raise OSError("no username set in the environment")

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(CommandError, match="--author"):
        author_or_login(None)
