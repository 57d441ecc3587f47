"""The filters of `/kpis`: what can leave nothing is told, with what there is."""

from collections.abc import Sequence
from typing import Any

import pytest

from streams.web.api.filters import read_dims
from tests.streams.web.api.serving import serving


def test_dimensions_have_a_value_or_any() -> None:
    """A value may have a sign of its own."""
    assert read_dims(["rep=a=b", "team", "from_stage="]) == {"rep": "a=b", "team": None, "from_stage": ""}


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"kpi": "cals"}, "unknown KPI 'cals', did you mean 'calls'"),
        ({"kpi": "calls", "window": "now"}, "calls is not kept in a window 'now'"),
        ({"window": "fortnight"}, "window: unknown window 'fortnight'; known: all_time, day"),
        ({"window": "rolling_24"}, "window: unknown window 'rolling_24', did you mean 'rolling_24h'?"),
        ({"kpi": "calls", "period": "2026-13"}, "period: '2026-13' is no period"),
        (
            {"window": "day", "period": "2026-10"},
            "period: '2026-10' is no period of a window that is asked for",
        ),
        ({"kpi": "open_deals", "period": "2026-10"}, "is no period of a window that is asked for"),
        (
            {"kpi": "calls", "dim": ["rep=ann", "foo"]},
            "dim: unknown dimension 'foo'; known: channel, rep, team",
        ),
        ({"dim": "stag"}, "dim: unknown dimension 'stag', did you mean 'stage'?"),
        ({"kpi": "calls", "dim": "stage"}, "dim: unknown dimension 'stage'; known: channel, rep, team"),
        ({"window": "now", "dim": "campaign"}, "dim: unknown dimension 'campaign'"),
        ({"kpi": "calls", "dim": ["team=north", "rep"]}, "is kept by rep and team together"),
        ({"dim": ["rep=ann", "rep=bob"]}, "dim: 'rep' is named twice"),
        ({"period": "soon"}, "'soon' is no period"),
        ({"dim": "=x"}, "expected a name or name=value"),
        ({"dim": "rep="}, "expected a name or name=value"),
    ],
    ids=str,
)
async def test_what_can_leave_nothing(params: dict[str, Any], said: str) -> None:
    """An empty list would look like a quiet day."""
    async with serving() as served:
        response = await served.get("/kpis", **params)

    assert response.status_code == 422
    assert said in response.json()["detail"]


async def test_values_are_not_known_beforehand() -> None:
    """Nobody of that name has called yet."""
    async with serving() as served:
        assert await served.items("/kpis", kpi="calls", dim="rep=zoe") == []


async def test_a_deal_may_come_from_no_stage() -> None:
    """Its creation is a transition from none, which is written as nothing, as in keys."""
    async with serving() as served:
        for stage in (None, "new"):
            await served.store.put("stage_transitions", 3, from_stage=stage, to_stage="offer")
        found = await served.items("/kpis", kpi="stage_transitions", dim="from_stage=")

    assert [one["dims"] for one in found] == [{"from_stage": None, "to_stage": "offer"}]


async def test_a_kpi_that_is_named_often_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address has room for thousands of names, and each would be a question to the store."""
    async with serving() as served:
        asked, periods = list[str](), served.store.periods

        async def noted(kpi: str, window: str) -> Sequence[str]:
            asked.append(kpi)
            return await periods(kpi, window)

        monkeypatch.setattr(served.store, "periods", noted)
        await served.items("/kpis", kpi=["calls", "emails_sent"] * 3, window="day", period="all")

    assert asked == ["calls", "emails_sent"]
