"""Which event gave which fact, and which took it back: facts with their history, for who asks where a number is from.

Events are taken in the order of their time, not of their arrival. What is in force is the same in any order;
but in this one each fact is given by the event that completes it, and nothing is taken back but by what
happened later.

What holds for a while and is looked at in its past (who was active when a period began) is told of twice: by a fact
where it began and by its opposite where it ended. Here these are one fact with an end.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from processors.activity import Activity
from processors.adding.caps import LEVELS
from processors.adding.routes import OTHER, values_of
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
    """What took it back; where it has an end, what ended it."""
    end_us: int | None = None
    """Until when it counted, where it was not taken back but ended."""
    told_by: Origin | None = None
    """What told it last: the event that gave it, or a later one that changed nothing but its dimensions."""
    working_us: int | None = None
    """How much of a duration was working time, where the formula goes by that."""
    in_share: bool | None = None
    """Whether it is in the share that the formula is of."""

    def is_of(self, dims: Mapping[str, str | None], kept: Collection[str] | None = None) -> bool:
        """Say whether it counts in the group with these dims; under a cap `kept` are the values with their own."""
        own = dict(self.dims)
        if self.own_groups and not any(name in own for name in dims):
            return False
        mine = {"rep": self.rep, "team": self.team, **own}
        if any(mine.get(name) is None and name != "from_stage" for name in dims):
            return False
        group = {name: mine.get(name) for name in dims}
        if kept is not None and values_of(group) not in kept:
            group = {name: value if name in LEVELS else OTHER for name, value in group.items()}
        return all(name in mine and group[name] == value for name, value in dims.items())


class _Fact(NamedTuple):
    """An account's fact without its sign."""

    account: str | None
    kind: str
    t_us: int
    value: int | None
    rep: str | None
    team: str
    marks: str
    dims: tuple[str | None, ...]


class FactLedger:
    """The facts of some kinds that events give, in the order in which they were given."""

    def __init__(self, activity: Activity, kinds: Mapping[str, FactKind]):
        self._activity = activity
        self._kinds = kinds
        self._offset = 0
        self._told: list[Told] = []
        self._in_force: defaultdict[_Fact, list[int]] = defaultdict(list)
        """Where in `_told` they stand."""
        self._ends: defaultdict[_Fact, list[Origin]] = defaultdict(list)
        """What takes back no fact of its moment, and the events that told so."""

    def take(self, event: Event, where: str) -> None:
        """Digest the next event in order of time."""
        self._offset += 1
        account = event.data.account
        counts: Counter[_Fact] = Counter()
        for kind, sign, t_us, value, rep, team, marks, *dims in self._activity.digest(event, self._offset):
            if kind.removesuffix(OWN_GROUPS) in self._kinds:
                counts[_Fact(account, kind, t_us, value, rep, team, marks, tuple(dims))] += sign
        if not counts:
            return
        origin = Origin(event.type, event.source, event.id, event.t_us, account, where)
        # What is told anew for other dimensions was given, or ended, by the same event as before.
        given: dict[_Fact, Origin] = {}
        ended: dict[_Fact, Origin] = {}
        for fact in counts:
            anew = fact._replace(dims=())
            while counts[fact] < 0 and self._in_force[fact]:
                index = self._in_force[fact].pop()
                given[anew] = self._told[index].given_by
                self._told[index] = self._told[index]._replace(taken_by=origin)
                counts[fact] += 1
            while counts[fact] > 0 and self._ends[fact]:
                ended[anew] = self._ends[fact].pop()
                counts[fact] -= 1
        for fact, count in counts.items():
            anew = fact._replace(dims=())
            for _ in range(count):
                self._in_force[fact].append(len(self._told))
                self._told.append(self._as_told(fact, given.get(anew, origin), origin))
            for _ in range(-count):
                self._ends[fact].append(ended.get(anew, origin))

    def _as_told(self, fact: _Fact, given_by: Origin, told_by: Origin) -> Told:
        plain = fact.kind.removesuffix(OWN_GROUPS)
        return Told(
            plain,
            fact.t_us,
            fact.value,
            fact.rep,
            fact.team,
            tuple(zip(self._kinds[plain].dimensions, fact.dims, strict=True)),
            plain != fact.kind,
            frozenset(fact.marks.split(",")) if fact.marks else frozenset(),
            given_by,
            told_by=told_by,
        )

    @property
    def told(self) -> list[Told]:
        """All facts given so far, those with an end included."""
        told = [*self._told]
        begun: defaultdict[_Fact, list[tuple[int, int]]] = defaultdict(list)
        for fact, indices in self._in_force.items():
            begun[fact._replace(t_us=0)] += ((fact.t_us, index) for index in indices)
        ends = [(fact, origin) for fact, origins in self._ends.items() for origin in origins]
        for fact, origin in sorted(ends, key=lambda end: end[0].t_us):
            standing = begun[fact._replace(t_us=0)]
            latest = max((one for one in standing if one[0] <= fact.t_us), default=None)
            if latest is not None:
                standing.remove(latest)
                told[latest[1]] = told[latest[1]]._replace(taken_by=origin, end_us=fact.t_us)
        return told
