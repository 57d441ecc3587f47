"""Events that a catalog links by a field that they share: what its spans and conversions know of them.

An event plays one role or several: it opens (a span's `from`, a conversion's `base`), it closes (`to`, `reached`),
it says whose a deal is. What counts facts has the rep, team, marks and dimensions for them.
"""

from typing import Any

from processors.entities.timeline import Event, TeamOf

OPENS, CLOSES, OWNS = 1, 2, 4

ROLES, VALUE, DEAL, REP, TEAM, MARKS = 3, 4, 5, 6, 7, 8
"""Where an event has them, behind time, source and id. The value is that of the linking field, None where the
timeline has only one. Those from the deal on stand in events that count facts (where a deal's event says neither
rep nor team, the team is None); deal and rep in those that say whose a deal is."""

DIMS = slice(MARKS + 1, None)

Owners = dict[Any, str | None]
"""By deal: the rep of the last created or owner_changed."""


def learn_owner(owners: Owners, event: Event) -> None:
    """Take whose a deal is from an event that says so."""
    rep = event[REP]
    if rep is not None:
        owners[event[DEAL]] = rep


def counted(event: Event, value: int | None, owners: Owners, team_of: TeamOf) -> tuple[Any, ...]:
    """Return the fact of an event without kind and sign; a deal's event without a rep counts for its owner."""
    rep, team = event[REP], event[TEAM]
    if rep is None and event[DEAL] is not None:
        rep = owners.get(event[DEAL])
    return (event[0], value, rep, team or team_of(event, rep), event[MARKS], *event[DIMS])


def latest_owners(events: list[Event], floor_us: int) -> set[Event]:
    """Return, of the events before that time, the last that says whose a deal is; of each deal."""
    last: dict[str, Event] = {}
    for event in events:
        if event[0] >= floor_us:
            break
        if event[ROLES] & OWNS and event[REP] is not None:
            last[event[DEAL]] = event
    return set(last.values())
