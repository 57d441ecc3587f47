"""What is said of calls, replies and recontactable customers, counted by hand."""

from tests.oracle.telling import ask, count, event


def test_calls_that_add_value_and_how_long_calls_take() -> None:
    """Three calls: one adds value, one says it does not, one says nothing; two tell a duration, 0 s and 90 s."""
    counted = count(
        [
            event("call.logged", "09:00", rep="ann", value_added=True, duration_s=0),
            event("call.logged", "09:05", rep="ann", value_added=False, duration_s=90),
            event("call.logged", "09:10", rep="bob", value_added=None),
            event("email.sent", "09:15", rep="bob", value_added=True, duration_s=7),  # no fields of this type
        ]
    )

    assert ask(counted, "value_added_calls") == (1, 1)
    assert ask(counted, "value_added_calls", rep="bob") is None
    assert ask(counted, "value_added_share") == (1 / 3, 3)
    assert ask(counted, "value_added_share", rep="bob") == (0.0, 1)
    assert ask(counted, "call_duration_mean") == (45.0, 2)
    assert ask(counted, "call_duration_mean", rep="bob") is None


def test_recontactable_customers_are_different_accounts_in_each_group() -> None:
    """Acme by Ann and by Bob, Best by Bob: two in the company, one with Ann, two with Bob; not three."""
    counted = count(
        [
            event("call.logged", "2026-03-03T09:00:00Z", rep="ann", recontactable=True),
            event("meeting.canceled", "09:00", rep="bob", recontactable=True),
            event("email.sent", "09:10", rep="bob", recontactable=True, account="best"),
            event("email.sent", "09:20", rep="bob", recontactable=False, account="core"),
            event("email.replied", "09:30", rep="bob", recontactable=True, account="dent"),  # not its field
        ],
        periods="all",
    )

    assert ask(counted, "recontactable_customers") == (2, 2)
    assert ask(counted, "recontactable_customers", rep="ann") == (1, 1)
    assert ask(counted, "recontactable_customers", rep="bob") == (2, 2)
    assert ask(counted, "recontactable_customers", "week", "2026-W10") == (2, 2)
    assert ask(counted, "recontactable_customers", "day", "2026-03-03") == (1, 1)
    assert ask(counted, "recontactable_customers", "day", "2026-03-04") == (2, 2)


def test_replies_by_campaign() -> None:
    """Two sent and three replied, one of these positive and one without a sentiment."""
    counted = count(
        [
            event("email.sent", "09:00", campaign="spring"),
            event("email.sent", "09:00", campaign="fall"),
            event("email.replied", "10:00", campaign="spring", sentiment="positive"),
            event("email.replied", "10:10", campaign="spring", sentiment="negative"),
            event("email.replied", "10:20"),  # an e-mail's campaign is nobody else's
        ]
    )

    assert ask(counted, "replies") == (3, 3)
    assert ask(counted, "reply_rate") == (1.5, 2)
    assert ask(counted, "reply_rate", campaign="spring") == (2.0, 1)
    assert ask(counted, "reply_rate", campaign="fall") == (0.0, 1)
    assert ask(counted, "positive_reply_rate") == (1 / 3, 3)
    assert ask(counted, "positive_reply_rate", campaign="spring") == (0.5, 2)
    assert ask(counted, "positive_reply_rate", campaign="fall") is None
    assert ask(counted, "emails_sent", campaign="spring") is None  # is kept by channel only


def test_opinions() -> None:
    """Scores of 9 and more promote, of 6 and less detract; sentiments are +1, 0, -1 over replies and feedback."""
    counted = count(
        [
            *(
                event("survey.answered", "09:00", kind="nps", score=score)
                for score in (10, 9, 8.9, 7, 6.5, 6)
            ),
            event("survey.answered", "09:00", kind="nps", score=0, rep="ann"),
            event("survey.answered", "09:00", kind="csat", score=4, rep="ann"),
            event("survey.answered", "09:00", kind="csat", score=9.5),
            event("email.replied", "09:00", sentiment="positive"),
            event("email.replied", "09:00"),
            event("feedback.received", "09:00", sentiment="positive"),
            event("feedback.received", "09:00", sentiment="neutral"),
            event("feedback.received", "09:00", sentiment="negative", rep="ann"),
        ]
    )

    assert ask(counted, "nps") == (0.0, 7)  # two for, two against
    assert ask(counted, "nps", rep="ann") == (-100.0, 1)
    assert ask(counted, "csat_mean") == (6.75, 2)
    assert ask(counted, "sentiment_score") == (0.25, 4)
    assert ask(counted, "sentiment_score", rep="ann") == (-1.0, 1)
