"""Files of tokens: what is read, and every mistake with its line."""

import pytest

from schemas.files.fault import Faults
from schemas.token import digest, load_tokens

A, B = "a" * 64, "b" * 64


def test_what_stands_in_one() -> None:
    """Scopes, teams; without teams everything is seen."""
    found = load_tokens(
        f"""
tokens:
  lobby: {{sha256: {A}, scopes: [read]}}
  kim@example.com: {{sha256: {B}, scopes: [read, acknowledge], teams: [north, "süd"], company: true}}
""",
        "tokens.yaml",
    )

    assert found["lobby"].teams is None
    assert (found["kim@example.com"].teams, found["kim@example.com"].company) == (("north", "süd"), True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tokens: {}", "tokens.yaml:1: tokens"),
        (f"tokens:\n  a: {{sha256: {A}, scopes: [write]}}", "tokens.yaml:2: tokens.a.scopes"),
        (f"tokens:\n  a: {{sha256: {A}, scopes: []}}", "tokens.yaml:2: tokens.a.scopes"),
        ("tokens:\n  a: {sha256: secret, scopes: [read]}", "tokens.yaml:2: tokens.a.sha256"),
        (f"tokens:\n  a: {{sha256: {A}, scopes: [read], team: north}}", "team"),
        (f"tokens:\n  a: {{sha256: {A}, scopes: [read], teams: []}}", "tokens.yaml:2: tokens.a.teams"),
        (f"tokens:\n  a: {{sha256: {A}, scopes: [read], company: true}}", "'company' goes with 'teams'"),
        (f"tokens:\n  a b: {{sha256: {A}, scopes: [read]}}", "tokens.yaml:2"),
        (
            f"tokens:\n  a: {{sha256: {A}, scopes: [read]}}\n  b: {{sha256: {A}, scopes: [read]}}",
            "tokens.yaml:3: tokens.b.sha256: is the token 'a' too; each needs its own",
        ),
    ],
)
def test_mistakes(text: str, said: str) -> None:
    """Each with file, line and field."""
    with pytest.raises(Faults) as wrong:
        load_tokens(text, "tokens.yaml")

    assert said in str(wrong.value)


def test_the_digest() -> None:
    """As `sha256sum` gives it."""
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
