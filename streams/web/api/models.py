"""What answers look like, for the OpenAPI document. Records go out as they are on the topics, unread."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from processors.serving.freshness import State

Item = TypeVar("Item")
Time = Annotated[str, Field(description="RFC 3339, UTC.", json_schema_extra={"format": "date-time"})]
Number = int | float


class Open(BaseModel):
    """Fields may be added."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)


class Page(Open, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next: str | None
    """The cursor of the next page; null on the last one."""


class KpiRecord(Open):
    """A KPI's value, as on `crm.kpis`."""


class AlertRecord(Open):
    """An alert, as on `crm.alerts`."""


class SilenceRecord(Open):
    """A silence or an acknowledgement, as on `crm.silences`."""


RECORDS: dict[type[Open], tuple[str, dict[str, Any]]] = {
    KpiRecord: ("kpi", {
        "kpi": "calls", "window": "rolling_24h", "period": None, "dims": {"rep": "ann"}, "value": 42, "n": 42,
        "unit": "count", "start": "2026-11-20T09:05:00Z", "end": "2026-11-21T09:05:00Z",
        "as_of": "2026-11-21T09:03:10Z", "final": False, "revision": 1795251790123, "catalog": "crm-standard@3f2a",
    }),
    AlertRecord: ("alert", {
        "id": "a47543c5d79a7499", "rule": "slow-response", "severity": "critical", "state": "firing",
        "reason": "above_threshold", "kpi": "response_time_p90", "window": "rolling_24h", "period": None,
        "dims": {"team": "north"}, "value": 5400, "threshold": 3600, "target": None, "n": 31, "unit": "seconds",
        "starts_at": "2026-11-21T09:01:00Z", "updated_at": "2026-11-21T09:03:10Z", "ends_at": None,
        "summary": "response_time_p90 of team north is 1h 30m", "revision": 3,
    }),
    SilenceRecord: ("silence", {}),
}  # fmt: skip
"""Records and the names of their schemas under `schemas/json`, with an example."""


class Point(Open):
    """A value in a short history."""

    at: Time
    value: Number | None


class Series(Open):
    """A key's short history, oldest first."""

    key: str
    points: list[Point]


class Standing(Open):
    """A rep on a leaderboard; equal values share a rank, and the next one skips."""

    rep: str
    team: str | None
    value: Number
    rank: int


class Leaderboard(Open):
    """A leaderboard."""

    kpi: str
    window: str
    period: str | None
    direction: Literal["up", "down"]
    """Which way is better."""
    items: list[Standing]
    next: None


class Rep(Open):
    """What the directory says of a rep."""

    rep: str
    team: str
    active: bool


class Status(Open):
    """How far values can be believed."""

    state: State
    as_of: Time | None
    """When the newest record was made."""
    now: Time


class CatalogKpi(Open):
    """A KPI of the catalog."""

    id: str
    label: str
    description: str
    unit: str
    format: Literal["number", "percent", "currency", "duration"]
    scale: Number
    """What a value is multiplied by before it is shown in that format."""
    direction: Literal["up", "down"]
    """Which way is better."""
    min_sample: int
    """With an n below this a value says little."""
    additive: bool
    """Whether the values of reps add up to their team's."""
    owner: str
    windows: list[str]
    dims: list[list[str]]
    """The sets of dimensions in which it is kept; the empty one is the company."""


class CatalogPipeline(Open):
    """A pipeline."""

    id: str
    stages: list[str]
    conversions: list[list[str]]


class CatalogView(Open):
    """The catalog."""

    catalog: str
    currency: str
    timezone: str
    week_start: str
    fiscal_year_start_month: int
    pipelines: list[CatalogPipeline]
    kpis: list[CatalogKpi]


class BoardEntry(Open):
    """A board's name."""

    id: str
    title: str


class Board(Open):
    """A wallboard with all that a page needs to show it."""

    selectors: list[str]
    only: list[str] | None
    """The teams that the token is limited to; tiles and sources that are not for it are `hidden`."""


class FieldError(Open):
    """One thing that is wrong with a request."""

    where: str
    message: str


class Problem(Open):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
