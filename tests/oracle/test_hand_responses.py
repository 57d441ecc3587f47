"""Responses and open inquiries, counted by hand."""

import pytest

from tests.oracle.telling import ask, count, event


def test_an_answer_responds_to_the_earliest_open_inquiry_and_closes_all() -> None:
    """9:00 to 9:30 is 1800 s; the early, second and late answers find nothing open; 11:00 stays open."""
    counted = count(
        [
            event("inquiry.answered", "08:00", conversation="c", rep="bob"),
            event("inquiry.received", "09:00", conversation="c", rep="ann"),
            event("inquiry.received", "09:10", conversation="c", rep="ann"),
            event("inquiry.answered", "09:30", conversation="c", rep="bob", team="north"),
            event("inquiry.answered", "09:40", conversation="c", rep="bob"),
            event("inquiry.received", "10:00", conversation="c"),
            event("inquiry.resolved", "10:05", conversation="c"),
            event("inquiry.answered", "10:10", conversation="c"),
            event("inquiry.received", "11:00", conversation="c", rep="ann", team="south"),
            event("inquiry.reopened", "11:05", conversation="c"),
            event("inquiry.received", "11:10", conversation="d"),
        ]
    )

    assert ask(counted, "response_time_mean") == (1800.0, 1)
    assert ask(counted, "response_time_mean", rep="bob") == (1800.0, 1)  # who answered, not who was asked
    assert ask(counted, "response_time_mean", team="north") == (1800.0, 1)
    assert ask(counted, "response_time_mean", rep="ann") is None
    assert ask(counted, "open_inquiries", "now") == (2, 2)
    assert ask(counted, "open_inquiries", "now", rep="ann") == (1, 1)
    assert ask(counted, "open_inquiries", "now", team="south") == (1, 1)
    assert ask(counted, "open_inquiries") is None  # of no window but now


@pytest.mark.parametrize(
    ("inquiry_id", "answer_id", "responses", "still_open"),
    [("1", "2", (0.0, 1), None), ("10", "9", (0.0, 1), None), ("2", "1", None, (1, 1))],
)
def test_at_one_moment_the_ids_decide(
    inquiry_id: str, answer_id: str, responses: tuple[float, int] | None, still_open: tuple[int, int] | None
) -> None:
    """At the same microsecond: a response of 0 s if the inquiry's id is the smaller as text, else none."""
    counted = count(
        [
            event("inquiry.answered", "09:00", conversation="c", id=answer_id),
            event("inquiry.received", "09:00", conversation="c", id=inquiry_id),
        ]
    )

    assert ask(counted, "response_time_mean") == responses
    assert ask(counted, "open_inquiries", "now") == still_open


def test_the_limits_belong_to_the_shares() -> None:
    """Of 1 h, 1 h + 1 µs, 24 h and 24 h + 1 µs, one is within an hour and three within a day."""
    waits = {"a": "01:00:00", "b": "01:00:00.000001"}
    counted = count(
        [
            *(event("inquiry.received", "00:00", conversation=name) for name in "abcd"),
            *(event("inquiry.answered", wait, conversation=name) for name, wait in waits.items()),
            event("inquiry.answered", "2026-03-05T00:00:00Z", conversation="c"),
            event("inquiry.answered", "2026-03-05T00:00:00.000001Z", conversation="d"),
        ],
        as_of="2026-03-05T01:00:00Z",
    )

    assert ask(counted, "response_within_1h") == (0.25, 4)
    assert ask(counted, "response_within_24h") == (0.75, 4)
    assert ask(counted, "response_within_24h", "day", "2026-03-05") == (0.5, 2)  # each at its answer's time


def test_percentiles_are_nearest_rank() -> None:
    """Ten waits of 1 to 10 minutes: the 5th is p50 (300 s), the 9th p90 (540 s), the mean 330 s."""
    counted = count(
        [
            told
            for minutes in range(1, 11)
            for told in (
                event("inquiry.received", "09:00", conversation=f"c{minutes}"),
                event("inquiry.answered", f"09:{minutes:02d}", conversation=f"c{minutes}"),
            )
        ]
    )

    assert ask(counted, "response_time_p50") == (300.0, 10)
    assert ask(counted, "response_time_p90") == (540.0, 10)
    assert ask(counted, "response_time_mean") == (330.0, 10)
    assert ask(counted, "response_within_1h") == (1.0, 10)


def test_an_answers_channel_is_its_inquirys() -> None:
    """Its own first, else the earliest open inquiry's, else the latest that the conversation named before."""
    counted = count(
        [
            event("inquiry.received", "09:00", conversation="own", channel="email"),
            event("inquiry.answered", "09:01", conversation="own", channel="phone"),
            event("inquiry.received", "09:00", conversation="asked", channel="email"),
            event("inquiry.received", "09:01", conversation="asked", channel="web"),
            event("inquiry.answered", "09:02", conversation="asked"),
            event("inquiry.reopened", "09:00", conversation="before", channel="chat"),
            event("inquiry.received", "09:01", conversation="before"),
            event("inquiry.answered", "09:04", conversation="before"),
            event("inquiry.resolved", "08:00", conversation="inherited", channel="fax"),
            event("inquiry.received", "09:00", conversation="inherited"),
            event("inquiry.received", "09:01", conversation="inherited", channel="web"),
            event("inquiry.answered", "09:04", conversation="inherited"),
            event("inquiry.received", "09:00", conversation="after"),
            event("inquiry.answered", "09:05", conversation="after"),
            event("inquiry.resolved", "09:06", conversation="after", channel="web"),
        ]
    )

    assert ask(counted, "response_time_mean", channel="phone") == (60.0, 1)  # own
    assert ask(counted, "response_time_mean", channel="email") == (120.0, 1)  # asked
    assert ask(counted, "response_time_mean", channel="chat") == (180.0, 1)  # before
    assert ask(counted, "response_time_mean", channel="fax") == (240.0, 1)  # inherited by the inquiry
    assert ask(counted, "response_time_mean", channel="web") is None  # what comes after says nothing
    assert ask(counted, "response_time_mean") == (180.0, 5)  # (60 + 120 + 180 + 240 + 300) / 5


def test_an_open_inquirys_channel_is_its_own_or_an_earlier_one() -> None:
    """The second inquiry names none and has the first's; a call's channel is nobody's business."""
    counted = count(
        [
            event("inquiry.received", "09:00", conversation="c", channel="web"),
            event("inquiry.received", "09:01", conversation="c"),
            event("inquiry.received", "09:02", conversation="d"),
            event("call.logged", "08:00", channel="phone"),
        ]
    )

    assert ask(counted, "open_inquiries", "now", channel="web") == (2, 2)
    assert ask(counted, "open_inquiries", "now", team="unassigned") == (3, 3)
    assert ask(counted, "open_inquiries", "now", channel="phone") is None
