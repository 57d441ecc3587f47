"""Orders from `crm.activity`, read by a plain reader without a group: it holds nobody up and commits nothing."""

from collections import Counter
from collections.abc import Iterable

from processors.decode import decode
from processors.predicting.purchases import Purchases
from processors.reading.future import refuse_future
from processors.tracking.currency import Rates, in_currency
from schemas.catalog import Catalog
from schemas.catalogs.kpi import Kpi
from schemas.dead_letter import Unusable
from streams.kafka.readers import Change

#: What a record has that is an order or names a segment; an escape may hide either.
_SIGNS = (b"crm.order.", b'"segment"', b"\\u")


class NothingPredictedError(RuntimeError):
    """The catalog has no KPI that is predicted."""


def predicted(catalog: Catalog) -> dict[str, Kpi]:
    """Return the KPIs that are predicted, by id.

    Raises:
        NothingPredictedError: there are none.
    """
    found = {name: kpi for name, kpi in catalog.kpis.items() if kpi.predicted is not None and not kpi.private}
    if not found:
        raise NothingPredictedError(
            f"the catalog {catalog.catalog!r} has no KPI with the formula 'predicted'"
        )
    return found


class Orders:
    """Takes records; `counts` says what they were."""

    def __init__(self, catalog: Catalog, purchases: Purchases) -> None:
        self._rates = Rates(catalog.currency, catalog.rates)
        self._purchases = purchases
        self.counts: Counter[str] = Counter()

    def take(self, changes: Iterable[Change]) -> None:
        """Take what was read; what tracking can't use either is counted and left out."""
        for change in changes:
            self.counts["read"] += 1
            value = change.value
            if value is None or not (change.headers or any(sign in value for sign in _SIGNS)):
                continue
            try:
                event = in_currency(decode(value, change.headers), self._rates)
                refuse_future(event.t_us, change.timestamp_ms * 1000)
            except Unusable:
                self.counts["unusable"] += 1
                continue
            before = self._purchases.orders, self._purchases.copies
            self._purchases.take(event)
            self.counts["orders"] += self._purchases.orders - before[0]
            self.counts["copies"] += self._purchases.copies - before[1]
