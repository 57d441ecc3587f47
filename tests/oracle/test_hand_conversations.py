"""First contacts, open inquiries' age, response time per customer and quotes, counted by hand."""

import pytest

from tests.oracle.moments import instant
from tests.oracle.telling import ask, count, event

WEEK_LATER = "2026-03-11T"


def conversation(name: str, *told: tuple[str, str]) -> list[dict[str, object]]:
    """(what, when) of one conversation."""
    return [event(f"inquiry.{what}", time, conversation=name, rep="ann") for what, time in told]


@pytest.mark.parametrize(
    ("told", "is_first_contact"),
    [
        ([("answered", "09:00"), ("resolved", "10:00")], True),
        ([("resolved", "10:00")], False),  # no answer
        ([("resolved", "10:00"), ("answered", "11:00")], False),  # too late
        ([("answered", "09:00"), ("answered", "09:30"), ("resolved", "10:00")], False),  # two
        ([("answered", "09:00"), ("resolved", "10:00"), ("answered", "11:00")], True),  # one by then
        ([("answered", "09:00"), ("resolved", "10:00"), ("reopened", WEEK_LATER + "10:00:00Z")], False),
        ([("answered", "09:00"), ("resolved", "10:00"), ("reopened", WEEK_LATER + "10:00:00.000001Z")], True),
        ([("reopened", "08:00"), ("answered", "09:00"), ("resolved", "10:00")], True),  # reopened before
        ([("answered", "09:00"), ("resolved", "10:00"), ("answered", "11:00"), ("resolved", "12:00")], True),
    ],
)
def test_resolved_at_first_contact(told: list[tuple[str, str]], is_first_contact: bool) -> None:
    """Exactly one answer up to the first `resolved`, and not reopened within seven days, these included."""
    counted = count(conversation("c", *told), as_of=WEEK_LATER + "23:00:00Z", periods="all")

    expected = (float(is_first_contact), 1)
    assert ask(counted, "first_contact_resolution") == expected
    assert ask(counted, "first_contact_resolution", "day", "2026-03-04", rep="ann") == expected


def test_first_contacts_are_a_share_of_the_conversations_resolved() -> None:
    """Of three conversations two are resolved, one of them at first contact; younger than a week counts so far."""
    counted = count(
        [
            *conversation("a", ("received", "08:00"), ("answered", "09:00"), ("resolved", "09:00:00.000001")),
            *conversation("b", ("answered", "09:00"), ("answered", "09:10"), ("resolved", "09:20")),
            *conversation("c", ("answered", "09:00")),
        ]
    )

    assert ask(counted, "first_contact_resolution") == (0.5, 2)


@pytest.mark.parametrize(
    ("as_of", "since"),
    [
        ("2026-03-04T12:00:00Z", "2026-03-04T09:05:00Z"),  # five minutes
        ("2026-03-05T11:04:59Z", "2026-03-04T09:05:00Z"),  # 312 panes of five minutes are 26 hours
        ("2026-03-05T11:05:00Z", "2026-03-04T09:00:00Z"),  # an hour
        ("2026-04-19T08:59:59Z", "2026-03-04T09:00:00Z"),  # 46 days of hours
        ("2026-04-19T09:00:00Z", "2026-03-03T23:00:00Z"),  # Amsterdam's midnight
    ],
)
def test_the_age_of_the_oldest_open_inquiry(as_of: str, since: str) -> None:
    """Received at 9:07:30: its age runs from the start of the finest pane kept for so long."""
    counted = count(
        [
            event("inquiry.received", "09:07:30", conversation="a", rep="ann", channel="web"),
            event("inquiry.received", "09:09", conversation="a", rep="bob"),
            event("inquiry.received", "08:00", conversation="answered", rep="bob"),
            event("inquiry.answered", "08:30", conversation="answered"),
        ],
        as_of=as_of,
        timezone="Europe/Amsterdam",
    )

    age_s = (instant(as_of) - instant(since)) / 1e6
    assert ask(counted, "oldest_open_inquiry_s", "now") == (age_s, 2)
    assert ask(counted, "oldest_open_inquiry_s", "now", rep="ann") == (age_s, 1)
    assert ask(counted, "oldest_open_inquiry_s", "now", channel="web") == (age_s, 2)  # inherited
    assert ask(counted, "oldest_open_inquiry_s") is None


def test_the_oldest_of_a_group_is_its_own() -> None:
    """As of 10:00, Ann's is from 9:00 and Bob's from 9:30."""
    counted = count(
        [
            event("inquiry.received", "09:00", conversation="a", rep="ann"),
            event("inquiry.received", "09:30", conversation="b", rep="bob"),
        ],
        as_of="2026-03-04T10:00:00Z",
    )

    assert ask(counted, "oldest_open_inquiry_s", "now") == (3600.0, 2)
    assert ask(counted, "oldest_open_inquiry_s", "now", rep="bob") == (1800.0, 1)


def test_response_time_per_customer_divides_by_different_accounts() -> None:
    """Acme waited 10 and 20 minutes, Best 30: 3,600 s over two accounts; Ann's 10 and 30 likewise, Bob's 20."""
    counted = count(
        [
            told
            for account, start, end, rep in (
                ("acme", "09:00", "09:10", "ann"),
                ("acme", "10:00", "10:20", "bob"),
                ("best", "09:00", "09:30", "ann"),
            )
            for told in (
                event("inquiry.received", start, conversation=f"{account}{start}", account=account),
                event("inquiry.answered", end, conversation=f"{account}{start}", account=account, rep=rep),
            )
        ]
    )

    assert ask(counted, "response_time_per_customer") == (1800.0, 2)
    assert ask(counted, "response_time_per_customer", rep="ann") == (1200.0, 2)
    assert ask(counted, "response_time_per_customer", rep="bob") == (1200.0, 1)


def test_a_quote_turns_around_from_its_first_request_to_its_first_final_sending() -> None:
    """9:00 to 11:00; drafts, sendings before the request and later ones are none, absent and null mean final."""
    counted = count(
        [
            event("quote.sent", "08:00", quote="q", rep="bob"),
            event("quote.requested", "09:00", quote="q", rep="ann"),
            event("quote.requested", "09:30", quote="q", rep="ann"),
            event("quote.sent", "10:00", quote="q", final=False, rep="bob"),
            event("quote.sent", "11:00", quote="q", rep="cy"),
            event("quote.sent", "12:00", quote="q", final=True, rep="bob"),
            event("quote.requested", "09:00", quote="null"),
            event("quote.sent", "09:20", quote="null", final=None),
            event("quote.requested", "09:00", quote="at once", id="1"),
            event("quote.sent", "09:00", quote="at once", id="2"),
            event("quote.sent", "09:00", quote="sent before", id="3"),
            event("quote.requested", "09:00", quote="sent before", id="4"),
        ]
    )

    assert ask(counted, "quote_turnaround_mean") == (2800.0, 3)  # (7200 + 1200 + 0) / 3
    assert ask(counted, "quote_turnaround_p50") == (1200.0, 3)
    assert ask(counted, "quote_turnaround_p90") == (7200.0, 3)
    assert ask(counted, "quote_turnaround_mean", rep="cy") == (7200.0, 1)
    assert ask(counted, "quote_turnaround_mean", rep="bob") is None
