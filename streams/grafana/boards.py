"""The dashboards of the business: sales floor, team, rep, pipeline, customers, alerts."""

from typing import Final

from streams.grafana.areas import AREAS
from streams.grafana.page import Page, query_variable
from streams.grafana.panels import Look, Query, bars, lines, stat, table
from streams.grafana.parts import (
    area_tiles,
    courses,
    dimension_rows,
    headline_tiles,
    leaders,
    rule_lines,
    targets,
    tile,
    watched,
    window_variable,
)
from streams.grafana.queries import (
    COMPANY,
    EACH_REP,
    EACH_TEAM,
    OF_THE_REP,
    OF_THE_TEAM,
    REP,
    TEAM,
    TEAM_OR_COMPANY,
    by_dimension,
    value,
)
from streams.grafana.shown import Shown
from streams.grafana.thresholds import GOOD

#: Matches no text but the empty one: the company's series have no team.
NO_TEAM: Final = "()"
_NONE: Final = '0 * max(crm_pulse_partitions{stage=~"judge|overdue"})'
"""No alert, where a worker looks for some; where none does nobody knows."""
_FLOOR: Final = ("activity", "service", "leads", "deals")
_CUSTOMERS: Final = tuple(area for area in AREAS if area not in _FLOOR)


def sales_floor(shown: Shown) -> Page:
    """Return the company's dashboard: where it stands, its teams, its best reps, and every KPI of selling."""
    page = Page("sales-floor", "Sales floor", "Where the company stands, its teams and its best reps.")
    window_variable(page, shown)
    headline_tiles(page, shown, COMPANY, "company")
    targets(page, shown, COMPANY, "company")
    leaders(page, shown, "Teams", EACH_TEAM, "team")
    leaders(page, shown, "Best reps", EACH_REP, "rep")
    area_tiles(page, shown, COMPANY, "company", _FLOOR)
    watched(page, shown, COMPANY, ())
    dimension_rows(page, shown, _FLOOR)
    return page


def team(shown: Shown) -> Page:
    """Return a team's dashboard."""
    page = Page("team", "Team", "One team: its numbers, its targets, its reps.")
    page.variable(query_variable("team", "Team", 'label_values(crm_kpi_value{team!=""}, team)'))
    window_variable(page, shown)
    headline_tiles(page, shown, TEAM, "team")
    targets(page, shown, TEAM, "team")
    watched(page, shown, TEAM, ("team",))
    leaders(page, shown, "Its reps", EACH_REP, "rep", OF_THE_TEAM)
    area_tiles(page, shown, TEAM, "team")
    return page


def rep(shown: Shown) -> Page:
    """Return a rep's dashboard."""
    page = Page("rep", "Rep", "One rep: their numbers, their targets, and their team beside them.")
    page.variable(query_variable("team", "Team", "label_values(crm_rep_info, team)", ".*"))
    page.variable(query_variable("rep", "Rep", 'label_values(crm_rep_info{team=~"$team"}, rep)'))
    window_variable(page, shown)
    headline_tiles(page, shown, REP, "rep")
    targets(page, shown, REP, "rep")
    watched(page, shown, REP, ("rep",))
    page.row("Beside the team")
    for name, kpi in shown.headlines("rep"):
        # A team's count is no measure for a rep's; a mean, a share or a duration is.
        if kpi.formula not in ("count", "sum", "distinct", "gauge", "gauge_sum") and shown.has_level(
            name, "team"
        ):
            window = shown.window(name)
            queries = [
                Query(value(name, window, REP), "$rep"),
                Query(f"{value(name, window, EACH_TEAM)} and on (team) {OF_THE_REP}", "team {{team}}"),
            ]
            page.add(lines(shown.title(name), shown.description(name), queries, shown.look(name)), 12, 8)
    area_tiles(page, shown, REP, "rep")
    return page


def pipeline(shown: Shown) -> Page:
    """Return the dashboard of deals on their way."""
    page = Page("pipeline", "Pipeline", "Open deals by stage, how they move, and what becomes of them.")
    page.variable(
        query_variable(
            "team", "Team (All: the company)", 'label_values(crm_kpi_value{team!=""}, team)', NO_TEAM
        )
    )
    window_variable(page, shown)
    page.row("Deals")
    for name, _ in shown.kpis("deals", level="team"):
        page.add(tile(shown, name, TEAM_OR_COMPANY), 4, 4)
    page.row("By stage, of the company")
    for name, _ in shown.kpis("deals"):
        if "stage" in shown.dimensions(name):
            stages = [stage for line in shown.catalog.pipelines.values() for stage in line.stages]
            _in_order(page, shown, name, "stage", [*dict.fromkeys(stages)], 'team=""')
    page.row("From stage to stage")
    pairs = [f"{first} → {second}" for first, second in shown.catalog.stage_pairs]
    for name, kpi in shown.kpis("deals"):
        if "from_stage,to_stage" in shown.dimensions(name):
            team = 'team=~"$team"' if kpi.only_by else 'team=""'
            _in_order(page, shown, name, "from_stage,to_stage", pairs, team)
    page.row("Over time")
    names = [
        name for name, kpi in shown.kpis("deals") if kpi.unit == "currency" or kpi.formula == "attainment"
    ]
    courses(page, shown, TEAM_OR_COMPANY, "team", names)
    for name, rule in shown.rules.items():
        if shown.areas.get(rule.kpi) == "deals":
            rule_lines(page, shown, name, rule)
    return page


