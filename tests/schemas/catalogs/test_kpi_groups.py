"""The groups in which KPIs are kept."""

from schemas.catalog import load_catalog
from schemas.catalogs.kpi_groups import signatures, stand_in

KPIS = load_catalog().kpis


def test_levels_and_dimensions() -> None:
    """Company, team and rep, and each entry of `by` alone; those in a list together, by name."""
    assert ((), ("team",), ("rep",), ("channel",)) == signatures(KPIS["calls"])
    assert ((), ("segment",)) == signatures(KPIS["clv"])
    assert (("product",),) == signatures(KPIS["price_index"])
    assert ((), ("team",)) == signatures(KPIS["quota_attainment_share"])


def test_only_by() -> None:
    """Entries crossed with the levels, and no total."""
    assert (
        ("from_stage", "to_stage"),
        ("from_stage", "team", "to_stage"),
        ("from_stage", "rep", "to_stage"),
    ) == (signatures(KPIS["stage_conversion"]))


def test_stand_in() -> None:
    """In the groups of its dimension, those crossed with others too."""
    clv = KPIS["clv"]

    assert "clv_of_latest_segment" == stand_in(clv, ("segment",)) == stand_in(clv, ("segment", "team"))
    assert None is stand_in(clv, ()) is stand_in(clv, ("team",)) is stand_in(KPIS["calls"], ("channel",))
