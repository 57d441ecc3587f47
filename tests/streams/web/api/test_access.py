"""Who is let in, as whom, and how often."""

from typing import Any

import pytest

from processors.serving.viewing import Viewer
from streams.web.api.access import Gate
from streams.web.api.limits import Limits
from streams.web.api.problems import ProblemError, ProblemType
from tests.streams.web.api.serving import NOON_US, TOKENS

LIMITS = Limits(requests_per_s=1, requests_burst=3, refused_per_s=1, refused_burst=2)


def refused(gate: Gate, *asked: Any) -> ProblemError:
    """Return why somebody is not let in."""
    with pytest.raises(ProblemError) as found:
        gate.admit(*asked)
    return found.value


def test_a_token_and_what_it_may() -> None:
    """Name, scopes and teams are those of the file."""
    gate = Gate(TOKENS, Limits())

    north = gate.admit("Bearer north-secret", "10.0.0.1", NOON_US)
    assert (north.name, north.scopes) == ("north", {"read", "acknowledge"})
    assert north.viewer == Viewer(frozenset({"north"}), company=False)
    assert gate.admit("bearer reader-secret", "10.0.0.1", NOON_US).viewer.sees_all
    assert not gate.open


@pytest.mark.parametrize(
    "authorization",
    [
        None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic reader-secret", "reader-secret", "Bearer reader-secre",
        "Bearer reader-secret x", "Bearer " + "x" * 100_000, "Bearer \xff\udcff"[:8],
        "Bearer " + TOKENS["reader"].sha256,
    ],
)  # fmt: skip
def test_what_is_no_token(authorization: str | None) -> None:
    """Nothing, another scheme, a part of one, its digest: all the same answer."""
    problem = refused(Gate(TOKENS, Limits()), authorization, "10.0.0.1", NOON_US)

    assert problem.type is ProblemType.UNAUTHORIZED
    assert problem.headers["WWW-Authenticate"].startswith("Bearer")


def test_without_a_file_everybody_may_everything() -> None:
    """Who can reach it, which is this machine."""
    gate = Gate(None, Limits())
    somebody = gate.admit(None, "127.0.0.1", NOON_US)

    assert gate.open
    assert (somebody.name, somebody.viewer.sees_all) == ("local", True)
    for scope in ("read", "acknowledge", "admin"):
        somebody.require(scope)  # type: ignore[arg-type]


def test_each_token_may_ask_so_often() -> None:
    """Wherever it asks from; another's requests are not its own."""
    gate = Gate(TOKENS, LIMITS)
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        gate.admit("Bearer reader-secret", address, NOON_US)

    problem = refused(gate, "Bearer reader-secret", "10.0.0.4", NOON_US)
    assert (problem.type, problem.headers) == (ProblemType.TOO_MANY_REQUESTS, {"Retry-After": "1"})
    assert problem.detail.endswith("try again in 1 s")
    gate.admit("Bearer keeper-secret", "10.0.0.1", NOON_US)
    gate.admit("Bearer reader-secret", "10.0.0.1", NOON_US + 1_000_000)


def test_who_guesses_tokens_is_slowed_down() -> None:
    """By address; a good token from there is let in all the same."""
    gate = Gate(TOKENS, LIMITS)
    words = [refused(gate, "Bearer guess", "10.0.0.1", NOON_US).type.word for _ in range(3)]

    assert words == ["unauthorized", "unauthorized", "too-many-requests"]
    gate.admit("Bearer reader-secret", "10.0.0.1", NOON_US)
    assert refused(gate, None, "10.0.0.2", NOON_US).type is ProblemType.UNAUTHORIZED


def test_a_scope_that_is_missing() -> None:
    """The answer names the one it takes."""
    reader = Gate(TOKENS, Limits()).admit("Bearer reader-secret", "10.0.0.1", NOON_US)
    reader.require("read")

    with pytest.raises(ProblemError, match="has read, this needs acknowledge"):
        reader.require("acknowledge")
