"""Rows: facts as the roll-up takes them, and beside them what changes in the counts of accounts.

A row is `(source offset of the event, sign, pane, value, route)`. A fact whose working time is asked for
has both times as its value.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from processors.business_time import BusinessTime
from processors.compile import Plan
from processors.distinct_accounts import DistinctAccounts
from processors.entities.timeline import Fact
from processors.partition import StateItem
from processors.plan_tracking import DistinctMeasure
from processors.roster import KIND as ROSTER
from schemas.fact import OWN_GROUPS, PANE_US, route_text
from schemas.kpi import dims_text

ROUTES_MAX = 200_000
"""Routes remembered; beyond, they are written anew."""
LEVELS = ("rep", "team")

Row = tuple[int, int, int, Any, str]


class Rows:
    """Makes the rows of one partition of tracking."""

    def __init__(self, plan: Plan):
        self._routes = _RouteTexts()
        # A fact that counts in its own dimensions only is counted there.
        own = {kind + OWN_GROUPS: found for kind, found in plan.distincts.items()}
        self._distincts = {**plan.distincts, **own}
        self._accounts = DistinctAccounts(plan.calendar)
        self._groups = _GroupTexts(plan)
        self._business = plan.business
        self._always = {
            kind for kind, found in self._distincts.items() if not all(one.where for one in found)
        }
        """Kinds of fact whose accounts count whatever filters they passed."""
        self._special = frozenset({*self._distincts, *self._business, ROSTER})
        self._time: BusinessTime | None = plan.business_time if plan.business else None

    def add(
        self, facts: Iterable[Fact], account: str | None, offset: int, watermark_us: int, rows: list[Row]
    ) -> None:
        """Append the rows of an event's facts; `account` is the event's, whose facts they are."""
        routes, special = self._routes, self._special
        for fact in facts:
            kind = fact[0]
            value = fact[3]
            if kind in special:
                value = self._special_value(fact, account, offset, watermark_us, rows)
            rows.append((offset, fact[1], fact[2] // PANE_US, value, routes[(kind, *fact[4:])]))

    def _special_value(
        self, fact: Fact, account: str | None, offset: int, watermark_us: int, rows: list[Row]
    ) -> Any:
        """Count the fact's account where that is asked for; return what its row has as a value."""
        kind, _, t_us, value = fact[:4]
        if kind == ROSTER:
            return value, t_us  # the roster goes by the exact time
        if account is not None and (kind in self._always or fact[6]):
            for measure in self._distincts.get(kind, ()):
                if not measure.where or measure.where in fact[6]:
                    self._accounts.begin(offset, watermark_us)
                    self._count(fact, account, measure, offset, rows)
        if kind not in self._business or value is None:
            return value
        assert self._time is not None
        return value, self._time.business_us(t_us - value, t_us)

    def _count(
        self, fact: Fact, account: str, measure: DistinctMeasure, offset: int, rows: list[Row]
    ) -> None:
        sign = fact[1]
        groups = self._groups[(measure, fact[0], *fact[4:6], *fact[7:])]
        for _ in range(abs(sign)):
            rows += [
                (offset, *row) for row in self._accounts.digest(account, measure.id, groups, fact[2], sign)
            ]

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


class _RouteTexts(dict[tuple[Any, ...], str]):
    """The routes of facts by kind, rep, team, marks and dimensions; written when they are first asked for."""

    def __missing__(self, parts: tuple[Any, ...]) -> str:
        if len(self) >= ROUTES_MAX:
            self.clear()
        kind, rep, team, marks, *dims = parts
        text = self[parts] = route_text(kind, (rep, team, *dims), marks)
        return text


class _GroupTexts(dict[tuple[Any, ...], tuple[str, ...]]):
    """The groups of a distinct measure in which a fact counts, by measure, kind, rep, team and dimensions."""

    def __init__(self, plan: Plan):
        super().__init__()
        self._kinds = plan.kinds

    def __missing__(self, parts: tuple[Any, ...]) -> tuple[str, ...]:
        if len(self) >= ROUTES_MAX:
            self.clear()
        measure, kind, *names = parts
        own = self._kinds[kind.removesuffix(OWN_GROUPS)].dimensions
        dims = dict(zip((*LEVELS, *own), names, strict=True))
        groups = tuple(
            dims_text({name: dims[name] for name in signature})
            for signature in measure.signatures
            if all(dims.get(name) is not None for name in signature)
            and (not kind.endswith(OWN_GROUPS) or any(name in own for name in signature))
        )
        self[parts] = groups
        return groups
