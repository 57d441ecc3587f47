"""Who asks, and what that one may: bearer tokens, compared in constant time, and how often each may ask."""

import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from processors.serving.token_bucket import TokenBuckets
from processors.serving.viewing import Viewer
from schemas.token import SCOPES, Scope, Token, digest
from streams.web.api.limits import Limits
from streams.web.api.problems import ProblemError, ProblemType

LOCAL: Final = "local"
"""The name of whoever asks a server without tokens, which is on this machine."""
TOKEN_BYTES_MAX: Final = 1_000
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="crm-pulse"'}


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody who may ask."""

    name: str
    """The token's; the author of what is said."""
    scopes: frozenset[Scope]
    viewer: Viewer
    counted_as: str
    """Whose requests and streams are counted together."""

    def require(self, scope: Scope) -> None:
        """Raise ProblemError without the scope."""
        if scope not in self.scopes:
            raise ProblemError(
                ProblemType.FORBIDDEN_SCOPE,
                f"the token {self.name!r} has {', '.join(sorted(self.scopes))}, this needs {scope}",
            )


class Gate:
    """Lets requests in: those with a token, or all where there is no file of tokens."""

    def __init__(self, tokens: Mapping[str, Token] | None, limits: Limits) -> None:
        self._tokens = None if tokens is None else [*tokens.items()]
        self._requests = TokenBuckets(limits.requests_per_s, limits.requests_burst, limits.names_max)
        self._refused = TokenBuckets(limits.refused_per_s, limits.refused_burst, limits.names_max)

    @property
    def open(self) -> bool:
        """Whether everybody who reaches the server may do everything."""
        return self._tokens is None

    def admit(self, authorization: str | None, address: str, now_us: int) -> Access:
        """Return who asks. Raises ProblemError for a token that is none, and for too many requests."""
        if self._tokens is None:
            access: Access | None = Access(LOCAL, frozenset(SCOPES), Viewer(), f"address {address}")
        else:
            access = self._find(authorization)
        if access is None:
            _raise_for(self._refused.take(address, now_us), "without a good token")
            raise ProblemError(
                ProblemType.UNAUTHORIZED,
                "expected the header `Authorization: Bearer <token>` with a token of this server",
                headers=CHALLENGE,
            )
        _raise_for(self._requests.take(access.counted_as, now_us), f"of {access.name}")
        return access

    def _find(self, authorization: str | None) -> Access | None:
        scheme, _, sent = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(sent) <= TOKEN_BYTES_MAX:
            return None
        sent_digest, found = digest(sent.strip()), None
        # All of them, whichever fits: how long it takes says nothing about which do.
        for name, token in self._tokens or ():
            if hmac.compare_digest(sent_digest, token.sha256):
                teams = None if token.teams is None else frozenset(token.teams)
                viewer = Viewer(teams, token.company or teams is None)
                found = Access(name, frozenset(token.scopes), viewer, f"token {name}")
        return found


def _raise_for(wait_s: float, whose: str) -> None:
    if wait_s > 0:
        seconds = math.ceil(wait_s)
        raise ProblemError(
            ProblemType.TOO_MANY_REQUESTS,
            f"too many requests {whose}; try again in {seconds} s",
            headers={"Retry-After": str(seconds)},
        )
