"""docs/kpis.md is what the standard catalog says."""

import pytest

from schemas.catalog import load_catalog
from schemas.fact import FACTS
from schemas.generators.kpi_docs import PAGE, by, key, render

CATALOG = load_catalog()


def test_the_page_is_up_to_date() -> None:
    """The page in the tree is what `make docs` would write."""
    assert PAGE.read_text("utf-8") == render(CATALOG), "run `make docs`"


def test_every_kpi_and_every_fact_is_there() -> None:
    """Nothing of the catalog or of the facts is left out; what has no records is told apart."""
    page = render(CATALOG)
    for name, kpi in CATALOG.kpis.items():
        assert (
            f"\n| `{name}` | " if kpi.private else f"\n### `{name}`\n\n**{kpi.label}.** {kpi.description}\n"
        ) in page
        assert kpi.source in page
    for name in FACTS:
        assert f"\n| `{name}` |" in page


def test_each_has_an_example() -> None:
    """The key of a record."""
    assert "- **Example:** `calls|month:2026-11|channel=phone`\n" in render(CATALOG)


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("activities", "activities|month:2026-11|rep=ann"),
        ("open_deals", "open_deals|now|stage=proposal"),
        ("clv", "clv|all_time|segment=smb"),
        ("stage_transitions", "stage_transitions|month:2026-11|from_stage=discovery,to_stage=proposal"),
        ("quota_attainment_share", "quota_attainment_share|month:2026-11|team=north"),
    ],
)
def test_keys(kpi: str, expected: str) -> None:
    """In a month where it has that window, and for its last group."""
    assert expected == key(kpi, CATALOG)


def test_dimensions_that_go_together_are_joined() -> None:
    """A pair is told as a pair, and that there is no total without it."""
    assert by(CATALOG.kpis["stage_transitions"]) == "company, team, rep, `from_stage` × `to_stage`"
    assert by(CATALOG.kpis["stage_conversion"]).startswith("`from_stage` × `to_stage`; never without")
    assert by(CATALOG.kpis["activities"]) == "company, team, rep"
    assert by(CATALOG.kpis["price_index"]).endswith("`product`")
