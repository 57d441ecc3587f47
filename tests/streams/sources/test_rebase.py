"""Moving a recording to now."""

import orjson

from processors.decode import decode
from streams.sources.raw import RawEvent
from streams.sources.rebase import shift_to, shifted

NOW_US = 1_800_000_000_000_000


def raw(time: str, **data: str) -> RawEvent:
    event = {"specversion": "1.0", "source": "s", "id": "1", "type": "crm.customer.canceled", "time": time}
    return RawEvent(orjson.dumps(event | {"data": {"account": "a", **data}}), "f", 1)


async def test_the_last_event_happens_now() -> None:
    """Whichever comes last in the file; what can't be read doesn't count."""
    events = [raw("2026-01-02T00:00:00+01:00"), raw("2026-01-01T00:00:00Z"), RawEvent(b"{", "f", 3)]
    shift_us = await shift_to(events, NOW_US)

    moved = [decode(shifted(event, decode(event.value).t_us, shift_us).value).t_us for event in events[:2]]
    assert moved == [NOW_US, NOW_US - 23 * 3_600_000_000]


async def test_an_event_from_the_future_is_not_the_last_one() -> None:
    """A single wrong clock must not move everything else into the last century."""
    events = [raw("2026-01-01T00:00:00Z"), raw("2999-01-01T00:00:00Z")]

    assert await shift_to(events, NOW_US) == await shift_to(events[:1], NOW_US)
    assert await shift_to(events[1:], NOW_US) < 0


async def test_nothing_can_not_be_moved() -> None:
    """Neither no events nor unreadable ones."""
    assert await shift_to([], NOW_US) == await shift_to([RawEvent(b"", "f", 1)], NOW_US) == 0


def test_what_would_leave_the_calendar_stays_as_it_is() -> None:
    """It can't be moved, and is wrong anyhow; everything else is."""
    last, first = raw("9999-12-31T23:59:59Z"), raw("0001-01-01T00:00:00Z")

    assert last == shifted(last, decode(last.value).t_us, 1_000_000)
    assert first == shifted(first, decode(first.value).t_us, -1)


def test_only_the_time_changes() -> None:
    """To the microsecond, with the same text elsewhere in the event left alone."""
    event = raw("2026-01-01T00:00:00.000001Z", topic="2026-01-01T00:00:00.000001Z")
    moved = orjson.loads(shifted(event, decode(event.value).t_us, 1).value)

    assert moved == orjson.loads(event.value) | {"time": "2026-01-01T00:00:00.000002Z"}
