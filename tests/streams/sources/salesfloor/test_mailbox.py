"""A forgotten mailbox."""

from streams.sources.salesfloor.floor import SalesFloor
from streams.sources.salesfloor.mailbox import ForgottenMailbox, Mailbox
from streams.sources.salesfloor.plan import FloorPlan
from tests.streams.sources.salesfloor.listening import HOUR_US, MONDAY_US, Said, heard, what


def played() -> tuple[list[Said], str]:
    """Return six hours of a floor whose first team overlooks the second hour and finds it in the fifth."""
    plan = FloorPlan(
        teams=2,
        reps=4,
        events_per_s=1.0,
        always_open=True,
        tempo=0.02,
        late_share=0.0,
        duplicate_share=0.0,
        incidents=False,
    )
    floor = SalesFloor(1, MONDAY_US, plan)
    mailbox = Mailbox(
        team=floor.world.teams[0],
        overlooked_from_us=MONDAY_US + HOUR_US,
        overlooked_until_us=MONDAY_US + 2 * HOUR_US,
        found_us=MONDAY_US + 5 * HOUR_US,
        answered_us=MONDAY_US + 5 * HOUR_US + 60_000_000,
    )
    ForgottenMailbox(floor.world, floor.inquiries, mailbox)
    events = heard(floor.advance(MONDAY_US + 6 * HOUR_US))
    return sorted(events, key=lambda event: event["t_us"]), floor.world.teams[0].name


def test_old_inquiries_are_answered_when_they_are_found() -> None:
    """In the time given, after hours, by the team that overlooked them; and nothing of it is left open."""
    events, team = played()
    reps = {e["rep"] for e in events if e["type"] == "crm.rep.updated" and e["team"] == team}
    received: dict[str, Said] = {}
    slow: list[Said] = []
    open_us: dict[str, int] = {}
    for event in events:
        if event["type"] == "crm.inquiry.received":
            received.setdefault(event["conversation"], event)
            open_us.setdefault(event["conversation"], event["t_us"])
        elif event["type"].startswith("crm.inquiry."):
            since_us = open_us.pop(event["conversation"], event["t_us"])
            if what(event) == "answered" and event["t_us"] - since_us > 3 * HOUR_US:
                slow.append(event)

    assert len(slow) > 10
    found_us = MONDAY_US + 5 * HOUR_US
    assert all(found_us < event["t_us"] < found_us + 60_000_000 for event in slow)
    assert {event["rep"] for event in slow} <= reps
    assert {received[event["conversation"]]["channel"] for event in slow} == {"email", "web", "phone"}
    overlooked = [since_us for since_us in open_us.values() if HOUR_US <= since_us - MONDAY_US < 2 * HOUR_US]
    assert len(overlooked) <= 0.1 * len(slow) + 10  # the usual share that nobody ever answers
