"""Rules over a history of events, in virtual time: which alerts there would have been, and what they were judged by.

Events are taken at their own times, minute by minute, whatever their order: the clock stands at the end of each minute
that has events, and moves between them as it does for declared examples.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from processors.alerts.history import Told
from processors.compile import Plan
from processors.decode import decode
from processors.partition import Send
from processors.reading.future import refuse_future
from processors.virtual_time.example_alerts import AlertClock, Withdrawn
from processors.virtual_time.example_story import Arrival
from processors.virtual_time.watched_catalog import watched_catalog
from schemas.alert import Reason
from schemas.catalog import Catalog
from schemas.dead_letter import Reason as Refused
from schemas.dead_letter import Unusable
from schemas.events.directory import RepUpdated
from schemas.kpi import kpi_key
from schemas.rule import Rule

GRAIN_US: Final = 60_000_000
"""What arrives within it is taken together; a minute more or less is no rule's matter."""
RECORDED_MAX: Final = 400_000
"""KPI records that are kept to be judged again: about 250 MB. What comes after is on no tape."""


class Recorded(NamedTuple):
    """A KPI record, and when the judge took it."""

    now_us: int
    value: bytes | None


class History(NamedTuple):
    """What there would have been."""

    told: tuple[Told, ...]
    """Every step with a record, in the order in which they were told."""
    withdrawn: tuple[Withdrawn, ...]
    """Alerts that came to nothing while they were pending."""
    tapes: Mapping[bytes, Sequence[Recorded]]
    """By KPI key: its records from the first alert on. Before, no rule that is harder to please would have spoken."""
    complete: bool
    """Whether the tapes hold everything: there may have been too much."""
    until_us: int
    """Where the clock stood at the end."""
    used: int
    """Events that count."""
    refused: Mapping[Refused, int]
    """Events that can't be used."""


class Events:
    """Events on their way into history."""

    def __init__(self, now_us: int):
        """`now_us` is the wall clock: what is later than that is from the future."""
        self._now_us = now_us
        self._arrivals: list[Arrival] = []
        self.refused: dict[Refused, int] = {}

    def take(self, value: bytes, until_us: int | None = None) -> None:
        """Take an event, in any order, unless it is after the end. Raises Unusable, having counted it."""
        try:
            event = decode(value)
            refuse_future(event.t_us, self._now_us, "now")
        except Unusable as why:
            self.refused[why.reason] = self.refused.get(why.reason, 0) + 1
            raise
        if until_us is not None and event.t_us > until_us:
            return
        at_us = -(-event.t_us // GRAIN_US) * GRAIN_US
        self._arrivals.append(Arrival(at_us, len(self._arrivals) + 1, event.type, value))

    def __len__(self) -> int:
        return len(self._arrivals)

    def in_order(self) -> list[Arrival]:
        """Return them by time; within a minute as they came."""
        return sorted(self._arrivals, key=lambda one: one.arrives_us)


def history(
    catalog: Catalog,
    rules: Mapping[str, Rule],
    events: Events,
    horizon_us: int,
    until_us: int | None = None,
) -> History:
    """Return what the rules would have made of the events, of which there is at least one."""
    arrivals = events.in_order()
    plan = Plan(watched_catalog(catalog, rules.values()), whole=Plan(catalog))
    clock = _Clock(plan, rules, arrivals, horizon_us)
    clock.learn(arrivals)
    # The last minute with events is taken whole, though the end may lie within it.
    end_us = max(arrivals[-1].arrives_us, until_us or 0)
    clock.at(end_us)
    refused = dict(events.refused)
    for _, why in clock.refused:
        refused[why.reason] = refused.get(why.reason, 0) + 1
    return History(
        tuple(clock.told),
        tuple(clock.withdrawn),
        clock.tapes,
        not clock.left_out,
        end_us,
        clock.used,
        refused,
    )


class _Clock(AlertClock):
    """The clock of declared examples; it writes down what is told, and what that was judged by."""

    def __init__(self, plan: Plan, rules: Mapping[str, Rule], arrivals: Sequence[Arrival], horizon_us: int):
        self.told: list[Told] = []
        self.withdrawn: list[Withdrawn] = []
        self.tapes: dict[bytes, list[Recorded]] = {}
        self.left_out = 0
        """Records that should be on a tape and are not."""
        self._on_tape = 0
        self._latest: dict[bytes, Recorded] = {}
        super().__init__(plan, rules, arrivals, horizon_us)

    def learn(self, arrivals: Iterable[Arrival]) -> None:
        """Learn who is in which team, wherever in the files that stands; `replay` does so too."""
        for one in arrivals:
            if one.kind == RepUpdated.TYPE:
                self._replay.learn(one.value)

    def _record(self, send: Send, now_us: int) -> Any:
        key = send.key or b""
        recorded = self._latest[key] = Recorded(now_us, send.value)
        if key in self.tapes:
            self._tape(key, recorded)
        return super()._record(send, now_us)

    def _told(self, told: Told) -> None:
        self.told.append(told)
        key = kpi_key(told.kpi, told.window, told.period, told.dims).encode()
        latest = self._latest.get(key)
        if key not in self.tapes and latest is not None:
            self.tapes[key] = []
            self._tape(key, latest)

    def _withdrawn(self, withdrawn: Withdrawn) -> None:
        if withdrawn.reason != Reason.EXPIRED:
            self.withdrawn.append(withdrawn)

    def _tape(self, key: bytes, recorded: Recorded) -> None:
        if self._on_tape >= RECORDED_MAX:
            self.left_out += 1
            return
        self._on_tape += 1
        self.tapes[key].append(recorded)
