"""What is read of a KPI record."""

import msgspec
import pytest

from processors.judging.observation import NOTHING, Compared, decode, observation
from tests.processors.alert_sequences import MINUTE_US, START_US, kpi_body


def test_a_record_of_a_window_that_slides() -> None:
    """Its bounds move with it, and say nothing of its end."""
    body = kpi_body(5, 9, START_US, 7, start="2026-11-20T09:00:00Z", end="2026-11-21T09:00:00Z", final=False)

    seen, over = observation(decode(body), in_period=False)

    assert seen[:5] == (START_US, 7, 5, 9, "seconds")
    assert (seen.start_us, seen.end_us, seen.compared, over) == (None, None, NOTHING, False)


def test_a_record_of_a_period() -> None:
    """With all that it is compared with."""
    body = kpi_body(
        5, 9, START_US, 7, target=10, attainment=0.5, expected=4.5, previous=3, baseline=2.5, team_value=6, rank=2,
        of=9, start="2026-11-21T00:00:00Z", end="2026-11-21T09:01:00Z",
    )  # fmt: skip

    seen, over = observation(decode(body), in_period=True)

    assert (seen.target, seen.compared) == (10, Compared(4.5, 3, 2.5, 6, 2, 9))
    assert (seen.start_us, seen.end_us) == (START_US - 9 * 60 * MINUTE_US, START_US + MINUTE_US)
    assert not over


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"end": "2026-11-21T09:00:01Z"}, False),
        ({"end": "2026-11-21T09:00:00Z"}, True),
        ({"end": "2026-11-21T10:00:00Z", "final": True}, True),
        ({}, False),
    ],
)
def test_a_period_is_over(fields: dict[str, object], wanted: bool) -> None:
    """At its end, and whenever its record is final."""
    assert observation(decode(kpi_body(5, 9, START_US, 7, **fields)), in_period=True)[1] is wanted


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", kpi_body(5, 9, START_US, 7).replace(b"-11-", b"-99-")])
def test_garbage(body: bytes) -> None:
    """What is no record is an error that the judge counts."""
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        observation(decode(body), in_period=False)
