"""What is asked for by name and not seen: 403. Lists leave it out instead, where it is not named."""

from typing import Final

from schemas.kpi import Dims
from streams.web.api.access import Access
from streams.web.api.context import Context
from streams.web.api.problems import ProblemError, ProblemType

WHOSE: Final = frozenset({"team", "rep"})
"""The dimensions that say whose a record is."""


async def refuse_hidden(context: Context, access: Access, said: str, dims: Dims) -> None:
    """Raise ProblemError where somebody does not see what has these dimensions."""
    if not access.viewer.sees(dims, await context.directory.for_viewer(access.viewer)):
        raise ProblemError(ProblemType.FORBIDDEN_TEAM, f"{said!r} is not of the teams of {access.name!r}")
