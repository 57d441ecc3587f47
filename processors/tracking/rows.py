"""Rows: facts as the roll-up takes them, and beside them what changes in the counts of accounts.

A row is `(source offset of the event, sign, pane, value, route)`. A fact whose working time is asked for
has both times as its value.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from processors.compile import Plan
from processors.entities.timeline import Fact
from processors.partition import StateItem
from processors.planning.ways import Of, Way
from processors.roster import KIND as ROSTER
from processors.tracking.distinct_accounts import DistinctAccounts
from processors.working_time.business_time import BusinessTime
from schemas.fact import PANE_US

Row = tuple[int, int, int, Any, str]


class Rows:
    """Makes the rows of one partition of tracking."""

    def __init__(self, plan: Plan):
        self._ways = plan.ways
        self._accounts = DistinctAccounts(plan.calendar)
        self._time: BusinessTime | None = plan.business_time if plan.business else None

    def add(
        self, facts: Iterable[Fact], account: str | None, offset: int, watermark_us: int, rows: list[Row]
    ) -> None:
        """Append the rows of an event's facts; `account` is the event's, whose facts they are."""
        all_ways = self._ways
        for fact in facts:
            ways = all_ways[fact[0]]
            way = ways[fact[4:]]
            if ways.special:
                self._add_special(fact, ways, way, account, offset, watermark_us, rows)
            else:
                rows.append((offset, fact[1], fact[2] // PANE_US, fact[3], way))

    def _add_special(
        self,
        fact: Fact,
        ways: Of,
        way: Way,
        account: str | None,
        offset: int,
        watermark_us: int,
        rows: list[Row],
    ) -> None:
        """Count the fact's account where that is asked for; its row may have more as a value."""
        sign, t_us, value = fact[1:4]
        if way.counts and account is not None:
            accounts = self._accounts
            accounts.begin(offset, watermark_us)
            for measure, reach in way.counts:
                for _ in range(abs(sign)):
                    found = accounts.digest(account, measure, reach, t_us, sign)
                    rows += [(offset, *row) for row in found]
        if fact[0] == ROSTER:
            value = (value, t_us)  # the roster goes by the exact time
        elif ways.business and value is not None:
            assert self._time is not None
            value = (value, self._time.business_us(t_us - value, t_us))
        rows.append((offset, sign, t_us // PANE_US, value, way.text))

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record of the accounts counted."""
        self._accounts.restore(key, value)

    def restored(self) -> None:
        """The changelog is at its end."""
        self._accounts.restored()

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise what changed; to be acknowledged before the entities that gave the facts."""
        return self._accounts.snapshot(cut)

    @property
    def counts(self) -> Mapping[str, int]:
        """How much is kept, by the names of metrics."""
        return {"accounts_counted_now": len(self._accounts)}
