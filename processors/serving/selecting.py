"""Selectors as a catalog and its calendar understand them: in which bucket the records are, now."""

from collections.abc import Iterable
from typing import NamedTuple

from processors.calendar import Calendar, Period
from schemas.catalog import Catalog
from schemas.catalogs.kpi_groups import Signature, signatures
from schemas.events.directory import CALENDAR_WINDOWS
from schemas.files.fault import unknown
from schemas.kpi import dims_text
from schemas.selector import Selector, SelectorError


class Resolved(NamedTuple):
    """Where the records of a selector are at a time."""

    bucket: str
    """The first two parts of their keys."""
    from_us: int | None
    """Since when it is this bucket: the start of the running period; None where it is for ever."""
    until_us: int | None
    """When another period will run; None where none ever does."""


class Selecting:
    """Checks selectors, and finds their buckets."""

    def __init__(self, catalog: Catalog) -> None:
        section = catalog.calendar
        self._calendar = Calendar(section.timezone, section.fiscal_year_start_month, section.week_start)
        self._signatures: dict[str, tuple[Signature, ...]] = {
            name: signatures(kpi) for name, kpi in catalog.kpis.items() if not kpi.private
        }
        self.windows: dict[str, tuple[str, ...]] = {
            name: catalog.windows_of(catalog.kpis[name]) for name in self._signatures
        }
        """The windows of each KPI that has records, as the catalog lists them."""

    def parse(self, text: str) -> Selector:
        """Read a selector of this catalog. Raises SelectorError with a sentence."""
        selector = Selector.parse(text)
        self.check_window(selector.kpi, selector.window)
        if selector.period is not None and self._calendar.period(selector.window, selector.period) is None:
            raise SelectorError(f"{text!r}: there is no {selector.window} {selector.period!r}")
        names = tuple(name for name, _ in selector.dims)
        if names not in self._signatures[selector.kpi]:
            kept = ", ".join(",".join(one) or "none" for one in self._signatures[selector.kpi])
            raise SelectorError(
                f"{text!r}: {selector.kpi} is not kept by {','.join(names) or 'no dimension'}; it is by {kept}"
            )
        return selector

    def check_window(self, kpi: str, window: str) -> None:
        """Raise SelectorError unless the catalog has the KPI, in that window."""
        if kpi not in self.windows:
            raise SelectorError(unknown("KPI", kpi, self.windows))
        if window not in self.windows[kpi]:
            raise SelectorError(
                f"{kpi} is not kept in a window {window!r}; it is in {', '.join(self.windows[kpi])}"
            )

    def check_dims(self, kpis: Iterable[str], names: Iterable[str]) -> None:
        """Raise SelectorError unless one of these KPIs is kept by dimensions of these names together."""
        names, kept = {*names}, [{*one} for kpi in kpis for one in self._signatures[kpi]]
        known = {name for one in kept for name in one}
        for name in sorted(names - known):
            raise SelectorError(unknown("dimension", name, known))
        if not any(names <= one for one in kept):
            raise SelectorError(f"no KPI that is asked for is kept by {' and '.join(sorted(names))} together")

    def resolve(self, kpi: str, window: str, period: str | None, now_us: int) -> Resolved:
        """Return the bucket; a calendar window without a period is the one that runs."""
        if window not in CALENDAR_WINDOWS:
            return Resolved(f"{kpi}|{window}", None, None)
        if period is not None:
            return Resolved(f"{kpi}|{window}:{period}", None, None)
        running = self.running(window, now_us)
        return Resolved(f"{kpi}|{window}:{running.label}", running.start_us, running.end_us)

    def running(self, window: str, now_us: int) -> Period:
        """Return the period of a calendar window that runs at a time."""
        day = self._calendar.day_at(now_us)
        return next(one for one in self._calendar.calendar_periods_of(day) if one.name == window)

    def is_period(self, window: str, label: str) -> bool:
        """Tell whether there is such a period."""
        return self._calendar.period(window, label) is not None


def exactly(selector: Selector) -> str | None:
    """Return the last part of the only key that a selector takes; None where it takes several."""
    if len(selector.wanted) < len(selector.dims):
        return None
    return dims_text(dict(selector.dims))


def earliest(moments: Iterable[int | None]) -> int | None:
    """Return the earliest of those that there are."""
    return min((moment for moment in moments if moment is not None), default=None)
