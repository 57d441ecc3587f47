"""docs/kpis.md is what the standard catalog says."""

import pytest

from schemas.catalog import load_catalog
from schemas.fact import FACTS
from schemas.kpi_docs import PAGE, by, formula, render

CATALOG = load_catalog()


def test_the_page_is_up_to_date() -> None:
    """The page in the tree is what `make docs` would write."""
    assert PAGE.read_text("utf-8") == render(CATALOG), "run `make docs`"


def test_every_kpi_and_every_fact_has_a_row() -> None:
    """Nothing of the catalog or of the facts is left out, and every KPI is explained."""
    page = render(CATALOG)
    for name, kpi in CATALOG.kpis.items():
        assert f"\n| `{name}` | {kpi.label} |" in page
        assert kpi.description.endswith("."), name
    for name in FACTS:
        assert f"\n| `{name}` |" in page


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        ("calls", "count of `call`"),
        ("activities", "count of `call` + `email_sent` + `meeting_held`"),
        ("response_time_mean", "sum of `response` ÷ count of `response`"),
        ("response_time_p90", "the value that 90 % of `response` do not exceed"),
        ("response_within_1h", "share of `response` of at most 3600 s"),
        ("open_inquiries", "count of `inquiry_open` that hold now"),
        ("won_revenue", "sum of `deal_won`"),
        ("win_rate_decided", "`deals_won` ÷ (`deals_won` + `deals_lost` + `deals_canceled`)"),
        ("stage_conversion", "count of `stage_reached` ÷ count of `stage_entered`"),
    ],
)
def test_each_kind_of_formula_reads_as_words(kpi: str, words: str) -> None:
    """Of each kind of formula one KPI, told as a person would."""
    assert formula(CATALOG.kpis[kpi]) == words


def test_dimensions_that_go_together_are_joined() -> None:
    """A pair is told as a pair, and that there is no total without it."""
    assert by(CATALOG.kpis["stage_transitions"]) == "`from_stage` × `to_stage`"
    assert by(CATALOG.kpis["stage_conversion"]).startswith("`from_stage` × `to_stage`; never without")
    assert by(CATALOG.kpis["activities"]) == "–"
