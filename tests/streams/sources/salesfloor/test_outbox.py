"""How events leave the floor."""

from random import Random

import orjson
import pytest

from streams.sources.salesfloor.outbox import LATE_US_MAX, LATENCY_US, Outbox, rfc3339


def test_an_event_is_a_cloudevent_without_empty_fields() -> None:
    """With an id that no other event of this run has."""
    outbox = Outbox(Random(1), "sim/x", 0.0, 0.0)
    for _ in range(2):
        outbox.put("phone", "crm.call.logged", 1_800_000_000_123_456, {"account": "a", "rep": None})

    events = [orjson.loads(arrival.value) for arrival in outbox.until(1_800_000_001_000_000)]
    first, second = sorted(events, key=lambda event: event["id"])
    assert first == {
        "specversion": "1.0",
        "source": "sim/x/phone",
        "id": "00000001",
        "type": "crm.call.logged",
        "time": "2027-01-15T08:00:00.123Z",
        "data": {"account": "a"},
    }
    assert second["id"] == "00000002"


def test_events_arrive_in_order_and_not_before_their_time() -> None:
    """Punctual ones at once, usual ones within a moment, late ones within two hours."""
    outbox = Outbox(Random(1), "s", 1.0, 0.0)
    for second in range(1_000):
        outbox.put("x", "crm.x", second * 1_000_000, {})
    outbox.put("x", "crm.punctual", 5_000_000, {}, punctual=True)

    assert b"crm.punctual" in next(outbox.until(5_000_000)).value
    arrivals = [arrival.t_us for arrival in outbox.until(1 << 60)]
    assert arrivals == sorted(arrivals)
    assert len(arrivals) == 1_000
    assert LATENCY_US[0] <= arrivals[0]
    assert arrivals[-1] <= 1_000_000_000 + LATE_US_MAX + LATENCY_US[1]


def test_what_has_not_arrived_stays() -> None:
    """Asked again later it is there."""
    outbox = Outbox(Random(1), "s", 0.0, 0.0)
    outbox.put("x", "crm.x", 10_000_000, {})

    assert list(outbox.until(10_000_000)) == []
    assert len(list(outbox.until(11_000_000))) == 1


@pytest.mark.parametrize(
    ("t_us", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_709_251_199_999_999, "2024-02-29T23:59:59.999Z"),
        (1_800_000_000_005_000, "2027-01-15T08:00:00.005Z"),
    ],
)
def test_times_are_rfc_3339(t_us: int, text: str) -> None:
    """In UTC, cut to milliseconds."""
    assert rfc3339(t_us) == text
