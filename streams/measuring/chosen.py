"""Which KPI records have series on /metrics: of most KPIs few windows have, and the others need not wait."""

from typing import Final

from processors.forgetting import forget_oldest
from schemas.catalogs.exported import Exported

#: KPIs in windows and periods of which it is known.
PLACES_MAX: Final = 20_000


class Chosen(dict[bytes, bool]):
    """Whether there are series, by KPI, window and period as a key of `crm.kpis` has them: `calls|month:2026-11`.

    Asked for each record that is published: what was asked before costs a look into a dictionary.
    """

    def __init__(self, choice: Exported) -> None:
        """`choice` is the catalog's."""
        super().__init__()
        self._windows = frozenset(
            (kpi.encode(), window.encode()) for kpi, windows in choice.windows.items() for window in windows
        )

    def __missing__(self, place: bytes) -> bool:
        forget_oldest(self, PLACES_MAX)
        kpi, window = place.split(b"|")
        found = self[place] = (kpi, window.partition(b":")[0]) in self._windows
        return found
