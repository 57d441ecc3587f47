"""From small integers to CRM events: one `Step` is one event, 0 everywhere the plainest one there is.

Hypothesis draws the integers (and shrinks them towards 0), a seeded generator throws them: both tell the same
nasty stories, since what is nasty lives here.
"""

from collections.abc import Iterable

from tests.oracle.moments import Delay, moment_after, written
from tests.oracle.own_fields import own_fields
from tests.oracle.vocabulary import (
    ACTIONS,
    CAMPAIGNS,
    CHANNELS,
    HISTORY_SPAN_US,
    NO_ACCOUNT,
    PRODUCTS,
    REGIONS,
    SEGMENTS,
    SOURCES,
    TEAMS,
    Event,
    Step,
    World,
    pick,
)


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
    own = own_fields(kind, step, t_us, world)
    common = {
        "account": f"acc{step.entity % world.accounts}",
        "rep": pick((None, *world.reps), step.rep),
        "team": pick((None, None, None, None, *TEAMS), step.team),
        "channel": pick(CHANNELS, step.channel),
        "product": pick(PRODUCTS, step.about),
        "segment": pick(SEGMENTS, step.about // 3),
        "region": pick(REGIONS, step.about // 9),
        "campaign": pick(CAMPAIGNS, step.campaign),
    }
    if kind in NO_ACCOUNT:
        common = {}
    if kind == "crm.cost.recorded" and step.detail % 3 == 1:  # of a campaign alone
        common |= {"account": None, "campaign": common["campaign"] or "spring"}
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
