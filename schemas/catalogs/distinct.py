"""Distinct accounts on `crm.facts`: in which panes the count of a group goes up or down.

Beside the facts a message holds rows `[source offset, sign, pane, [mask, left], route]` with the route
`#measure|dims of a group|…`, as `#active_customers|team=north`, or `#active_customers||team=north|rep=ann`
where the same is to be said of several. The mask says which counts of that
measure and group change by `sign`, at the pane. `left` is null, or the pane that the account's latest
fact was in so far: there `latest` goes down by one. So an account's next purchase, on a day that has none of it
yet, is one row: up at its pane, down where it was.

- `latest` counts each account once, in the pane of its latest fact: over a rolling window it sums to the
  accounts that have one in it.
- `day` to `year` count each account once a period, in the local day of its first fact in that period. Any
  pane of the day stands for it: they are to be added by the day, and nowhere finer.
- `ever` counts each account once.
"""

from collections.abc import Sequence

LATEST, DAY, WEEK, MONTH, QUARTER, YEAR, EVER = (1 << bit for bit in range(7))
ALL = LATEST | DAY | WEEK | MONTH | QUARTER | YEAR | EVER

SUFFIXES: dict[int, str] = {
    LATEST: "latest",
    DAY: "day",
    WEEK: "week",
    MONTH: "month",
    QUARTER: "quarter",
    YEAR: "year",
    EVER: "ever",
}
"""What the slot of each count is called, behind the measure: `active_customers.latest`."""

PREFIX = "#"
"""Begins the routes of these rows; no kind of fact begins so."""


DistinctRow = tuple[int, int, tuple[int, int | None], str]
"""sign, pane, mask and what was left, route: on `crm.facts` behind the source offset of the event."""


def distinct_route(measure: str, group: str) -> str:
    """Return the route of a measure and a group, the group written as `schemas.kpi.dims_text` does."""
    return f"{PREFIX}{measure}|{group}"


def joint_route(routes: Sequence[str]) -> str:
    """Return the route to the groups of several routes of one measure."""
    return "|".join((routes[0], *(route.partition("|")[2] for route in routes[1:])))


def distinct_route_of(text: str) -> tuple[str, list[str]]:
    """Read a route back: measure and groups."""
    measure, *groups = text[len(PREFIX) :].split("|")
    return measure, groups
