"""Which records a tile shows."""

from schemas.boards.sources import sources
from schemas.boards.tile import (
    AgingTile,
    DistributionTile,
    FunnelTile,
    LeaderboardTile,
    NumberTile,
    TickerTile,
)
from schemas.selector import Selector


def selectors(tile: object, for_each_team: bool = False) -> list[str]:
    """Return the selectors of a tile."""
    found = [source.selector for source in sources(tile, for_each_team)]  # type: ignore[arg-type]
    for text in found:
        Selector.parse(text)
    return found


def test_a_number_is_the_companys_or_whose_it_says() -> None:
    """Or, on a board for each team, every team's, of which the page shows one."""
    tile = NumberTile(type="number", kpi="calls", window="day")
    named = NumberTile(type="number", kpi="calls", window="month", period="2026-10", of={"team": "a,b"})

    assert selectors(tile) == ["calls|day|"]
    assert selectors(tile, for_each_team=True) == ["calls|day|team"]
    assert [source.each for source in sources(tile, True)] == [True]
    assert selectors(named, for_each_team=True) == ["calls|month:2026-10|team=a%2Cb"]
    assert selectors(tile.model_copy(update={"of": "company"}), for_each_team=True) == ["calls|day|"]


def test_tiles_of_several_kpis_show_all_of_them() -> None:
    """Each part has a role."""
    assert selectors(FunnelTile(type="funnel")) == [
        "stage_conversion|rolling_30d|from_stage,to_stage",
        "open_deals|now|stage",
        "open_pipeline_value|now|stage",
    ]
    assert selectors(FunnelTile(type="funnel", of={"team": "north"}))[0] == (
        "stage_conversion|rolling_30d|from_stage,team=north,to_stage"
    )
    assert "response_time_p90|rolling_24h|channel" in selectors(
        DistributionTile(type="distribution", by="channel")
    )
    assert selectors(AgingTile(type="aging")) == ["open_inquiries|now|team", "oldest_open_inquiry_s|now|team"]
    assert selectors(LeaderboardTile(type="leaderboard", kpi="calls", window="day")) == ["calls|day|rep"]
    assert selectors(TickerTile(type="ticker")) == []
