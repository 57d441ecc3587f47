"""Distinct accounts: of each account and measure, when it had facts, and the rows that the roll-up counts by.

An account lives in one partition, so the counts of partitions add up. On the changelog: `u|[account,
measure]`, with the fence first. The shell must have these records acknowledged before those of the
entities that gave the facts: an entity that is restored at a fence gives the facts up to it no more, so
they must be here; one that gives them again finds the fence here, and nothing is counted twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from sys import intern

import orjson

from processors.calendar import Calendar
from processors.partition import StateItem
from processors.planning.ways import Reach
from processors.tracking.account_days import Days
from processors.tracking.account_history import AccountHistory
from processors.tracking.highest_fence import HighestFence
from schemas.catalogs.distinct import DistinctRow, distinct_route
from schemas.fact import PANE_US

TAG = b"u|"


class DistinctAccounts:
    """The distinct measures of one partition's accounts."""

    def __init__(self, calendar: Calendar):
        self._days = Days(calendar)
        self._known: defaultdict[str, dict[str, AccountHistory]] = defaultdict(dict)
        """By measure and account."""
        self._written: dict[bytes, bytes] = {}
        """Restored and not asked for yet."""
        self._fences = HighestFence()
        self._touched: list[tuple[str, str, AccountHistory]] = []
        """account, measure, and what is to be written of them."""
        self._offset = -1
        self._pane_now = 0

    def __len__(self) -> int:
        return sum(map(len, self._known.values())) + len(self._written)

    def begin(self, offset: int, watermark_us: int) -> None:
        """The facts that follow are of the event at this source offset; the watermark is where it left it."""
        self._offset = offset
        self._pane_now = watermark_us // PANE_US

    def digest(self, account: str, measure: str, reach: Reach, t_us: int, sign: int) -> Sequence[DistinctRow]:
        """Take a fact of a measure, given or taken back; return the rows that say what changes.

        `reach` is all that it counts in: company, team, rep, and each dimension value of the measure.
        """
        history = self._known[measure].get(account) or self._find(account, measure)
        if history.fence >= self._offset:
            return ()
        days, pane_now = self._days, self._pane_now
        if history.is_untidy(pane_now):
            history.tidy(pane_now, days)
        if not history.touched:
            history.touched = True
            self._touched.append((account, measure, history))
        if sign > 0:
            return history.add(reach, t_us // PANE_US, days)
        return history.take_back(reach, t_us // PANE_US, days)

    def _find(self, account: str, measure: str) -> AccountHistory:
        raw = self._written.pop(_key(account, measure), None) if self._written else None
        found = AccountHistory(self._pane_now) if raw is None else _read(raw, measure)
        self._known[measure][intern(account)] = found
        return found

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
        for account, measure, history in self._touched:
            history.fence, history.touched = cut, False
            items.append((_key(account, measure), _write(history, measure)))
        self._touched.clear()
        return items


def _key(account: str, measure: str) -> bytes:
    return TAG + orjson.dumps((account, measure))


def _write(history: AccountHistory, measure: str) -> bytes:
    known = len(distinct_route(measure, ""))
    counts = history.counts() if history.more else []  # nearly always: one fact a key
    sets = [[route[known:] for route in routes] for routes in history.sets]
    latest = [(route[known:], pane) for route, pane in history.latest.items()]
    return orjson.dumps((history.fence, history.tidied, sets, latest, history.keys.tolist(), counts))


def _read(raw: bytes, measure: str) -> AccountHistory:
    fence, tidied, sets, latest, keys, counts = orjson.loads(raw)
    history = AccountHistory(tidied)
    history.fence = fence
    history.sets = {Reach(measure, groups).routes: number for number, groups in enumerate(sets)}
    history.said = {intern(distinct_route(measure, group)): pane for group, pane in latest}
    history.restore(keys, counts)
    return history
