"""Targets: which one applies to a KPI, period and group.

A target is said by a `crm.target.set` event or stands in the catalog. Of the events for the same KPI,
period and dims the last by (time, source, id) counts, in whatever order they come; where there is one,
what the catalog says of that period does not. The catalog may leave the period open: then it is the target
of every period of that window of which nothing else is said.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from processors.calendar import Calendar
from processors.decode import decode
from processors.partition import Record, Send
from processors.reading.field_faults import quote
from processors.reading.future import refuse_future
from schemas.dead_letter import Reason, Unusable
from schemas.event import Event, record_key
from schemas.events.directory import TargetSet
from schemas.kpi import Dims, dims_of, dims_text, kpi_key


class Target(NamedTuple):
    """A target of the catalog."""

    kpi: str
    window: str
    period: str | None
    """None: every period of the window."""
    dims: Dims
    value: float


class _Said(NamedTuple):
    """An event that counts, in the order of events."""

    t_us: int
    source: str
    id: str
    value: float


class Outcome(NamedTuple):
    """What a record of `crm.targets` did."""

    key: str
    """The KPI key whose target it is about; empty when it was refused."""
    changed: bool = False
    outdated: bool = False
    """It is later in the log than an event that counts for more, and compaction would keep the wrong one."""
    refused: Unusable | None = None


Usable = Callable[[str, str, tuple[str, ...]], str | None]
"""Says why a KPI, window and dimensions (in alphabetical order) can have no target; None if they can."""


class Targets:
    """All targets. Fed with the whole of `crm.targets`, and then with what follows."""

    def __init__(
        self, calendar: Calendar, catalog: Iterable[Target] = (), usable: Usable = lambda *_: None
    ) -> None:
        self._calendar = calendar
        self._usable = usable
        self._base: dict[str, float] = {}
        """Targets of the catalog by KPI key; those of every period under the key without one."""
        self._said: dict[str, _Said] = {}
        self._records: dict[str, Record] = {}
        self._outdated: dict[str, None] = {}
        self._kpis: dict[str, set[str]] = {}
        """By dims, as in a KPI's key: the KPIs that have or had a target for these."""
        self._reps: dict[tuple[str, str, str | None], dict[str, None]] = {}
        """By KPI, window and period: the reps who have or had a target of their own…"""
        self._own: dict[str, dict[str, None]] = {}
        """…and by rep the keys of these."""
        self.stats: dict[str, int] = dict.fromkeys(("targets", "targets_outdated"), 0)
        self.refused = dict.fromkeys(Reason, 0)
        self._changed: dict[str, None] = {}
        for target in catalog:
            key = kpi_key(target.kpi, target.window, target.period, target.dims)
            self._base[key] = _whole(target.value)
            self._changed[key] = None
            self._note(target.kpi, target.window, target.period, target.dims)

    def of(self, kpi: str, window: str, period: str | None, dims: str) -> float | None:
        """Return the target of a KPI in a period; `dims` as in the KPI's key (`team=north`). None where none is set.

        A target is one of calendar windows; rolling windows, all time and now have none.
        """
        if period is None:
            return None
        key = f"{kpi}|{window}:{period}|{dims}"
        said = self._said.get(key)
        if said is not None:
            return said.value
        value = self._base.get(key)
        return self._base.get(f"{kpi}|{window}|{dims}") if value is None else value

    def of_reps(self, kpi: str, window: str, period: str) -> dict[str, float]:
        """Return the target of each rep who has one, by name in alphabetical order."""
        reps = {**self._reps.get((kpi, window, period), {}), **self._reps.get((kpi, window, None), {})}
        found = {rep: self.of(kpi, window, period, dims_text({"rep": rep})) for rep in sorted(reps)}
        return {rep: value for rep, value in found.items() if value is not None}

    def kpis_of(self, dims: str) -> set[str] | None:
        """Return the KPIs that may have a target for these dims (`team=north`) in some period; None for none."""
        return self._kpis.get(dims)

    def __iter__(self) -> Iterator[str]:
        """Yield the KPI keys for which there is a target; those of every period are without one."""
        yield from dict.fromkeys((*self._base, *self._said))

    def of_rep(self, rep: str) -> list[str]:
        """Return the KPI keys of a rep's own targets."""
        return [key for key in self._own.get(rep, ()) if key in self._said or key in self._base]

    def take_changed(self) -> list[str]:
        """Return the keys whose target changed since this was asked last; at first all of them."""
        changed, self._changed = self._changed, {}
        return [*changed]

    def take(self, records: Sequence[Record]) -> list[Outcome]:
        """Take records of `crm.targets` in the order of the log; say what each did."""
        outcomes = [self._take(record) for record in records]
        self._changed.update((one.key, None) for one in outcomes if one.changed)
        return outcomes

    def corrections(self, topic: str) -> list[Send]:
        """Return the records to be published again on `crm.targets`, so that each key's last is the one that counts.

        Once for each time that the log was in the wrong order; several workers may do it, and say the same.
        """
        wrong, self._outdated = self._outdated, {}
        records = [(key, self._records[key]) for key in wrong if key in self._records]
        return [Send(topic, 0, key.encode(), one.value, tuple(one.headers)) for key, one in records]

    def _take(self, record: Record) -> Outcome:
        if record.value is None:
            return self._remove((record.key or b"").decode(errors="replace"))
        try:
            event = decode(record.value, record.headers)
            refuse_future(event.t_us, record.timestamp * 1000)
            target = checked(event, self._calendar, self._usable)
        except Unusable as why:
            self.refused[why.reason] += 1
            return Outcome("", refused=why)
        self.stats["targets"] += 1
        key = record_key(event)
        said = _Said(event.t_us, event.source, event.id, _whole(target.value))
        known = self._said.get(key)
        if known is not None and said[:3] <= known[:3]:
            # A copy of the one that counts is no news, and may come again and again.
            if said[:3] == known[:3]:
                self._outdated.pop(key, None)
                return Outcome(key)
            self.stats["targets_outdated"] += 1
            self._outdated[key] = None
            return Outcome(key, outdated=True)
        before = self.of(target.kpi, target.window, target.period, dims_text(target.dims))
        self._said[key] = said
        self._records[key] = record
        self._outdated.pop(key, None)
        self._note(target.kpi, target.window, target.period, target.dims)
        return Outcome(key, changed=before != target.value)

    def _remove(self, key: str) -> Outcome:
        """Take a tombstone: the catalog's target applies again, if it has one."""
        self._records.pop(key, None)
        return Outcome(key, changed=self._said.pop(key, None) is not None)

    def _note(self, kpi: str, window: str, period: str | None, dims: Dims) -> None:
        self._kpis.setdefault(dims_text(dims), set()).add(kpi)
        if [*dims] == ["rep"] and dims["rep"]:
            self._reps.setdefault((kpi, window, period), {})[dims["rep"]] = None
            self._own.setdefault(dims["rep"], {})[kpi_key(kpi, window, period, dims)] = None


