"""What changed KPIs mean: more of it is in `test_changes`."""

import pytest

from schemas.catalog import load_catalog
from schemas.catalogs.changes import catalog_text, changes
from schemas.catalogs.effect import Changes, Effect


def between(before: str, after: str) -> Changes:
    """Return what changes from one catalog over the standard one to the other."""
    old, new = (
        load_catalog(f"catalog: own\nextends: standard\n{text}", "own.yaml") for text in (before, after)
    )
    return changes(catalog_text(old), new)


@pytest.mark.parametrize("kpi", ["stage_conversion", "win_rate_cohort", "lead_conversion_cohort"])
def test_what_counts_for_what_came_before(kpi: str) -> None:
    """A deal that was created before and is won now counts as won at its creation, which nobody counted."""
    (found,) = between(f"kpis: {{{kpi}: null}}\n", "").changes

    assert (Effect.MIXED, f"kpis.{kpi}") == found[:2]
    assert "wrong where it reaches back" in found.sentence


def test_the_oldest_of_what_was_not_kept_by_age() -> None:
    """Open deals were counted, but not when they were created; of inquiries that was kept anyway."""
    aged = "kpis: {{x: {{label: X, unit: seconds, oldest: {}}}}}\n"
    (found,) = between("", aged.format("open_deal")).changes
    assert (Effect.WRONG, "kpis.x") == found[:2]
    assert "open_deal" in found.sentence

    (found,) = between("", aged.format("inquiry_open")).changes
    assert (Effect.HISTORY, "kpis.x") == found[:2]


def test_what_is_dropped_says_what_is_no_longer_kept() -> None:
    """So it has a gap when it comes back; what other KPIs are made of has none."""
    found = between("", "kpis: {calls: null, value_added_share: null, nps: null}\n")

    assert {
        "kpis.calls": "has no records any more, and count of call is no longer kept",
        "kpis.value_added_share": "has no records any more",
        "kpis.nps": 'has no records any more, and count of nps_answer, count of nps_answer where {"score":{"at_least":9}}, '
        'count of nps_answer where {"score":{"at_most":6}} is no longer kept',
    } == {change.field: change.sentence for change in found.changes}  # fmt: skip
