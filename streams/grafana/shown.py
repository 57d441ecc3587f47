"""What the dashboards of a catalog show: its exported KPIs by area, their windows, looks and descriptions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from schemas.catalogs.exported import Exported, exported, exported_dimensions
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import Kpi, Level
from schemas.catalogs.kpi_groups import signatures
from schemas.events.directory import CALENDAR_WINDOWS
from schemas.rules.condition import Reference
from schemas.rules.grammar import Rule
from streams.grafana.areas import area_of
from streams.grafana.panels import Look
from streams.grafana.queries import WINDOW, Who
from streams.grafana.thresholds import NEUTRAL, Steps, steps_for
from streams.grafana.units import decimals_of, unit_of

#: What a sales floor asks for first, as far as the catalog has it; and what it has targets for.
HEADLINES: Final = (
    "won_revenue", "deals_won", "win_rate_decided", "open_pipeline_value", "calls", "meetings_held",
    "response_time_p90", "revenue",
)  # fmt: skip
#: Windows by themselves: there is nothing to choose.
FIXED: Final = ("now", "all_time")
#: Which of several windows a KPI is shown in that hasn't all of those one can choose from.
PREFERRED: Final = ("month", "now", "day", "rolling_30d", "all_time")
_IN_WORDS: Final = {
    "day": "today", "week": "this week", "month": "this month", "quarter": "this quarter",
    "year": "this year", "today": "today (own time zone)", "all_time": "all time", "now": "now",
}  # fmt: skip


def window_in_words(window: str) -> str:
    """Return what people call a window: `last 24 h`."""
    if window in _IN_WORDS:
        return _IN_WORDS[window]
    length = window.removeprefix("rolling_")
    return f"last {length[:-1]} {length[-1]}"


@dataclass(frozen=True)
class Shown:
    """A catalog with the rules over it."""

    catalog: Catalog
    rules: Mapping[str, Rule]

    @cached_property
    def choice(self) -> Exported:
        """What workers export."""
        return exported(self.catalog, self.rules.values())

    @cached_property
    def windows(self) -> tuple[str, ...]:
        """The windows that one can choose from."""
        return tuple(one for one in self.catalog.prometheus.windows if one not in FIXED)

    @cached_property
    def areas(self) -> dict[str, str]:
        """The area of each exported KPI."""
        return {name: area_of(name, self.catalog) for name in self.choice.windows}

    @cached_property
    def with_targets(self) -> dict[str, str]:
        """The KPIs that have targets, by the catalog or by their nature as quotas, and a window of these."""
        found: dict[str, str] = {}
        for target in self.catalog.targets:
            found.setdefault(target.kpi, target.window)
        for kpi in self.catalog.kpis.values():
            of = kpi.attainment or kpi.attainment_share
            periods = [one for one in self.choice.windows.get(of or "", ()) if one in CALENDAR_WINDOWS]
            if of and periods:
                found.setdefault(of, "month" if "month" in periods else periods[0])
        return {name: window for name, window in found.items() if name in self.choice.windows}

    def kpis(self, *areas: str, level: Level | None = None) -> Iterator[tuple[str, Kpi]]:
        """Yield the exported KPIs of these areas, or of all, that are kept for a level."""
        for name, area in self.areas.items():
            if (not areas or area in areas) and (level is None or self.has_level(name, level)):
                yield name, self.catalog.kpis[name]

    def headlines(self, level: Level) -> Iterator[tuple[str, Kpi]]:
        """Yield what to look at first; where the catalog has nothing of it, the first KPI of each area."""
        names = [*HEADLINES, *self.with_targets]
        names = [name for name in dict.fromkeys(names) if name in self.areas]
        names = names or self._first_of_each_area()
        for name in names:
            if self.has_level(name, level):
                yield name, self.catalog.kpis[name]

    def _first_of_each_area(self) -> list[str]:
        first: dict[str, str] = {}
        for name, area in self.areas.items():
            first.setdefault(area, name)
        return [*first.values()]

    def has_level(self, name: str, level: Level) -> bool:
        """Say whether a KPI has series of the company, of teams or of reps."""
        names = () if level == "company" else (level,)
        return level in self.choice.levels and names in signatures(self.catalog.kpis[name])

    def dimensions(self, name: str) -> tuple[str, ...]:
        """Return the dimensions by which a KPI has series, as their label says them."""
        return tuple(",".join(names) for names in exported_dimensions(self.catalog, name, self.choice))

    def window(self, name: str) -> str:
        """Return the window to ask for: the one that is chosen, where a KPI has all one can choose from."""
        kept = self.choice.windows[name]
        if self.windows and set(self.windows) <= set(kept):
            return WINDOW
        return next((one for one in PREFERRED if one in kept), kept[0])

    def title(self, name: str, window: str | None = None) -> str:
        """Return a KPI's label, and its window where that goes without saying neither by itself nor by choice."""
        label = self.catalog.kpis[name].label
        asked = window or self.window(name)
        return label if asked in (WINDOW, "now") else f"{label}, {window_in_words(asked)}"

    def description(self, name: str) -> str:
        """Return what a KPI says, which way is better, and under which sample it says little."""
        kpi = self.catalog.kpis[name]
        better = "More" if kpi.direction == "up" else "Less"
        few = f" With fewer than {kpi.min_sample} samples it says little." if kpi.min_sample else ""
        return f"{kpi.description} {better} is better.{few} (`{name}`)".strip()

    def look(self, name: str, steps: Steps = NEUTRAL) -> Look:
        """Return how a KPI's values are shown."""
        kpi = self.catalog.kpis[name]
        return Look(unit_of(kpi, self.catalog.currency), decimals_of(kpi), steps)

    def steps(self, name: str, who: Who, window: str | None = None, of: Reference | None = None) -> Steps:
        """Return the colours that the rules give a KPI; what rules say nothing of has none."""
        return steps_for(self.rules, name, window or self.window(name), who.dimensions, of) or NEUTRAL