def checked(event: Event, calendar: Calendar, usable: Usable = lambda *_: None) -> TargetSet:
    """Return what an event says of a target; raise Unusable where it can't be one."""
    data = event.data
    if not isinstance(data, TargetSet):
        raise Unusable(Reason.UNKNOWN_TYPE, f"{event.type} is no target")
    if calendar.period(data.window, data.period) is None:
        raise Unusable(
            Reason.BAD_FIELD,
            f"{event.type}: data.period is {quote(data.period)}; the calendar has no such {data.window}",
        )
    why = usable(data.kpi, data.window, tuple(sorted(data.dims)))
    if why is not None:
        raise Unusable(Reason.BAD_FIELD, f"{event.type}: {why}")
    return data


def _whole(value: float) -> float:
    """Return whole values as whole numbers, as records write them."""
    return int(value) if value == int(value) else value


def usable_targets(kpis: Mapping[str, tuple[frozenset[str], frozenset[tuple[str, ...]]]]) -> Usable:
    """Return what says whether a target can be: from each KPI's windows and the dimensions of its groups."""

    def why_not(kpi: str, window: str, dims: tuple[str, ...]) -> str | None:
        known = kpis.get(kpi)
        if known is None:
            return f"data.kpi is {quote(kpi)}, which is no KPI of the catalog"
        windows, signatures = known
        if window not in windows:
            return f"data.window is {quote(window)}, in which {kpi} is not kept"
        if dims not in signatures:
            return f"data.dims: {kpi} is not kept by {', '.join(map(quote, dims)) or 'company'}"
        return None

    return why_not


def group_of(key: str) -> tuple[str, str, str | None, dict[str, str | None]]:
    """Read a KPI key: the KPI, window, period and dims whose records are due when its target changed."""
    kpi, when, dims = key.split("|")
    window, _, period = when.partition(":")
    return kpi, window, period or None, dims_of(dims)
