"""Which names in filters are known; what the commands make of it is tested with them."""

import pytest

from schemas.catalog import load_catalog
from streams.cli.failure import CommandError
from streams.cli.filter_names import AlertNames, KpiNames, check_alert_filters, check_kpi_filters
from streams.settings import Settings

SETTINGS = Settings()


def test_names_of_a_catalog_and_of_keys() -> None:
    """A catalog's are of what is published; a key has one of each, and dimensions with values of any kind."""
    names = KpiNames.of(load_catalog())
    assert {"calls", "rolling_24h", "now", "rep", "from_stage"} <= names.kpis | names.windows | names.dims
    assert not {name for name, kpi in load_catalog().kpis.items() if kpi.private} & names.kpis

    seen = KpiNames()
    seen.note("a", "now", "")
    seen.note("b", "day", "from_stage=,to_stage=x%3Dy")
    assert KpiNames({"a", "b"}, {"now", "day"}, {"from_stage", "to_stage"}) == seen


def test_what_is_seen_needs_no_catalog() -> None:
    """Another catalog has written it; the configured one, which may be gone, is not even read."""
    gone = SETTINGS.model_copy(update={"catalog": "gone.yaml", "rules": "gone.yaml"})
    seen = KpiNames({"mine"}, {"day", "rolling_2d"}, {"shift"})

    check_kpi_filters(gone, seen, ["mine"], "rolling_2d", ["shift"])
    check_kpi_filters(gone, seen, [], "day:2026-11-20", [])
    check_alert_filters(gone, AlertNames({"mine"}, {"shift"}), ["mine"], ["shift"])


@pytest.mark.parametrize(
    ("kpi", "window", "dim", "sentence"),
    [
        ("cals", None, "rep", "unknown KPI 'cals', did you mean 'calls'?"),
        ("calls", "dya:2026-11-20", "rep", "unknown window 'dya', did you mean 'day'?"),
        ("calls", "", "rep", "unknown window ''; known: all_time, "),
        ("calls", "day", "rpe", "unknown dimension 'rpe', did you mean 'rep'?"),
        ("calls", "week:2026-11", "rep", "--window week:2026-11: expected a period as in week:2026-W47"),
    ],
)
def test_the_nearest_name_or_form_is_told(kpi: str, window: str | None, dim: str, sentence: str) -> None:
    """Of each kind."""
    with pytest.raises(CommandError) as said:
        check_kpi_filters(SETTINGS, KpiNames(), [kpi], window, [dim])
    assert str(said.value).startswith(sentence)