def _in_order(page: Page, shown: Shown, name: str, dimension: str, items: list[str], team: str) -> None:
    """Add a bar for each item in the pipeline's order, and then what else there is."""
    window = shown.window(name)
    queries = [Query(by_dimension(name, window, dimension, team, item), item) for item in items]
    queries.append(Query(by_dimension(name, window, dimension, team, without=tuple(items)), "{{item}}"))
    page.add(bars(shown.title(name), shown.description(name), queries, shown.look(name)), 12, 9)


def customers(shown: Shown) -> Page:
    """Return the dashboard of customers, what they buy, and what they say."""
    page = Page(
        "customers", "Customers and revenue", "What customers buy, are worth and say; campaigns and prices."
    )
    page.variable(
        query_variable(
            "team", "Team (All: the company)", 'label_values(crm_kpi_value{team!=""}, team)', NO_TEAM
        )
    )
    window_variable(page, shown)
    for area in _CUSTOMERS:
        page.row(AREAS[area])
        for name, _ in shown.kpis(area):
            if shown.has_level(name, "team"):
                page.add(tile(shown, name, TEAM_OR_COMPANY), 4, 4)
            elif shown.has_level(name, "company"):
                page.add(tile(shown, name, COMPANY), 4, 4)
    page.row("Over time")
    money = [name for name, kpi in shown.kpis("revenue", level="team") if kpi.unit == "currency"]
    courses(page, shown, TEAM_OR_COMPANY, "team", money[:4])
    dimension_rows(page, shown, _CUSTOMERS)
    return page


def alerts(shown: Shown) -> Page:
    """Return the dashboard of alerts: which there are, how they come and go, and what their rules watch."""
    page = Page("alerts", "Alerts", "Which alerts there are, and what their rules watch.")
    page.row("Now")
    for severity, colour in (("critical", "dark-red"), ("warning", "orange"), ("info", "blue")):
        query = f'sum(crm_alerts{{state="firing",severity="{severity}"}}) or {_NONE}'
        look = Look("short", 0, ((GOOD, None), (colour, 1)))
        page.add(
            stat(f"Firing, {severity}", f"Alerts that fire and are {severity}.", [Query(query)], look), 4, 5
        )
    query = f'sum(crm_alerts{{state="pending"}}) or {_NONE}'
    text = "Breaches that have not lasted long enough yet."
    page.add(stat("Pending", text, [Query(query)], Look("short", 0)), 4, 5)
    query = 'sum(increase(crm_pulse_alert_transitions_total{state="firing"}[$__range]))'
    text = "Alerts that began to fire in the time shown above."
    page.add(stat("Began to fire", text, [Query(query)], Look("short", 0)), 4, 5)
    query = 'sum(increase(crm_pulse_alert_transitions_total{state="resolved"}[$__range]))'
    text = "Alerts that resolved in the time shown above."
    page.add(stat("Resolved", text, [Query(query)], Look("short", 0)), 4, 5)
    query = "sum by (rule, severity, state) (crm_alerts)"
    page.add(
        table("By rule", "Alerts now, by rule, severity and state.", [Query(query)], Look("short", 0)), 12, 9
    )
    query = 'sum by (rule) (crm_alerts{state="firing"})'
    text = "Alerts that fire, by rule."
    page.add(lines("Firing", text, [Query(query, "{{rule}}")], Look("short", 0), stacked=True), 12, 9)
    # All there can be have series from the start: only what happens is shown.
    query = "sum by (state, reason) (increase(crm_pulse_alert_transitions_total[$__rate_interval])) > 0"
    text = "Alerts that entered a state, by the reason that their record gives."
    page.add(lines("Steps", text, [Query(query, "{{state}}: {{reason}}")], Look("short"), rare=True), 24, 8)
    page.row("What rules watch")
    for name, rule in shown.rules.items():
        rule_lines(page, shown, name, rule)
    return page
