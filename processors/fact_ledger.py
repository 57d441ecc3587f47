"""Which event gave which fact, and which took it back: facts with their history, for who asks where a number is from.

Events are taken in the order of their time, not of their arrival. What is in force is the same in any order;
but in this one each fact is given by the event that completes it, and nothing is taken back but by what
happened later.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from processors.activity import Activity
from schemas.event import Event
from schemas.fact import OWN_GROUPS, FactKind


class Origin(NamedTuple):
    """An event and where it was read."""

    type: str
    source: str
    id: str
    t_us: int
    account: str | None
    where: str
    """File and line."""


class Told(NamedTuple):
    """A fact, the event that gave it, and the one that took it back, if any did."""

    kind: str
    t_us: int
    """When it counts."""
    value: int | None
    rep: str | None
    team: str
    dims: tuple[tuple[str, str | None], ...]
    """Its kind's own dimensions."""
    own_groups: bool
    """Whether it counts only in the groups of these."""
    marks: frozenset[str]
    """Ids of the catalog's filters that its event passed."""
    given_by: Origin
    taken_by: Origin | None = None

    def is_of(self, dims: Mapping[str, str | None]) -> bool:
        """Say whether it counts in the group with these dims."""
        own = dict(self.dims)
        if self.own_groups and not any(name in own for name in dims):
            return False
        mine = {"rep": self.rep, "team": self.team, **own}
        return all(
            name in mine and mine[name] == value and (value is not None or name == "from_stage")
            for name, value in dims.items()
        )


class FactLedger:
    """The facts of some kinds that events give, in the order in which they were given."""

    def __init__(self, activity: Activity, kinds: Mapping[str, FactKind]):
        self._activity = activity
        self._kinds = kinds
        self._offset = 0
        self._open: dict[tuple[Any, ...], list[int]] = {}
        """By the fact without its sign: where in `told` those stand that are in force."""
        self.told: list[Told] = []

    def take(self, event: Event, where: str) -> None:
        """Digest the next event in order of time."""
        self._offset += 1
        origin: Origin | None = None
        for kind, sign, *rest in self._activity.digest(event, self._offset):
            known = self._kinds.get(kind.removesuffix(OWN_GROUPS))
            if known is None:
                continue
            origin = origin or Origin(
                event.type, event.source, event.id, event.t_us, event.data.account, where
            )
            identity = (kind, *rest)
            if sign > 0:
                self._open.setdefault(identity, []).append(len(self.told))
                self.told.append(_told(kind, rest, known.dimensions, origin))
            elif standing := self._open.get(identity):
                index = standing.pop()
                self.told[index] = self.told[index]._replace(taken_by=origin)


def _told(kind: str, rest: list[Any], names: tuple[str, ...], origin: Origin) -> Told:
    t_us, value, rep, team, marks, *dims = rest
    plain = kind.removesuffix(OWN_GROUPS)
    return Told(
        plain,
        t_us,
        value,
        rep,
        team,
        tuple(zip(names, dims, strict=True)),
        plain != kind,
        frozenset(marks.split(",")) if marks else frozenset(),
        origin,
    )
