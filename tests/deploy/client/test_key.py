"""Keys of KPI records: the client reads and writes them as the engine does."""

import pytest
from crm_pulse import KpiKey
from hypothesis import given
from hypothesis import strategies as st

from schemas.kpi import kpi_key
from tests.published import kpi_records

NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=10)
VALUES = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)


@given(NAMES, NAMES, st.none() | st.just("2026-11"), st.dictionaries(NAMES, VALUES, max_size=3))
def test_there_and_back(kpi: str, window: str, period: str | None, dims: dict[str, str | None]) -> None:
    """Of any values, with what is escaped and with null stages, the key is the engine's, and comes back whole."""
    key = KpiKey.of(kpi, window, period, dims)

    assert str(key) == kpi_key(kpi, window, period, dims)
    assert key == KpiKey.parse(bytes(key))
    assert key.dims == dims


def test_keys_of_the_engine() -> None:
    """Each key of a sales floor comes back as it was."""
    for key, _ in kpi_records():
        assert bytes(KpiKey.parse(key)) == key


def test_parts() -> None:
    """A key taken apart; the creation of a deal is a transition from no stage."""
    key = KpiKey.parse("stage_transitions|month:2026-11|from_stage=,to_stage=new%2C hot")

    assert ("stage_transitions", "month", "2026-11") == (key.kpi, key.window, key.period)
    assert {"from_stage": None, "to_stage": "new, hot"} == key.dims
    assert KpiKey.parse("nps|all_time|") == KpiKey.of("nps", "all_time")


@pytest.mark.parametrize(
    "text", ["", "calls", "calls|day", "|day|", "calls||", "a|b|rep", "a|b|=x", "a|b|r=1,r=2", "a|b|c|d", b"\xff|a|"]
)  # fmt: skip
def test_what_is_no_key(text: str | bytes) -> None:
    """It is refused by name."""
    with pytest.raises(ValueError):
        KpiKey.parse(text)
