"""Leads created, converted, their quality and the first touch, counted by hand."""

from tests.oracle.telling import ask, count, event

EMPTY: dict[str, str] = {}


def test_a_lead_is_created_and_converted_once() -> None:
    """Created by Ann at 9:00 and again by Bob, converted by Cy and again by Bob: one of each, Ann's and Cy's."""
    counted = count(
        [
            event(
                "lead.created", "09:00", lead="l", contact=EMPTY, rep="ann", campaign="spring", channel="web"
            ),
            event("lead.created", "10:00", lead="l", contact=EMPTY, rep="bob", campaign="fall"),
            event("lead.converted", "11:00", lead="l", rep="cy"),
            event("lead.converted", "12:00", lead="l", rep="bob"),
            event("lead.created", "09:00", lead="lost", contact=EMPTY, campaign="spring"),
            event("lead.lost", "10:00", lead="lost"),
        ]
    )

    assert ask(counted, "leads_created") == (2, 2)
    assert ask(counted, "leads_created", rep="bob") is None
    assert ask(counted, "leads_created", channel="web") == (1, 1)
    assert ask(counted, "leads_created", campaign="fall") is None
    assert ask(counted, "leads_converted") == (1, 1)
    assert ask(counted, "leads_converted", campaign="fall") == (1, 1)  # the latest before it
    assert ask(counted, "leads_converted", channel="web") == (1, 1)
    assert ask(counted, "lead_conversion_rate") == (50.0, 2)
    assert ask(counted, "lead_conversion_rate", rep="ann") == (0.0, 1)
    assert ask(counted, "lead_conversion_rate", rep="cy") == (None, 0)
    assert ask(counted, "lead_conversion_rate", campaign="spring") == (0.0, 2)
    assert ask(counted, "lead_conversion_cohort") == (0.5, 2)
    assert ask(counted, "lead_conversion_cohort", rep="ann") == (1.0, 1)  # counts at its creation
    assert ask(counted, "lead_conversion_cohort", rep="cy") is None
    assert ask(counted, "lead_conversion_cohort", campaign="spring") == (0.5, 2)


def test_rate_and_cohort_count_at_different_times() -> None:
    """Created yesterday and converted today: today's rate is null, yesterday's cohort 1."""
    counted = count(
        [
            event("lead.created", "2026-03-03T09:00:00Z", lead="l", contact=EMPTY),
            event("lead.converted", "09:00", lead="l"),
            event("lead.lost", "10:00", lead="l"),  # was converted all the same
        ],
        periods="all",
    )

    assert ask(counted, "lead_conversion_rate", "day", "2026-03-04") == (None, 0)
    assert ask(counted, "lead_conversion_rate", "day", "2026-03-03") == (0.0, 1)
    assert ask(counted, "lead_conversion_rate", "week", "2026-W10") == (100.0, 1)
    assert ask(counted, "lead_conversion_cohort", "day", "2026-03-03") == (1.0, 1)
    assert ask(counted, "lead_conversion_cohort", "day", "2026-03-04") is None


def test_a_conversion_before_the_creation_converts() -> None:
    """Told in the wrong order of times: the lead is created, and was ever converted."""
    counted = count(
        [
            event("lead.converted", "08:00", lead="l", campaign="spring"),
            event("lead.created", "09:00", lead="l", contact=EMPTY),
        ]
    )

    assert ask(counted, "lead_conversion_cohort") == (1.0, 1)
    assert ask(counted, "lead_conversion_cohort", campaign="spring") == (1.0, 1)  # from the earlier event


def test_quality_is_how_much_of_the_contact_is_filled() -> None:
    """3, 1 and 0 of three: (1 + 1/3 + 0) / 3; null and the empty text are not filled."""
    counted = count(
        [
            event("lead.created", "09:00", lead="a", contact={"name": "A", "email": "a@b.c", "phone": "1"}),
            event(
                "lead.created",
                "09:00",
                lead="b",
                contact={"name": "B", "email": "", "phone": None},
                channel="web",
            ),
            event("lead.created", "09:00", lead="c", contact=EMPTY),
            event("lead.created", "10:00", lead="c", contact={"name": "C"}),
        ]
    )

    assert ask(counted, "lead_quality") == (4 / 3 * (1 / 3), 3)
    assert ask(counted, "lead_quality", channel="web") == (1 / 3, 1)


def test_the_first_touch_is_with_the_lead_or_its_account() -> None:
    """Acme's lead by an e-mail to the account after 20 min, another account's by a call that names it after 30."""
    counted = count(
        [
            event("call.logged", "08:59", rep="early"),
            event("lead.created", "09:00", lead="a", contact=EMPTY),
            event("meeting.scheduled", "09:10", rep="bob"),
            event("email.replied", "09:15", rep="bob"),
            event("email.sent", "09:20", rep="ann"),
            event("call.logged", "09:25", rep="bob"),
            event("lead.created", "09:00", lead="b", account="b", contact=EMPTY),
            event(
                "meeting.held", "09:10", rep="bob", lead="b", account="d"
            ),  # a lead is no field of a meeting
            event("call.logged", "09:30", rep="ann", lead="b"),
            event("lead.created", "11:00", lead="c", account="c", contact=EMPTY, id="1"),
            event("meeting.held", "11:00", account="c", rep="cy", id="2"),
        ]
    )

    assert ask(counted, "lead_response_time_mean", rep="ann") == (1500.0, 2)  # 1200 and 1800
    assert ask(counted, "lead_response_time_mean", rep="cy") == (0.0, 1)
    assert ask(counted, "lead_response_time_mean", rep="bob") is None
    assert ask(counted, "lead_response_time_mean") == (1000.0, 3)


def test_the_first_touch_counts_at_its_own_time() -> None:
    """Created on Tuesday, touched on Wednesday."""
    counted = count(
        [
            event("lead.created", "2026-03-03T23:00:00Z", lead="a", contact=EMPTY),
            event("call.logged", "00:30"),
        ],
        periods="all",
    )

    assert ask(counted, "lead_response_time_mean", "day", "2026-03-04") == (5400.0, 1)
    assert ask(counted, "lead_response_time_mean", "day", "2026-03-03") is None
