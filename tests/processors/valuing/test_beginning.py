"""What a local day had before its first full hour, also when its five-minute panes are long gone."""

from random import Random

import orjson
import pytest

from processors.planning.vector import slot_of
from processors.replay import Replay
from processors.valuing.beginning import beginning
from schemas.duration import DAY_US, HOUR_US
from schemas.fact import PANE_US
from tests.oracle.moments import instant
from tests.oracle.telling import event
from tests.processors.engine import fact, plan
from tests.processors.tracked import WEEK_US
from tests.processors.valuing.test_view import Seen

CALLS = slot_of("call.count")
ZONES = ["Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Europe/Amsterdam"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["2026-04-10T12:03:00Z", "2026-04-09T19:02:00Z", "2026-10-20T18:31:00Z"])
def test_as_counted_one_by_one(zone: str, at: str) -> None:
    """Of each of 40 days, over changes of the clock, quiet days and facts taken back."""
    random, now = Random(f"{zone} {at}"), instant(at) // PANE_US
    own = plan(f"calendar: {{timezone: {zone}}}")
    nights = [
        own.calendar.day(own.calendar.day_of_pane(now).ordinal - back).start_us or 0 for back in range(41)
    ]
    panes = [min((random.choice(nights) + random.randrange(HOUR_US)) // PANE_US, now) for _ in range(60)]
    panes += [now - random.randrange(40 * DAY_US // PANE_US) for _ in range(60)]
    taken = random.sample(panes, 20)
    seen = Seen(
        *(fact("call", pane) for pane in panes),
        *(fact("call", pane, sign=-1) for pane in taken),
        at=at,
        plan=own,
    )

    for night in nights:
        day, hour_us = own.calendar.day_at(night), -(-night // HOUR_US) * HOUR_US
        inside = [pane for pane in panes if night <= pane * PANE_US < hour_us]
        gone = [pane for pane in taken if night <= pane * PANE_US < hour_us]
        found = beginning(seen.panes, seen.panes.groups[""], day)
        assert len(inside) - len(gone) == found.get(CALLS, 0), day


def test_what_is_kept_by_the_day_alone_is_no_part_of_it() -> None:
    """Nothing comes from what hours don't have: a day's distinct accounts, and the sums of other hours."""
    own = plan("calendar: {timezone: Asia/Kolkata}")
    seen = Seen(
        fact("call", "2026-03-01T18:35:00Z"),
        fact("email_sent", "2026-03-02T05:00:00Z"),
        at="2026-03-10T12:00:00Z",
        plan=own,
    )
    group = seen.panes.groups[""]
    day = own.calendar.day_at(instant("2026-03-02T05:00:00Z"))
    group.periods[day][slot_of("accounts")] = 1

    found = beginning(seen.panes, group, day)

    assert (1, None, None) == tuple(map(found.get, (CALLS, slot_of("email_sent.count"), slot_of("accounts"))))


def test_the_day_before_and_the_hour_that_they_share() -> None:
    """The end of one day is not the beginning of the next, though both are in one hour."""
    own = plan("calendar: {timezone: Asia/Kolkata}")
    seen = Seen(
        fact("call", "2026-03-02T18:25:00Z"),
        fact("call", "2026-03-02T18:30:00Z"),
        fact("call", "2026-03-02T18:55:00Z"),
        at="2026-03-10T12:00:00Z",
        plan=own,
    )
    third = own.calendar.day_at(instant("2026-03-02T18:30:00Z"))

    assert 2 == beginning(seen.panes, seen.panes.groups[""], third)[CALLS]
    assert {} == beginning(seen.panes, seen.panes.groups[""], own.calendar.day(third.ordinal + 1))


def test_what_is_compared_with_the_same_time_has_it() -> None:
    """A call 10 minutes after midnight three weeks ago is in the baseline, and in growth over the same elapsed part."""
    own = plan(
        "calendar: {timezone: Asia/Kolkata}\n"
        "kpis:\n  more: {label: More, unit: ratio, growth: {of: calls, same_elapsed: true}}"
    )
    engine = Replay(own, arrival_us=instant("2026-04-01T00:00:00Z"), dedup_horizon_us=WEEK_US)
    for time in (
        "2026-03-03T18:40:00Z",
        "2026-03-23T18:40:00Z",
        "2026-03-24T18:40:00Z",
        "2026-03-25T05:00:00Z",
    ):
        engine.take(orjson.dumps(event("call.logged", time)))

    records = {record.key: orjson.loads(record.body or b"") for record in engine.records()}

    # Up to 10:30 on 4 March one, on 11 and 18 March none; on 24 March one, as on 25 March.
    assert 1 / 3 == records[b"calls|day:2026-03-25|"]["baseline"]
    assert 0 == records[b"more|day:2026-03-25|"]["value"]
