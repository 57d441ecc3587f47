"""Terms: what people call a KPI, and the money that it is in, by the catalog."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from schemas.catalog import Catalog

MONEY = "currency"


class Terms(NamedTuple):
    """The words of a catalog; without any, those that can be had without one."""

    labels: Mapping[str, str] = MappingProxyType({})
    """Of KPIs, by their ids."""
    currency: str = MONEY
    """What the unit of money is called."""

    def label(self, kpi: str) -> str:
        """Return what a KPI is called; of one that the catalog has no more, its id in words: `Response time p90`."""
        return self.labels.get(kpi) or kpi.replace("_", " ").capitalize()

    def unit(self, unit: str) -> str:
        """Return what is written behind a value: of money the currency."""
        return self.currency if unit == MONEY else unit


NO_TERMS = Terms()


def terms_of(catalog: Catalog) -> Terms:
    """Return the words of a catalog."""
    return Terms({name: kpi.label for name, kpi in catalog.kpis.items()}, catalog.currency)
