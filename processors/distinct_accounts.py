"""Distinct accounts: of each account and measure, when it had facts, and the rows that the roll-up counts by.

An account lives in one partition, so the counts of partitions add up. On the changelog: `u|[account,
measure]`, with the fence first. The shell must have these records acknowledged before those of the
entities that gave the facts: an entity that is restored at a fence gives the facts up to it no more, so
they must be here; one that gives them again finds the fence here, and nothing is counted twice.
"""

from array import array
from sys import intern

import orjson

from processors.account_days import Days
from processors.account_history import AccountHistory, Groups
from processors.calendar import Calendar
from processors.partition import StateItem
from schemas.distinct import DistinctRow, distinct_route
from schemas.fact import PANE_US

TAG = b"u|"
ROUTES_MAX = 500_000
"""Routes remembered; beyond, they are written anew."""

_Id = tuple[str, str]
"""account, measure."""


class DistinctAccounts:
    """The distinct measures of one partition's accounts."""

    def __init__(self, calendar: Calendar):
        self._days = Days(calendar)
        self._known: dict[_Id, AccountHistory] = {}
        self._written: dict[bytes, bytes] = {}
        """Restored and not asked for yet."""
        self._fences: dict[bytes, int] = {}
        self._touched: set[_Id] = set()
        self._routes: dict[_Id, str] = {}
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
        history.tidy(self._pane_now, self._days)
        self._touched.add(id_)
        change = history.add if sign > 0 else history.take_back
        route = self._route
        return [
            (direction, pane, (mask, left), route(measure, group))
            for direction, pane, mask, left, group in change(groups, t_us // PANE_US, self._days)
        ]

    def _find(self, id_: _Id) -> AccountHistory:
        raw = self._written.pop(_key(id_), None) if self._written else None
        found = self._known[id_] = AccountHistory(self._pane_now) if raw is None else _read(raw)
        return found

    def _route(self, measure: str, group: str) -> str:
        route = self._routes.get((measure, group))
        if route is None:
            if len(self._routes) >= ROUTES_MAX:
                self._routes.clear()
            route = self._routes[(measure, group)] = distinct_route(measure, group)
        return route

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record: the one with the highest fence counts."""
        if value is None:
            return
        fence = int(value[1 : value.index(b",")])
        if fence >= self._fences.get(key, -1):
            self._fences[key] = fence
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
            items.append((_key(id_), _write(history)))
        self._touched.clear()
        return items


def _key(id_: _Id) -> bytes:
    return TAG + orjson.dumps(id_)


def _write(history: AccountHistory) -> bytes:
    keys, counts = history.keys.tolist(), history.counts.tolist()
    if sum(counts) == len(counts):
        counts = []  # nearly always: one fact a key
    return orjson.dumps(
        (history.fence, history.tidied, [*history.sets], [*history.latest.items()], keys, counts)
    )


def _read(raw: bytes) -> AccountHistory:
    fence, tidied, sets, said, keys, counts = orjson.loads(raw)
    history = AccountHistory(tidied)
    history.fence = fence
    history.sets = {tuple(map(intern, groups)): number for number, groups in enumerate(sets)}
    history.latest = {intern(group): pane for group, pane in said}
    history.keys = array("q", keys)
    history.counts = array("q", counts or [1] * len(keys))
    return history
