"""A group: one combination of dimension values (the company, a team, a rep, …) and its sums in panes.

A route: the groups to which the facts of one kind, rep, team and dimensions are added.
"""

import orjson

from processors.adding.values import Values
from processors.calendar import Period
from processors.planning.fact_bits import FLAG_BITS
from processors.planning.measures import AddTo
from processors.planning.vector import Vector
from processors.windows import Rolling
from schemas.catalogs.distinct import LATEST
from schemas.catalogs.kpi_groups import Signature
from schemas.kpi import Dims, dims_text


class Now:
    """The window of gauges: the state at `as_of`."""

    name = "now"
    is_live = True


NOW = Now()
Window = Period | Rolling | Now
"""One window of time: a period, a rolling window up to the running pane, or now."""

NO_DAY = 10_000_000
"""Later than any."""

RETIRE = 1 << 0
"""A flag beside the bits of changed facts: a key that has nothing to say gets its tombstone."""
UNSEEN = 1 << 1
"""A flag likewise: a key whose value is seen elsewhere gets its tombstone when there is nothing to see."""
FLAGS = RETIRE | UNSEEN
assert FLAGS < 1 << FLAG_BITS


class Group:
    """The sums of one group. All vectors are owned by it."""

    __slots__ = (
        "again",
        "changed",
        "dims",
        "dims_json",
        "fines",
        "first_day",
        "held",
        "hours",
        "left",
        "pending_bits",
        "periods",
        "rolling",
        "signature",
        "text",
        "values",
        "watched",
    )

    def __init__(self, dims: Dims):
        self.dims = dims
        self.signature: Signature = tuple(sorted(dims))
        self.text = dims_text(dims)
        self.dims_json = orjson.dumps(dict(dims)).decode()
        self.pending_bits = 0
        """The bits of the kinds of fact that a flush is adding."""
        self.fines: dict[int, Vector] = {}
        """By five-minute pane, while within its retention."""
        self.hours: dict[int, Vector] = {}
        """By hour since the epoch, while within its retention."""
        self.first_day = NO_DAY
        """The ordinal of the first day that it had anything in, be it taken back since."""
        self.periods: dict[Period, Vector] = {}
        """By calendar period. Days and all time are state; weeks to years are sums of days."""
        self.rolling: dict[Rolling, Vector] = {}
        """Sums of rolling windows up to the running pane; made when first asked for."""
        self.left: dict[Rolling, frozenset[int]] = {}
        """The slots of what left each within the last seven days; likewise."""
        self.changed: dict[Window, int] = {}
        """Windows whose records are due, with the bits of the facts that changed."""
        self.again: dict[Window, int] = {}
        """Likewise where nothing changed but what they are compared with."""
        self.held = False
        """Whether something changed that is kept for a later live tick."""
        self.values: dict[Window, Values] = {}
        """Values at hand (`processors.valuing.known`)."""
        self.watched: dict[Window, dict[Group, int]] = {}
        """Where to note by window which kinds of fact changed, for whoever compares this group with others."""


LEFT = (LATEST, None)
"""What is taken from the pane that an account's latest fact was in so far."""


class Bundle:
    """Groups to which the same facts are added, as those of a rep, the team and the company nearly always are.

    What was added since the last flush waits here, once for all of them and for all kinds of fact.
    """

    __slots__ = ("bits", "groups", "now_only", "pending")

    def __init__(self, groups: tuple[Group, ...], now_only: bool):
        self.groups = groups
        self.now_only = now_only
        """Only the sums of all time are asked for: the pane does not matter."""
        self.pending: dict[int, Vector] = {}
        """By five-minute pane: the sum of the facts since the last flush."""
        self.bits = 0
        """Of the kinds of these facts."""


class Who:
    """A rep in a team, as facts say."""

    __slots__ = ("last_pane", "rep", "team")

    def __init__(self, rep: str, team: str):
        self.rep = rep
        self.team = team
        self.last_pane = 0
        """The latest in which there was a fact of that rep and team."""


class Route:
    """To which groups facts of one kind, rep, team and dimensions are added, and how one adds to a vector."""

    __slots__ = ("add_to", "bits", "bundles", "count", "leaves", "now_only", "update", "who")

    def __init__(
        self,
        bundles: tuple[Bundle, ...],
        bits: int,
        add_to: AddTo,
        now_only: bool = False,
        leaves: bool = False,
        who: Who | None = None,
        count: int | None = None,
    ):
        self.bundles = bundles
        self.now_only = now_only
        """Only the sums of all time are asked for: the pane does not matter."""
        self.who = who
        """The rep whose team its facts tell."""
        self.update: list[str | None] | None = None
        """What the directory says of a rep, where the row is no fact but that."""
        self.leaves = leaves
        """Its values say, beside what is added here, in which pane a latest fact was so far."""
        self.bits = bits
        """Of the kind of fact."""
        self.add_to = add_to
        self.count = count
        """The slot of all that is added, where each fact is one more and nothing else."""

    @property
    def groups(self) -> list[Group]:
        """The groups to which its facts are added."""
        return [group for bundle in self.bundles for group in bundle.groups]
