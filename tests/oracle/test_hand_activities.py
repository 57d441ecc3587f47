"""Calls, e-mails, meetings, copies and teams, counted by hand."""

from tests.oracle.telling import ask, count, event, rep_updated


def test_each_activity_counts_where_it_belongs() -> None:
    """Two calls, one e-mail, one meeting held: four activities; the one scheduled or canceled is none."""
    counted = count(
        [
            event("call.logged", "09:00", rep="ann", team="north", channel="phone"),
            event("call.logged", "09:05", team="north"),
            event("email.sent", "09:10", rep="ann", channel="email"),
            event("meeting.scheduled", "09:15", rep="ann", team="north"),
            event("meeting.held", "09:20", rep="bob", team="south"),
            event("meeting.canceled", "09:25", rep="bob", team="south"),
        ]
    )

    assert ask(counted, "calls") == (2, 2)
    assert ask(counted, "calls", team="north") == (2, 2)
    assert ask(counted, "calls", rep="ann") == (1, 1)  # the other has no rep
    assert ask(counted, "calls", channel="phone") == (1, 1)  # the other has no channel
    assert ask(counted, "emails_sent", team="unassigned") == (1, 1)
    assert ask(counted, "meetings_scheduled") == (1, 1)
    assert ask(counted, "meetings_held", rep="bob") == (1, 1)
    assert ask(counted, "activities") == (4, 4)
    assert ask(counted, "activities", rep="ann") == (2, 2)  # a call and the e-mail
    assert ask(counted, "activities", team="north") == (2, 2)  # both calls
    assert ask(counted, "calls", rep="bob") is None  # no fact, no key
    assert {key[2] for key in counted if key[0] == "activities" and key[1] == "day"} == {"2026-03-04"}


def test_of_copies_the_first_to_arrive_counts() -> None:
    """Same source and id is a copy, whatever it says; the same id from another source is another event."""
    counted = count(
        [
            event("call.logged", "09:00", id="1", rep="ann"),
            event("call.logged", "09:00", id="1", rep="bob"),
            event("call.logged", "09:00", id="1", source="pbx", rep="bob"),
        ]
    )

    assert ask(counted, "calls") == (2, 2)
    assert ask(counted, "calls", rep="ann") == (1, 1)
    assert ask(counted, "calls", rep="bob") == (1, 1)


def test_a_team_is_the_events_own_else_the_directorys_at_that_time() -> None:
    """Ann is nowhere until 10:00, north until noon, south from noon on; one call says east itself."""
    counted = count(
        [
            rep_updated("12:00", "ann", "south"),
            rep_updated("10:00", "ann", "north"),
            event("call.logged", "09:59:59.999999", rep="ann"),
            event(
                "call.logged", "10:00", rep="ann", source="aaa"
            ),  # before the update in order, at it in time
            event("call.logged", "11:59", rep="ann"),
            event("call.logged", "12:00", rep="ann"),
            event("call.logged", "12:30", rep="ann", team="east"),
            event("call.logged", "13:00", rep="bob"),
        ]
    )

    teams = {team: ask(counted, "calls", team=team) for team in ("unassigned", "north", "south", "east")}
    assert teams == {"unassigned": (2, 2), "north": (2, 2), "south": (1, 1), "east": (1, 1)}
    assert ask(counted, "calls", rep="ann") == (5, 5)


def test_of_two_updates_at_one_time_the_last_in_order_holds() -> None:
    """Ids "10" and "9" at one moment: "9" comes after "10" in order, so Ann is in the south."""
    moment = "2026-03-04T10:00:00Z"
    updates = [
        event("rep.updated", moment, id="9", rep="ann", team="south", active=True),
        event("rep.updated", moment, id="10", rep="ann", team="north", active=True),
    ]

    assert ask(count([*updates, event("call.logged", "11:00", rep="ann")]), "calls", team="south") == (1, 1)


def test_events_after_as_of_are_not_there_yet() -> None:
    """The event at exactly as_of counts, the one a microsecond later does not."""
    calls = [event("call.logged", "12:00"), event("call.logged", "12:00:00.000001")]

    assert ask(count(calls, as_of="2026-03-04T12:00:00Z"), "calls") == (1, 1)


def test_times_are_read_as_the_contract_writes_them() -> None:
    """Offsets, small letters, a space, digits beyond microseconds (cut): all the same moment, so no wait."""
    moments = (
        "2026-03-04T12:00:00.123456Z",
        "2026-03-04t12:00:00.123456z",
        "2026-03-04 12:00:00.123456Z",
        "2026-03-04T14:00:00.123456+02:00",
        "2026-03-04T06:30:00.123456-05:30",
        "2026-03-04T12:00:00.123456999Z",
    )
    asked = [event("inquiry.received", moment, conversation=moment) for moment in moments]
    answered = [event("inquiry.answered", "12:00:00.123456", conversation=moment) for moment in moments]

    assert ask(count([*asked, *answered]), "response_time_p90") == (0.0, 6)
