"""The grammar of a boards file: boards by id, each a title and its tiles. `schemas.board` reads one."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.boards.tile import Tile, Title
from schemas.files.document import Section

BoardId = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,39}$")]
TILES_MAX = 24
SECONDS_MIN = 5
SECONDS_MAX = 3_600


class Board(Section):
    """One screen."""

    title: Title
    """Its name, which people see."""
    for_each: Literal["team"] | None = None
    """Show it for one team after the other: tiles that don't say whose they are show that team's."""
    rotate: bool = True
    """Whether the rotation comes by it."""
    seconds: Annotated[int, Field(ge=SECONDS_MIN, le=SECONDS_MAX)] = 30
    """How long the rotation stays."""
    tiles: Annotated[tuple[Tile, ...], Field(min_length=1, max_length=TILES_MAX)]
    """In the order of reading; each takes the first free place."""


class BoardsFile(Section):
    """A file of boards."""

    extends: Literal["standard"] | None = None
    """Lay this file over the standard boards."""
    boards: Annotated[dict[BoardId, Board], Field(min_length=1)]
    """The boards by id, in the order of the rotation."""
