"""Distinct accounts: of each account and measure, when it had facts, and the rows that the roll-up counts by.

An account lives in one partition, so the counts of partitions add up. On the changelog: `u|[account,
measure]`, with the fence first. The shell must have these records acknowledged before those of the
entities that gave the facts: an entity that is restored at a fence gives the facts up to it no more, so
they must be here; one that gives them again finds the fence here, and nothing is counted twice.
"""

from array import array
from collections.abc import Iterable
from sys import intern

import orjson

from processors.account_days import Days
from processors.account_history import AccountHistory, Routes
from processors.calendar import Calendar
from processors.highest_fence import HighestFence
from processors.partition import StateItem
from schemas.distinct import DistinctRow, distinct_route
from schemas.fact import PANE_US

TAG = b"u|"
ROUTES_MAX = 500_000
"""Sets of groups whose routes are remembered; beyond, they are written anew."""

Groups = tuple[str, ...]
"""The groups that a fact counts in, each written as `schemas.kpi.dims_text` does."""

_Id = tuple[str, str]
"""account, measure."""


class DistinctAccounts:
    """The distinct measures of one partition's accounts."""

    def __init__(self, calendar: Calendar):
        self._days = Days(calendar)
        self._known: dict[_Id, AccountHistory] = {}
        self._written: dict[bytes, bytes] = {}
        """Restored and not asked for yet."""
        self._fences = HighestFence()
        self._touched: set[_Id] = set()
        self._routes: dict[tuple[str, Groups], Routes] = {}
        self._offset = -1
        self._pane_now = 0

    def __len__(self) -> int:
        return len(self._known) + len(self._written)

    def begin(self, offset: int, watermark_us: int) -> None:
        """The facts that follow are of the event at this source offset; the watermark is where it left it."""
        self._offset = offset
        self._pane_now = watermark_us // PANE_US

    def digest(self, account: str, measure: str, groups: Groups, t_us: int, sign: int) -> list[DistinctRow]:
        """Take a fact of a measure, given or taken back; return the rows that say what changes.

        `groups` are all that it counts in: company, team, rep, and each dimension value of the measure.
        """
        id_ = (account, measure)
        history = self._known.get(id_) or self._find(id_)
        if history.fence >= self._offset:
            return []
        days, pane_now = self._days, self._pane_now
        if history.is_untidy(pane_now):
            history.tidy(pane_now, days)
        self._touched.add(id_)
        routes = self._routes.get((measure, groups)) or self._route(measure, groups)
        change = history.add if sign > 0 else history.take_back
        return change(routes, t_us // PANE_US, days)

    def _find(self, id_: _Id) -> AccountHistory:
        raw = self._written.pop(_key(id_), None) if self._written else None
        found = AccountHistory(self._pane_now) if raw is None else _read(raw, id_[1])
        self._known[id_] = found
        return found

    def _route(self, measure: str, groups: Groups) -> Routes:
        if len(self._routes) >= ROUTES_MAX:
            self._routes.clear()
        routes = _routes(measure, groups)
        self._routes[(measure, groups)] = routes
        return routes

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record: the one with the highest fence counts."""
        if value is None:
            return
        if self._fences.takes(key, value):
            self._written[key] = value

    def restored(self) -> None:
        """The changelog is at its end."""
        self._fences.clear()

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise what was touched since the last snapshot, true at `cut`."""
        items: list[StateItem] = []
        for id_ in self._touched:
            history = self._known[id_]
            history.fence = cut
            items.append((_key(id_), _write(history, id_[1])))
        self._touched.clear()
        return items


def _key(id_: _Id) -> bytes:
    return TAG + orjson.dumps(id_)


def _routes(measure: str, groups: Iterable[str]) -> Routes:
    return tuple(intern(distinct_route(measure, group)) for group in groups)


def _write(history: AccountHistory, measure: str) -> bytes:
    known = len(distinct_route(measure, ""))
    keys, counts = history.keys.tolist(), history.counts.tolist()
    if sum(counts) == len(counts):
        counts = []  # nearly always: one fact a key
    sets = [[route[known:] for route in routes] for routes in history.sets]
    latest = [(route[known:], pane) for route, pane in history.latest.items()]
    return orjson.dumps((history.fence, history.tidied, sets, latest, keys, counts))


def _read(raw: bytes, measure: str) -> AccountHistory:
    fence, tidied, sets, latest, keys, counts = orjson.loads(raw)
    history = AccountHistory(tidied)
    history.fence = fence
    history.sets = {_routes(measure, groups): number for number, groups in enumerate(sets)}
    history.latest = {intern(distinct_route(measure, group)): pane for group, pane in latest}
    history.keys = array("q", keys)
    history.counts = array("q", counts or [1] * len(keys))
    return history
