"""From small integers to CRM events: one `Step` is one event, 0 everywhere the plainest one there is.

Hypothesis draws the integers (and shrinks them towards 0), a seeded generator throws them: both tell the same
nasty stories, since what is nasty lives here. Ids, names and stages come from small pools, so events meet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from tests.oracle.moments import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Delay, moment_after, written

T = TypeVar("T")
Event = dict[str, Any]

PIPELINE = ("new", "qualified", "proposal", "closing")
STAGES = (*PIPELINE, "limbo", "on hold")
REPS = ("ann", "bob", "cy", "zoë=1,|%")
TEAMS = ("north", "south, east", "unassigned")
SOURCES = ("crm", "mail", "Äther")
CHANNELS = (None, "email", "phone", "web|chat=1")
PRODUCTS, SEGMENTS, REGIONS = (None, "crm", "erp"), (None, "smb", "big"), (None, "eu", "us")
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
)

FOCI = (
    ACTIONS,
    tuple(action for action in ACTIONS if action.startswith(("crm.deal.", "crm.call.", "crm.rep."))),
    tuple(action for action in ACTIONS if action.startswith(("crm.inquiry.", "crm.rep."))),
    tuple(action for action in ACTIONS if not action.startswith(("crm.deal.", "crm.inquiry."))),
)
"""What a small history is about. With few kinds of events on few entities, they meet."""

HISTORY_SPAN_US = 730 * DAY_US
"""Histories end within the retention of day panes (800 days)."""

PACES: dict[str, tuple[Delay, ...]] = {
    "minutes": (
        MINUTE_US, 0, 1, 5 * MINUTE_US, 5 * MINUTE_US - 1, 59_999_999, HOUR_US, HOUR_US + 1, 7 * SECOND_US,
    ),
    "days": (
        HOUR_US, 0, 1, DAY_US, DAY_US + 1, ("midnight", -1), ("midnight", 0), 7 * HOUR_US, 3 * DAY_US,
        MINUTE_US,
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


STEP_CHOICES = Step(
    action=len(ACTIONS), delay=15, entity=4, rep=len(REPS) + 1, team=4 + len(TEAMS), stage=len(STAGES),
    from_stage=4 + len(STAGES), amount=len(AMOUNTS), channel=len(CHANNELS), about=27, deal=5, form=18,
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


def tell(steps: Iterable[tuple[Delay, Step]], world: World) -> list[Event]:
    """The events of a history, each `delay` after the one before it; equal times come in any order."""
    events: list[Event] = []
    counts = dict.fromkeys(SOURCES, 0)
    t_us = world.start_us
    for delay, step in steps:
        t_us = moment_after(t_us, delay, *world.calendar)
        t_us = min(t_us, world.start_us + HISTORY_SPAN_US)
        source = pick(SOURCES, step.form)
        counts[source] += 1  # the same id from two sources is two events, and "10" comes before "9"
        events.append(event_of(step, t_us, source, str(counts[source]), world))
    return events


def event_of(step: Step, t_us: int, source: str, event_id: str, world: World) -> Event:
    """One CloudEvent."""
    kind = pick(ACTIONS, step.action)
    own = _own_fields(kind, step, world)
    if kind == "crm.rep.updated":
        data = own
    else:
        common = {
            "account": f"acc{step.entity % world.accounts}",
            "rep": pick((None, *world.reps), step.rep),
            "team": pick((None, None, None, None, *TEAMS), step.team),
            "channel": pick(CHANNELS, step.channel),
            "product": pick(PRODUCTS, step.about),
            "segment": pick(SEGMENTS, step.about // 3),
            "region": pick(REGIONS, step.about // 9),
        }
        data = common | {name: value for name, value in own.items() if value is not None}
    writes_null = step.form % 5 == 4  # null is absent
    return {
        "specversion": "1.0",
        "source": source,
        "id": event_id,
        "type": kind,
        "time": written(t_us, step.form // len(SOURCES)),
        "data": {name: value for name, value in data.items() if value is not None or writes_null},
    }


def _own_fields(kind: str, step: Step, world: World) -> dict[str, Any]:
    name = f"x{step.entity}"  # deals and conversations bear the same names, on purpose
    amount = pick(AMOUNTS, step.amount)
    stage = pick(STAGES, step.stage)
    rep = pick(world.reps, max(step.rep - 1, 0))
    match kind:
        case "crm.rep.updated":
            return {"rep": rep, "team": pick(TEAMS, step.team), "active": step.stage != 1}
        case _ if kind.startswith("crm.inquiry."):
            return {"conversation": name}
        case "crm.deal.created":
            return {"deal": name, "stage": stage, "amount": amount}
        case "crm.deal.stage_changed":  # an amount here is no field of the type: to be ignored
            from_stage = pick((None, None, None, None, *STAGES), step.from_stage)
            return {"deal": name, "to_stage": stage, "from_stage": from_stage, "amount": amount}
        case "crm.deal.amount_changed":
            return {"deal": name, "amount": 100 if amount is None else amount}
        case "crm.deal.owner_changed":
            return {"deal": name, "rep": rep}
        case "crm.deal.won" | "crm.deal.lost" | "crm.deal.canceled" | "crm.deal.reopened":
            return {"deal": name, "amount": amount}
        case "crm.call.logged":
            return {"deal": _deal_of(step), "duration_s": step.amount, "direction": "outbound"}
        case "crm.email.replied":
            return {"sentiment": "neutral", "deal": name, "conversation": name}  # neither is its field
        case _:
            return {"deal": _deal_of(step)}


def _deal_of(step: Step) -> str | None:
    return f"x{step.entity}" if step.deal > 1 else None


def pick(choices: Sequence[T], number: int) -> T:
    """The choice at `number`, counting on from the first after the last."""
    return choices[number % len(choices)]
