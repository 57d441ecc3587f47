"""What people call things."""

from processors.judging.terms import Terms, terms_of
from schemas.catalog import load_catalog


def test_a_catalog_says_what_things_are_called() -> None:
    """Its KPIs and its money; other units are as they are."""
    terms = terms_of(load_catalog("catalog: own\nextends: standard\ncurrency: CHF\n", "own.yaml"))

    assert terms.label("arpu") == "Revenue per customer"
    assert [terms.unit(one) for one in ("currency", "seconds", "count")] == ["CHF", "seconds", "count"]


def test_without_a_catalog_ids_have_to_do() -> None:
    """So also for a KPI that is no longer in it."""
    assert Terms().label("response_time_p90") == "Response time p90"
    assert Terms().unit("currency") == "currency"
