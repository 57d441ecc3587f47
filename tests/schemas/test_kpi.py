"""The keys of KPI records."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.kpi import Dims, dims_of, dims_text, kpi_key, partition_of


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("calls", "rolling_24h", None, {"rep": "ann"}), "calls|rolling_24h|rep=ann"),
        (("won_revenue", "month", "2026-11", {"team": "north"}), "won_revenue|month:2026-11|team=north"),
        (("nps", "all_time", None, {}), "nps|all_time|"),
        (
            ("stage_transitions", "day", "2026-11-21", {"to_stage": "new", "from_stage": None}),
            "stage_transitions|day:2026-11-21|from_stage=,to_stage=new",
        ),
        (("calls", "now", None, {"rep": "a|b,c=d%"}), "calls|now|rep=a%7Cb%2Cc%3Dd%25"),
    ],
)
def test_keys(parts: tuple[str, str, str | None, Dims], key: str) -> None:
    """Dims stand in alphabetical order, what separates is escaped, and `null` is empty."""
    assert key == kpi_key(*parts)


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(["rep", "team", "channel", "from_stage"]),
        st.one_of(st.none(), st.text(min_size=1), st.text("%|,=2C", min_size=1)),
    )
)
def test_dims_come_back(dims: dict[str, str | None]) -> None:
    """Whatever a value is made of, the text gives it back, and has the separators nowhere else."""
    text = dims_text(dims)

    assert dims == dims_of(text)
    assert max(0, len(dims) - 1) == text.count(",")
    assert "|" not in text


def test_a_key_is_always_in_the_same_partition() -> None:
    """Readers that want one key need to read one partition only."""
    keys = [kpi_key("calls", "day", f"2026-11-{day:02}", {"rep": "ann"}).encode() for day in range(1, 29)]

    assert {0, 1, 2} == {partition_of(key, 3) for key in keys}
    assert 1 == partition_of(b"calls|rolling_24h|rep=ann", 4)
