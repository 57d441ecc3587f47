"""Which KPIs become series, in which windows and by which dimensions."""

from schemas.catalog import load_catalog
from schemas.catalogs.exported import exported, exported_dimensions
from schemas.rule import load_rules

OWN = """\
catalog: own
extends: standard
targets: [{kpi: calls, window: week, value: 500}]
prometheus: {kpis: [calls, ltv, churn_rate], windows: [day], levels: [company], dimensions: [[to_stage, from_stage]]}
"""


def test_the_catalogs_choice_and_what_rules_look_at() -> None:
    """A KPI is exported in the chosen windows, and where a rule or a target watches it."""
    catalog = load_catalog()
    rules = load_rules(catalog)

    windows = exported(catalog, rules.values()).windows

    assert windows["emails_sent"] == ("rolling_24h", "day", "month")
    assert windows["calls"] == ("rolling_24h", "rolling_7d", "day", "month")  # quiet-rep
    assert windows["open_deals"] == ("now",)
    assert "promoters" not in windows


def test_every_chosen_kpi_has_a_window() -> None:
    """What is kept in none of the chosen windows is exported in its own."""
    choice = exported(load_catalog(OWN, "own.yaml"))

    assert choice.windows == {
        "calls": ("day", "week"), "ltv": ("all_time",), "churn_rate": ("day",),
    }  # fmt: skip
    assert choice.levels == ("company",)
    assert "clv_predicted" not in exported(load_catalog()).windows
    assert choice.dimensions == (("from_stage", "to_stage"),)


def test_dimensions_are_those_the_kpi_is_kept_by() -> None:
    """Of the chosen ones, in their order."""
    catalog = load_catalog()
    choice = exported(catalog)

    assert exported_dimensions(catalog, "won_revenue", choice) == (("segment",), ("product",))
    assert exported_dimensions(catalog, "stage_conversion", choice) == (("from_stage", "to_stage"),)
    assert exported_dimensions(catalog, "activities", choice) == ()
