"""A realistic stream of events of a sales floor that does not exist; pure, from a seed and a start time.

`simulate` is the floor as a file; `DemoFloor` the floor as a demonstration, at the caller's clock.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from streams.sources.salesfloor.floor import SalesFloor
from streams.sources.salesfloor.mailbox import ForgottenMailbox, Mailbox
from streams.sources.salesfloor.outbox import Arrival
from streams.sources.salesfloor.plan import FloorPlan

__all__ = ["DEMO_PLAN", "Arrival", "DemoFloor", "FloorPlan", "simulate"]

STEP_US = 900_000_000

DEMO_PLAN = FloorPlan(
    teams=4,
    reps=16,
    accounts=160,
    events_per_s=40.0,
    always_open=True,
    tempo=0.02,
    answer_tempo=0.1,
    quota=13_000.0,
)
"""Its quota is what a rep sells in the first minutes of the demonstration: see `quota_of_month`."""
DEMO_HISTORY_S = 8 * 3_600
DEMO_HISTORY_EVENTS = 5_000
#: When one team after the other finds its forgotten mailbox, in seconds of the live part. Until the last one is found
#: there are alerts of inquiries that nobody answers.
DEMO_FOUND_S = (20, 120, 300)
#: How long they take to answer what is in it.
DEMO_ANSWERING_S = 6
#: Which part of the history it is overlooked in, in seconds before its end.
DEMO_OVERLOOKED_S = (7 * 3_600, 3_600 + 1_800)


def simulate(
    seed: int, start_us: int, plan: FloorPlan | None = None, *, until_us: int | None = None
) -> Iterator[Arrival]:
    """Yield a floor's events in order of arrival, from `start_us` to `until_us` (or for ever).

    The directory (`crm.rep.updated`) comes first, then the targets. Some events arrive late, some twice;
    none before it happened. The same arguments give the same bytes.
    """
    floor = SalesFloor(seed, start_us, plan or FloorPlan())
    now_us = start_us
    while until_us is None or now_us < until_us:
        now_us += STEP_US
        yield from floor.advance(now_us if until_us is None else min(now_us, until_us))


def quota_of_month(plan: FloorPlan, now_us: int) -> float:
    """Return a quota for the month of which the plan's is due by now: in a floor of some hours, on any day of it."""
    local = datetime.fromtimestamp(now_us / 1e6, ZoneInfo(plan.timezone))
    days = monthrange(local.year, local.month)[1]
    passed = (local.day - 1 + local.hour / 24) / days
    return plan.quota / max(passed, 1 / days)


class DemoFloor:
    """A floor that never closes, with eight hours of quiet history and a lively present.

    All event times are honest: an inquiry of this morning that is answered now took that long. Some
    seconds into the live part (`DEMO_FOUND_S`) a team finds a forgotten mailbox and answers it, so that
    its response_time_p90 jumps above an hour; usual answers bring it down again in the minute after.
    """

    def __init__(self, seed: int, now_us: int, plan: FloorPlan = DEMO_PLAN) -> None:
        """Prepare a floor whose history ends at `now_us`; `plan.events_per_s` is the live rate."""
        self._now_us = now_us
        self._live_rate = plan.rate
        history_rate = DEMO_HISTORY_EVENTS / DEMO_HISTORY_S
        quota = quota_of_month(plan, now_us)
        history = replace(plan, events_per_s=history_rate, late_share=0.0, incidents=False, quota=quota)
        self._floor = SalesFloor(seed, now_us - DEMO_HISTORY_S * 1_000_000, history)
        world = self._floor.world
        for team, found_s in zip(world.teams, DEMO_FOUND_S, strict=False):
            mailbox = Mailbox(
                team=team,
                overlooked_from_us=now_us - DEMO_OVERLOOKED_S[0] * 1_000_000,
                overlooked_until_us=now_us - DEMO_OVERLOOKED_S[1] * 1_000_000,
                found_us=now_us + found_s * 1_000_000,
                answered_us=now_us + (found_s + DEMO_ANSWERING_S) * 1_000_000,
            )
            ForgottenMailbox(world, self._floor.inquiries, mailbox)
        self.teams = tuple(team.name for team in world.teams[: len(DEMO_FOUND_S)])
        """The teams with the mailboxes, in the order in which they find them."""

    def history(self) -> Iterator[Arrival]:
        """Yield what arrived before now; to be taken once, and first."""
        yield from self._floor.advance(self._now_us)
        self._floor.set_rate(self._live_rate)

    def live(self, now_us: int) -> Iterator[Arrival]:
        """Yield what arrived since the call before, up to `now_us`: call it every 100 ms or so."""
        yield from self._floor.advance(now_us)
