"""Tokens: who may read and do what over HTTP. The file has digests only; what is sent is nowhere written."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from schemas.files.document import Section, readable, reading, together
from schemas.files.fault import PathMessage

Scope = Literal["read", "acknowledge", "admin"]
SCOPES: Final[tuple[Scope, ...]] = ("read", "acknowledge", "admin")
TokenName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$")]
Team = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Token(Section):
    """A token's rights."""

    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    """The SHA-256 of the token, in hexadecimal digits."""
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)]
    """`read`; `acknowledge`: acknowledge and silence alerts, end one's own silences; `admin`: end anybody's."""
    teams: Annotated[tuple[Team, ...], Field(min_length=1)] | None = None
    """Only what is of these teams and their reps; default: everything."""
    company: bool = False
    """With `teams`: what is of no team and no rep, too."""

    @together
    def _company_needs_teams(self) -> Iterator[PathMessage]:
        if self.company and self.teams is None:
            yield ("company",), "'company' goes with 'teams': without them everything is seen"


class TokensFile(Section):
    """A file of tokens."""

    tokens: Annotated[dict[TokenName, Token], Field(min_length=1)]
    """By name: what is in the logs, and the author of what is said with it."""


def load_tokens(text: str | bytes, file: str) -> dict[str, Token]:
    """Return the tokens in `text`, by name. Raises `Faults` with every mistake."""
    with reading(text, file) as document:
        tokens = document.read(TokensFile).tokens
        document.report(_twice(tokens))
        return tokens


def _twice(tokens: Mapping[str, Token]) -> Iterator[PathMessage]:
    first: dict[str, str] = {}
    for name, token in tokens.items():
        yield from readable(_one_twice(name, token, first))


def _one_twice(name: str, token: Token, first: dict[str, str]) -> Iterator[PathMessage]:
    other = first.setdefault(token.sha256, name)
    if other != name:
        yield ("tokens", name, "sha256"), f"is the token {other!r} too; each needs its own"


def digest(token: str) -> str:
    """Return what the file has of a token."""
    return sha256(token.encode()).hexdigest()
