"""The expressions that panels ask."""

from streams.grafana.queries import (
    EACH_REP,
    OF_THE_TEAM,
    REP,
    TEAM_OR_COMPANY,
    best,
    by_dimension,
    ratio_to,
    text,
    value,
    worst,
)


def test_values() -> None:
    """The maximum over workers, by the labels that remain."""
    assert value("calls", "$window", TEAM_OR_COMPANY) == (
        'max(crm_kpi_value{kpi="calls",window="$window",team=~"$team",rep=""})'
    )
    assert value("calls", "day", EACH_REP) == (
        'max by (rep) (crm_kpi_value{kpi="calls",window="day",team="",rep!=""})'
    )
    assert EACH_REP.legend == "{{rep}}"
    assert OF_THE_TEAM == 'max by (rep) (crm_rep_info{team="$team"})'


def test_shares_of_targets() -> None:
    """Of one KPI, or of all that have a target; a target of 0 is none."""
    assert ratio_to("crm_kpi_target", REP, "calls", "day") == (
        'max by (kpi, window) (crm_kpi_value{kpi="calls",window="day",team="",rep="$rep"})'
        ' / max by (kpi, window) (crm_kpi_target{kpi="calls",window="day",team="",rep="$rep"} > 0)'
    )
    assert 'crm_kpi_expected{team="",rep="$rep"} > 0' in ratio_to("crm_kpi_expected", REP)


def test_dimensions() -> None:
    """One item, or all but some; quotes in a stage's name are escaped."""
    assert by_dimension("open_deals", "now", "stage", item='a "b"') == (
        'max by (item) (crm_kpi_dimension_value{kpi="open_deals",window="now",team="",dimension="stage",'
        'item="a \\"b\\""})'
    )
    assert by_dimension("open_deals", "now", "stage", without=("a", "b")).endswith('item!="a",item!="b"})')
    assert text("\\\n") == '"\\\\\\n"'


def test_the_best_are_the_least_where_less_is_better() -> None:
    """And the worst the other way round."""
    assert (best(3, "up", "x"), best(3, "down", "x")) == ("topk(3, x)", "bottomk(3, x)")
    assert (worst(3, "up", "x"), worst(3, "down", "x")) == ("bottomk(3, x)", "topk(3, x)")
