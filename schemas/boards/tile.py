"""The grammar of a board's tiles, one section each, told apart by `type`. docs/wallboard.md explains them to users."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from schemas.duration import duration_us
from schemas.events.directory import CALENDAR_WINDOWS, PERIODS, is_period
from schemas.files.document import Section, together
from schemas.files.fault import PathMessage
from schemas.files.period_name import Period
from schemas.severity import Severity

COLUMNS = 12
ROWS = 6
"""A board is a grid of 12 × 6: what a screen across a room has space for."""
PLACES_MAX = 30
"""Lines of a leaderboard; a screen shows no more."""
PERCENTILES_MAX = 3
LIMITS_MAX = 2
LIMIT_D_MAX = 365
MILESTONES_MAX = 20
TITLE_MAX = 80
PRIZE_MAX = 120

Title = Annotated[str, Field(min_length=1, max_length=TITLE_MAX)]
Size = Annotated[str, Field(pattern=f"^([1-9]|1[0-{COLUMNS - 10}])x[1-{ROWS}]$")]
Whose = Literal["company"] | Annotated[dict[str, str], Field(min_length=1)]
By = Annotated[str, Field(pattern="^[a-z_]+$")]


def _limit_us(text: object) -> int:
    return duration_us(text, LIMIT_D_MAX)


Limit = Annotated[int, BeforeValidator(_limit_us), Field(gt=0)]


class _Tile(Section):
    title: Title | None = None
    """What stands over it; by default the KPI's label."""
    size: Size
    """Columns × rows of the board's 12 × 6."""

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.size.partition("x")[0])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.size.partition("x")[2])


class _Value(_Tile):
    kpi: str
    """The KPI."""
    window: str
    """In which of its windows."""
    period: Period = None
    """Of a calendar window one period, such as 2026-11; by default the running one."""

    @together
    def _is_a_period(self) -> Iterator[PathMessage]:
        if self.period is None:
            return
        if self.window not in CALENDAR_WINDOWS:
            yield ("period",), f"the window {self.window} has no periods"
        elif not is_period(self.window, self.period):
            example = PERIODS[self.window][1]
            yield ("period",), f"there is no {self.window} {self.period!r}; one is written {example!r}"


class NumberTile(_Value):
    """One value, large: with target, pace, trend and a sparkline, as far as it has them."""

    type: Literal["number"]
    size: Size = "3x2"
    """Columns × rows of the board's 12 × 6."""
    of: Whose | None = None
    """Whose: `company`, or dimensions such as {team: north}; by default the board's team, else the company's."""
    compare: Literal["previous", "baseline", "none"] = "previous"
    """The trend: against the period before, or what is usual at this time of this weekday."""
    sparkline: bool = True
    """Draw the way of the last hours."""


class LeaderboardTile(_Value):
    """Who is in front, with places gained and lost."""

    type: Literal["leaderboard"]
    size: Size = "4x4"
    """Columns × rows of the board's 12 × 6."""
    by: By = "rep"
    """Who is compared: reps, teams, or the values of another dimension."""
    team: Title | None = None
    """Only this team's reps; by default the board's team's, else all."""
    top: Annotated[int, Field(ge=1, le=PLACES_MAX)] = 10
    """How many are shown at most."""
    milestones: Annotated[tuple[float, ...], Field(max_length=MILESTONES_MAX)] = ()
    """Values whose reaching is a moment for everybody, beside the target."""


class FunnelTile(_Tile):
    """The stages of a pipeline: how many came into each, what share went on, what is open there now."""

    type: Literal["funnel"]
    size: Size = "6x4"
    """Columns × rows of the board's 12 × 6."""
    pipeline: str | None = None
    """Which of the catalog's; by default the first."""
    window: str = "rolling_30d"
    """Of the conversions."""
    of: Whose | None = None
    """Whose: `company`, or {team: north} or {rep: ann}."""
    conversion: str = "stage_conversion"
    """The KPI of the share that goes on, by from_stage and to_stage."""
    deals: str = "open_deals"
    """The KPI of how many are open, by stage."""
    amount: str = "open_pipeline_value"
    """The KPI of what they are worth, by stage."""


class DistributionTile(_Tile):
    """How long something took, against limits: shares within them, and percentiles."""

    type: Literal["distribution"]
    size: Size = "6x3"
    """Columns × rows of the board's 12 × 6."""
    window: str = "rolling_24h"
    """In which window."""
    of: Whose | None = None
    """Whose: `company`, or dimensions such as {channel: email}."""
    by: By | None = None
    """A line for each of these beside the whole: `team`, `rep`, `channel`."""
    within: Annotated[tuple[str, ...], Field(min_length=1, max_length=LIMITS_MAX)] = (
        "response_within_1h",
        "response_within_24h",
    )
    """KPIs that are shares within a limit, the shorter limit first."""
    percentiles: Annotated[tuple[str, ...], Field(max_length=PERCENTILES_MAX)] = (
        "response_time_p50",
        "response_time_p90",
    )
    """KPIs that are percentiles of the same."""


class AgingTile(_Tile):
    """What is open, by the age of the oldest."""

    type: Literal["aging"]
    size: Size = "6x3"
    """Columns × rows of the board's 12 × 6."""
    by: By = "team"
    """A line for each of these: `team`, `rep`, `channel`."""
    team: Title | None = None
    """By rep only this team's; by default the board's team's, else all."""
    top: Annotated[int, Field(ge=1, le=PLACES_MAX)] = 10
    """How many lines at most, the oldest first."""
    count: str = "open_inquiries"
    """The KPI of how many are open."""
    oldest: str = "oldest_open_inquiry_s"
    """The KPI of the oldest's age."""
    limits: Annotated[tuple[Limit, ...], Field(min_length=LIMITS_MAX, max_length=LIMITS_MAX)] = Field(
        ("1h", "24h"), validate_default=True
    )
    """From which age on it is late, and far too late."""

    @together
    def _rising(self) -> Iterator[PathMessage]:
        if self.limits[0] >= self.limits[1]:
            yield ("limits",), "limits must rise"


class TickerTile(_Tile):
    """The alerts that are open now, the worst first."""

    type: Literal["ticker"]
    size: Size = "12x1"
    """Columns × rows of the board's 12 × 6."""
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = ("critical", "warning", "info")
    """Which of them."""


class ContestTile(_Value):
    """A contest over a period, until its end: a podium, and who comes next."""

    type: Literal["contest"]
    size: Size = "12x5"
    """Columns × rows of the board's 12 × 6."""
    by: By = "rep"
    """Who competes: reps or teams."""
    team: Title | None = None
    """Only this team's reps."""
    top: Annotated[int, Field(ge=1, le=PLACES_MAX)] = 10
    """How many are shown at most."""
    goal: Annotated[float, Field(gt=0)] | None = None
    """What each should reach, in the KPI's unit."""
    prize: Annotated[str, Field(max_length=PRIZE_MAX)] = ""
    """What there is to win."""

    @together
    def _ends(self) -> Iterator[PathMessage]:
        if self.window not in CALENDAR_WINDOWS:
            windows = ", ".join(CALENDAR_WINDOWS)
            yield ("window",), f"a contest has an end: its window is one of {windows}, not {self.window}"


Tile = Annotated[
    NumberTile | LeaderboardTile | FunnelTile | DistributionTile | AgingTile | TickerTile | ContestTile,
    Field(discriminator="type"),
]
