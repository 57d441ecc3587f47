"""Deals created, decided, won for how much and after how long, counted by hand."""

from tests.oracle.telling import ask, count, event, rep_updated


def test_the_last_word_decides_a_deal() -> None:
    """Won at 10:00, reopened, won again at 12:00 for another amount: one deal won, at noon, for 300."""
    told = [
        event("deal.created", "09:00", deal="d", stage="new", rep="ann", amount=100),
        event("deal.won", "10:00", deal="d"),
        event("deal.reopened", "11:00", deal="d"),
        event("deal.won", "12:00", deal="d", amount=300, rep="bob"),
    ]
    twice, reopened, once = count(told), count(told[:3]), count(told[:2])

    assert ask(once, "won_revenue", rep="ann") == (100.0, 1)
    assert ask(reopened, "deals_won") is None  # reopened takes the win back, in every window
    assert ask(reopened, "won_revenue") is None
    assert ask(reopened, "win_rate") == (0.0, 1)
    assert ask(reopened, "win_rate_decided") is None
    assert ask(twice, "deals_won") == (1, 1)
    assert ask(twice, "deals_won", rep="bob") == (1, 1)
    assert ask(twice, "deals_won", rep="ann") is None
    assert ask(twice, "won_revenue") == (300.0, 1)
    assert ask(twice, "sales_cycle_mean") == (10800.0, 1)  # 9:00 to 12:00


def test_a_deal_event_without_rep_is_its_owners() -> None:
    """Created by Ann, handed to Bob, won with no rep: Bob's, in the team the directory has Bob in by then."""
    counted = count(
        [
            rep_updated("08:00", "ann", "north"),
            rep_updated("08:00", "bob", "south"),
            rep_updated("10:30", "bob", "east"),
            event("deal.won", "08:30", deal="early"),
            event("deal.created", "09:00", deal="d", stage="new", rep="ann"),
            event(
                "deal.stage_changed", "09:30", deal="d", to_stage="qualified", rep="cy"
            ),  # does not make Cy owner
            event("deal.amount_changed", "09:40", deal="d", amount=5),
            event("deal.owner_changed", "10:00", deal="d", rep="bob", team="west"),  # its team is its own
            event("deal.won", "11:00", deal="d"),
        ]
    )

    assert ask(counted, "deals_created", rep="ann") == (1, 1)
    assert ask(counted, "deals_created", team="north") == (1, 1)
    assert ask(counted, "deals_won", rep="bob") == (1, 1)
    assert ask(counted, "deals_won", team="east") == (1, 1)
    assert ask(counted, "deals_won", team="unassigned") == (1, 1)  # the early one: no owner yet
    assert ask(counted, "stage_transitions", rep="cy") == (1, 1)
    assert ask(counted, "win_rate", rep="ann") == (0.0, 1)
    assert ask(counted, "win_rate", rep="bob") == (None, 0)  # won 1 of 0 created: it exists and says null
    assert ask(counted, "win_rate") == (2.0, 1)  # both sides at their own time: two won, one created
    assert ask(counted, "win_rate_decided", rep="bob") == (1.0, 1)


def test_a_second_creation_sets_owner_and_amount_only() -> None:
    """Created at 9:00 and 10:00: created once, at 9:00 by Ann, in `new`; owner and amount: the second's."""
    counted = count(
        [
            event("deal.created", "10:00", deal="d", stage="proposal", rep="bob", amount=70),
            event("deal.created", "09:00", deal="d", stage="new", rep="ann", amount=50),
            event("deal.created", "10:30", deal="d", stage="new"),  # with neither: changes nothing
            event("deal.won", "11:00", deal="d"),
        ]
    )

    assert ask(counted, "deals_created") == (1, 1)
    assert ask(counted, "deals_created", rep="ann") == (1, 1)
    assert ask(counted, "won_revenue", rep="bob") == (70.0, 1)
    assert ask(counted, "stage_transitions") == (1, 1)
    assert ask(counted, "time_in_stage_mean", stage="new") == (7200.0, 1)  # 9:00 to 11:00
    assert ask(counted, "sales_cycle_mean") == (7200.0, 1)


