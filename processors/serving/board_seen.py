"""A board's document for somebody who does not see everything: which tiles and sources are not for that one.

Lists leave out what is hidden, and so does the stream; without a word of it a tile would look as if nothing happened.
"""

from collections.abc import Mapping
from typing import Any, Final

from processors.serving.viewing import TeamOf, Viewer

Json = Mapping[str, Any]
WHOSE: Final = ("team", "rep")


def seen_by(viewer: Viewer, team_of: TeamOf, document: Json) -> Json:
    """Return the document as a viewer is given it.

    `only` names the teams that it is limited to (null: it is not); a source of which no record can be seen is `hidden`,
    and so is a tile that has nothing else.
    """
    if viewer.teams is None:
        return {**document, "only": None}
    tiles = [_tile(viewer, team_of, tile) for tile in document.get("tiles", ())]
    return {**document, "only": sorted(viewer.teams), "tiles": tiles}


def _tile(viewer: Viewer, team_of: TeamOf, tile: Json) -> Json:
    sources = {
        role: {**source, "hidden": _hidden(viewer, team_of, source)}
        for role, source in tile.get("sources", {}).items()
    }
    others = tile.get("team") is not None and not viewer.sees_team(tile["team"])
    nothing = bool(sources) and all(source["hidden"] for source in sources.values())
    return {**tile, "sources": sources, "hidden": others or nothing}


def _hidden(viewer: Viewer, team_of: TeamOf, source: Json) -> bool:
    """Tell whether no record of a source is seen; of any team or any rep there may be an own one."""
    dims = source["dims"]
    whose = {name: dims[name] for name in WHOSE if name in dims}
    named = {name: value for name, value in whose.items() if value is not None}
    if not whose or named:
        return not viewer.sees(named, team_of)
    return False
