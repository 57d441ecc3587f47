"""Who is who, and what is asked of them: the directory of reps, and targets."""

import re
from datetime import date
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from schemas.events.fields import Amount, EventData, Name, Rep

PERIODS: dict[str, tuple[str, str]] = {
    "day": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "2026-11-21"),
    "week": (r"[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])", "2026-W47"),
    "month": (r"[0-9]{4}-(0[1-9]|1[0-2])", "2026-11"),
    "quarter": (r"[0-9]{4}-Q[1-4]", "2026-Q4"),
    "year": (r"[0-9]{4}", "2026"),
}
"""The calendar windows: how a period of each is written, and an example."""
CALENDAR_WINDOWS = tuple(PERIODS)


def is_period(window: str, period: str) -> bool:
    """Say whether there is such a period of that calendar window: `week`, `2026-W53`.

    Which years have a week 53 depends on the day that weeks start on, of which events know nothing.
    """
    if window not in PERIODS or re.fullmatch(PERIODS[window][0], period) is None or period < "0001":
        return False
    try:
        if window == "day":
            date.fromisoformat(period)
    except ValueError:
        return False
    return True


class RepUpdated(EventData, frozen=True, kw_only=True):
    """The directory's entry of a rep, from this time on. No account."""

    TYPE: ClassVar[str] = "crm.rep.updated"

    rep: Annotated[Rep, Meta(description="The sales rep.")]
    team: Annotated[Name, Meta(description="The team the rep is in from now on.")]
    timezone: (
        Annotated[
            Name,
            Meta(description="Where the rep works, as `Europe/Berlin`: the window `today` is a day there."),
        ]
        | None
    ) = None
    active: Annotated[bool, Meta(description="Whether the rep sells now.")]


class TargetSet(EventData, frozen=True, kw_only=True):
    """A target for a KPI in a period; a quota is one on `won_revenue`. The last one counts. No account."""

    TYPE: ClassVar[str] = "crm.target.set"

    kpi: Annotated[Name, Meta(description="The KPI's id in the catalog.")]
    window: Annotated[
        Literal["day", "week", "month", "quarter", "year"], Meta(description="The calendar window.")
    ]
    period: Annotated[
        str, Meta(description="The period: `2026-11-21`, `2026-W47`, `2026-11`, `2026-Q4` or `2026`.")
    ]
    dims: Annotated[
        dict[Name, Name], Meta(description='For whom or what: `{"team": "north"}`; `{}` for the company.')
    ]
    value: Annotated[Amount, Meta(description="What is to be reached, in the KPI's unit.")]

    def __post_init__(self) -> None:
        if not is_period(self.window, self.period):
            raise ValueError("there is no such period")
