"""What histories are made of: pools of names and times, kinds of events, and the integers that pick from them.

Ids, names and stages come from small pools, so events meet. 0 picks the plainest there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from tests.oracle.moments import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Delay

T = TypeVar("T")
Event = dict[str, Any]

PIPELINE = ("new", "qualified", "proposal", "closing")
STAGES = (*PIPELINE, "limbo", "on hold")
REPS = ("ann", "bob", "cy", "zoë=1,|%")
TEAMS = ("north", "south, east", "unassigned")
ZONES = (
    "Asia/Tokyo", None, "Asia/Kolkata", "America/Los_Angeles", "Pacific/Kiritimati", "Europe/Amsterdam",
    "Australia/Lord_Howe", "Mars/Olympus",
)  # fmt: skip
"""Where reps work; the last is no time zone."""
SOURCES = ("crm", "mail", "Äther")
CHANNELS = (None, "email", "phone", "web|chat=1")
PRODUCTS, SEGMENTS, REGIONS = (None, "crm", "erp"), (None, "smb", "big"), (None, "eu", "us")
CAMPAIGNS, CONTENTS = (None, "spring", "web,ad|2"), ("leaflet", "demo=1", "film")
SELLERS = ("own", "Nordwind", "Ost, West & Co", "Own")
RULES = ("slow-response", "behind=pace, 1|%")
AMOUNTS = (None, 0, 100, 99.99, 1_000_000_000.01, 12_345.678901)

ACTIONS = (
    "crm.call.logged",
    "crm.inquiry.received",
    "crm.inquiry.answered",
    "crm.deal.created",
    "crm.deal.stage_changed",
    "crm.deal.won",
    "crm.deal.lost",
    "crm.deal.canceled",
    "crm.deal.reopened",
    "crm.deal.owner_changed",
    "crm.deal.amount_changed",
    "crm.rep.updated",
    "crm.inquiry.resolved",
    "crm.inquiry.reopened",
    "crm.email.sent",
    "crm.meeting.held",
    "crm.meeting.scheduled",
    "crm.meeting.canceled",
    "crm.email.replied",
    "crm.order.placed",
    "crm.order.refunded",
    "crm.customer.registered",
    "crm.customer.activated",
    "crm.customer.canceled",
    "crm.cost.recorded",
    "crm.lead.created",
    "crm.lead.qualified",
    "crm.lead.converted",
    "crm.lead.lost",
    "crm.quote.requested",
    "crm.quote.sent",
    "crm.content.shared",
    "crm.content.viewed",
    "crm.survey.answered",
    "crm.feedback.received",
    "crm.price.observed",
    "crm.target.set",
    "crm.alert.acknowledged",
    "crm.alert.resolved",
)
NO_ACCOUNT = (
    "crm.rep.updated", "crm.target.set", "crm.price.observed", "crm.alert.acknowledged", "crm.alert.resolved",
)  # fmt: skip

FOCI = (
    ACTIONS,
    tuple(action for action in ACTIONS if action.startswith(("crm.deal.", "crm.call.", "crm.rep."))),
    tuple(action for action in ACTIONS if action.startswith(("crm.inquiry.", "crm.rep."))),
    tuple(action for action in ACTIONS if action.startswith(("crm.call.", "crm.email.", "crm.meeting.", "crm.rep."))),
    ("crm.lead.created", "crm.call.logged", "crm.lead.converted", "crm.email.sent", "crm.meeting.held",
     "crm.lead.lost", "crm.lead.qualified", "crm.cost.recorded"),
    ("crm.order.placed", "crm.order.refunded", "crm.cost.recorded", "crm.customer.activated",
     "crm.customer.canceled", "crm.customer.registered", "crm.rep.updated"),
    ("crm.customer.activated", "crm.customer.canceled", "crm.order.placed"),
    ("crm.target.set", "crm.deal.won", "crm.target.set", "crm.deal.won", "crm.rep.updated", "crm.deal.created"),
    ("crm.quote.requested", "crm.quote.sent", "crm.content.shared", "crm.deal.won", "crm.deal.lost",
     "crm.content.viewed"),
    ("crm.survey.answered", "crm.feedback.received", "crm.price.observed", "crm.email.replied",
     "crm.alert.acknowledged", "crm.alert.resolved", "crm.rep.updated"),
)  # fmt: skip
"""What a small history is about. With few kinds of events on few entities, they meet."""

HISTORY_SPAN_US = 700 * DAY_US
"""Histories end within the retention of day panes (800 days), the quarter before their first day included."""

PACES: dict[str, tuple[Delay, ...]] = {
    "minutes": (
        MINUTE_US, 0, 1, 5 * MINUTE_US, 5 * MINUTE_US - 1, 59_999_999, HOUR_US, HOUR_US + 1, 7 * SECOND_US,
    ),
    "days": (
        HOUR_US, 0, 1, DAY_US, DAY_US + 1, ("midnight", -1), ("midnight", 0), 7 * HOUR_US, 3 * DAY_US,
        MINUTE_US, 7 * DAY_US, 7 * DAY_US + 1,
    ),
    "months": (
        DAY_US, 0, 30 * DAY_US, HOUR_US, ("month", -1), ("month", 0), ("fiscal year", -1), ("fiscal year", 0),
        ("clock change", -1), ("clock change", 0), ("clock change", HOUR_US), ("clock change", 2 * HOUR_US),
        7 * DAY_US, 91 * DAY_US, 1,
    ),
}  # fmt: skip
STARTS = (
    "2026-03-02T09:00",
    "2026-03-28T22:58",
    "2026-10-24T21:58",
    "2026-10-25T00:30",
    "2025-12-31T22:55",
    "2026-06-30T21:59",
)
"""UTC: an ordinary Monday; Amsterdam before its days of clock changes, in its double hour; ends of years."""


class Step(NamedTuple):
    """One event, told in small integers. What an integer picks from is taken modulo its length."""

    action: int = 0
    delay: int = 0  # of the history's pace
    entity: int = 0  # which deal, conversation and account
    rep: int = 0  # 0: none
    team: int = 0  # 0-3: none
    stage: int = 0
    from_stage: int = 0  # 0-3: none
    amount: int = 0
    channel: int = 0
    about: int = 0  # product, segment and region, three ways each
    deal: int = 0  # of calls, e-mails and meetings; 0-1: none
    form: int = 0  # source and way of writing the time
    campaign: int = 0
    detail: int = 0  # what else a type has: flags, scores, sentiment, who is meant


STEP_CHOICES = Step(
    action=len(ACTIONS), delay=15, entity=4, rep=len(REPS) + 1, team=4 + len(TEAMS), stage=len(STAGES),
    from_stage=4 + len(STAGES), amount=len(AMOUNTS), channel=len(CHANNELS), about=27, deal=5, form=18,
    campaign=len(CAMPAIGNS), detail=240,
)  # fmt: skip
"""How many choices each integer of a small history has."""


class BusinessCalendar(NamedTuple):
    """The settings that say what a day and a year are."""

    timezone: str = "Europe/Amsterdam"
    fiscal_year_start_month: int = 1


AMSTERDAM = BusinessCalendar()


@dataclass(frozen=True)
class World:
    """Where and when a history takes place."""

    start_us: int
    accounts: int = 1
    calendar: BusinessCalendar = AMSTERDAM
    reps: Sequence[str] = REPS


def pick(choices: Sequence[T], number: int) -> T:
    """The choice at `number`, counting on from the first after the last."""
    return choices[number % len(choices)]
