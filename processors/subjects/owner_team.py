"""The team of a deal's owner, for events that name neither rep nor team."""

from typing import Any

from processors.entities.timeline import Event, Timeline
from processors.subjects.subject import Context


def owner_team(context: Context, timeline: Timeline[Any], event: Event, owner: str | None) -> str:
    """Return the team of a deal's owner by the directory; asked once, so that a later update changes nothing said."""
    key = (event[1], event[2], owner or "")
    teams = timeline.owner_teams = timeline.owner_teams or {}
    team = teams.get(key)
    if team is None:
        team = teams[key] = context.directory.team(owner, event[0], context.offset)
    return team