def test_the_amount_is_the_decisions_own_else_the_latest_before_it() -> None:
    """250 by amount_changed, 40 by the win itself, 60 by an earlier loss; an unknown one is 0 and counts."""
    counted = count(
        [
            event("deal.created", "09:00", deal="a", stage="new", amount=100),
            event("deal.amount_changed", "09:10", deal="a", amount=250),
            event(
                "deal.stage_changed", "09:20", deal="a", to_stage="limbo", amount=999
            ),  # not a field of this type
            event("deal.won", "09:30", deal="a"),
            event("deal.amount_changed", "09:40", deal="a", amount=777),  # after the decision
            event("deal.won", "10:00", deal="b", amount=40),
            event("deal.lost", "10:00", deal="c", amount=60),
            event("deal.won", "10:01", deal="c"),
            event("deal.won", "10:30", deal="e"),
            event("deal.canceled", "10:30", deal="f", amount=5),
        ]
    )

    assert ask(counted, "won_revenue") == (350.0, 4)  # 250 + 40 + 60 + 0
    assert ask(counted, "average_deal_size") == (87.5, 4)
    assert ask(counted, "win_rate_decided") == (0.8, 5)
    assert ask(counted, "deals_canceled") == (1, 1)
    assert ask(counted, "deals_lost") is None


def test_a_deals_dimensions_come_from_its_earlier_events() -> None:
    """Product from the creation, segment from an owner change, region too late; a call's are no deal's."""
    counted = count(
        [
            event("call.logged", "08:00", deal="d", region="eu"),
            event("deal.created", "09:00", deal="d", stage="new", product="crm"),
            event("deal.owner_changed", "09:30", deal="d", rep="ann", segment="smb"),
            event("deal.lost", "10:00", deal="d", product="erp", amount=10),
            event("deal.won", "11:00", deal="d"),
            event("deal.amount_changed", "12:00", deal="d", amount=3, region="us"),
        ]
    )

    assert ask(counted, "deals_created", product="crm") == (1, 1)
    assert ask(counted, "deals_created", segment="smb") is None
    assert ask(counted, "deals_won", product="erp") == (1, 1)
    assert ask(counted, "won_revenue", segment="smb") == (10.0, 1)
    assert ask(counted, "won_revenue", region="eu") is None
    assert ask(counted, "won_revenue", region="us") is None
    assert ask(counted, "sales_cycle_p50", segment="smb") == (10800.0, 1)  # from the call at 8:00
    assert ask(counted, "win_rate", product="crm") == (0.0, 1)
    assert ask(counted, "win_rate", product="erp") == (None, 0)


def test_a_sales_cycle_runs_from_the_first_follow_up() -> None:
    """A call before the creation is one, a scheduled meeting none; a win before any has no cycle."""
    counted = count(
        [
            event("meeting.scheduled", "06:00", deal="a"),
            event("call.logged", "07:00", deal="a"),
            event("deal.created", "09:00", deal="a", stage="new"),
            event("deal.won", "11:00", deal="a"),  # 4 h
            event("deal.won", "10:00", deal="b"),
            event("email.sent", "10:30", deal="b"),
            event("meeting.held", "08:00", deal="c"),
            event("deal.won", "09:00", deal="c"),  # 1 h
            event("email.sent", "09:00", deal="e", id="1"),
            event("deal.won", "09:00", deal="e", id="2"),  # 0 s: at one moment, before it in order
            event("email.sent", "09:00", deal="f", id="4"),
            event("deal.won", "09:00", deal="f", id="3"),  # after it in order: none
        ]
    )

    assert ask(counted, "deals_won") == (5, 5)
    assert ask(counted, "sales_cycle_mean") == (6000.0, 3)  # (4 h + 1 h + 0) / 3
    assert ask(counted, "sales_cycle_p50") == (3600.0, 3)
