"""`crm-pulse token`: what it prints is what the server takes."""

import re

import pytest

from schemas.token import digest, load_tokens
from streams.cli.main import run

Captured = pytest.CaptureFixture[str]


def test_a_token_and_its_entry(capsys: Captured) -> None:
    """The entry has the digest, not the token; pasted below `tokens:` it is a file."""
    arguments = [
        "token",
        "lobby",
        "--scope",
        "read",
        "--scope",
        "acknowledge",
        "--team",
        "north",
        "--team",
        "süd 1",
    ]
    assert run([*arguments, "--company"]) == 0
    made, *rest = capsys.readouterr().out.splitlines()
    lines = rest[3:]

    assert re.fullmatch(r"crmp_[A-Za-z0-9_-]{43}", made)
    assert made not in "\n".join(rest)
    found = load_tokens("\n".join(["tokens:", *lines]), "tokens.yaml")["lobby"]
    assert (found.sha256, found.scopes) == (digest(made), ("read", "acknowledge"))
    assert (found.teams, found.company) == (("north", "süd 1"), True)


def test_each_is_another_and_reads_only(capsys: Captured) -> None:
    """Unless it is to do more."""
    assert [run(["token", "a"]), run(["token", "a"])] == [0, 0]
    lines = capsys.readouterr().out.splitlines()

    assert len({line for line in lines if line.startswith("crmp_")}) == 2
    assert lines.count('    scopes: ["read"]') == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a b"], "a b"),
        (["a", "--scope", "write"], "scopes"),
        (["a", "--company"], "'company' goes with 'teams'"),
    ],
)
def test_what_is_no_token(arguments: list[str], said: str, capsys: Captured) -> None:
    """Told as for the file; nothing is made."""
    assert run(["token", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
