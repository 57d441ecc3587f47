"""PromQL: one expression for each question that a panel asks. Workers export what they own, so `max` takes the one."""

from typing import Final, NamedTuple

from streams.metrics import MetricName

WINDOW: Final = "$window"
"""The window that the dashboard's variable says."""


class Who(NamedTuple):
    """Whose values a query asks for."""

    matchers: str
    by: tuple[str, ...] = ()
    """The labels that remain."""
    dimensions: tuple[str, ...] = ()
    """As rules name these groups."""

    @property
    def legend(self) -> str:
        """What a series is called; nothing where there is one."""
        return " ".join(f"{{{{{label}}}}}" for label in self.by)


COMPANY: Final = Who('team="",rep=""')
TEAM: Final = Who('team="$team",rep=""', dimensions=("team",))
#: The company where the variable says all.
TEAM_OR_COMPANY: Final = Who('team=~"$team",rep=""')
REP: Final = Who('team="",rep="$rep"', dimensions=("rep",))
EACH_TEAM: Final = Who('team!="",rep=""', ("team",), ("team",))
EACH_REP: Final = Who('team="",rep!=""', ("rep",), ("rep",))

#: Of reps, those who are in the team now.
OF_THE_TEAM: Final = 'max by (rep) (crm_rep_info{team="$team"})'
#: Of teams, the one that the rep is in now.
OF_THE_REP: Final = 'max by (team) (crm_rep_info{rep="$rep"})'


def text(value: str) -> str:
    """Return a PromQL string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def value(kpi: str, window: str, who: Who, metric: MetricName = "crm_kpi_value") -> str:
    """Ask for a KPI's values."""
    return _max(f'{metric}{{kpi="{kpi}",window="{window}",{who.matchers}}}', who.by)


def ratio_to(metric: MetricName, who: Who, kpi: str | None = None, window: str | None = None) -> str:
    """Ask for values ÷ what another metric says of the same: of one KPI, or of all that have it."""
    chosen = [f'kpi="{kpi}"'] if kpi else []
    chosen += [f'window="{window}"'] if window else []
    matchers = ",".join([*chosen, who.matchers])
    by = (*who.by, "kpi", "window")
    over = f"{metric}{{{matchers}}} > 0"
    return f"{_max(f'crm_kpi_value{{{matchers}}}', by)} / {_max(over, by)}"


def by_dimension(
    kpi: str,
    window: str,
    dimension: str,
    team: str = 'team=""',
    item: str = "",
    without: tuple[str, ...] = (),
) -> str:
    """Ask for a KPI's values by dimension: of one item, or of all but some."""
    matchers = [f'kpi="{kpi}"', f'window="{window}"', team, f'dimension="{dimension}"']
    matchers += [f"item={text(item)}"] if item else []
    matchers += [f"item!={text(one)}" for one in without]
    return _max(f"crm_kpi_dimension_value{{{','.join(matchers)}}}", ("item",))


def best(count: int, direction: str, query: str) -> str:
    """Ask for the best only."""
    return f"{'topk' if direction == 'up' else 'bottomk'}({count}, {query})"


def worst(count: int, direction: str, query: str) -> str:
    """Ask for those only whom one should look at."""
    return best(count, "down" if direction == "up" else "up", query)


def _max(inner: str, by: tuple[str, ...]) -> str:
    return f"max by ({', '.join(by)}) ({inner})" if by else f"max({inner})"
