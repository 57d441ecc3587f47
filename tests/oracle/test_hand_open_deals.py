"""The pipeline as it is now, cohorts of deals, and content shared before decisions, counted by hand."""

from tests.oracle.telling import ask, count, event, rep_updated


def test_open_deals_are_created_and_not_decided() -> None:
    """Open: one moved on, one reopened. Not: one won, one lost, one whose creation was never told."""
    counted = count(
        [
            event("deal.created", "09:00", deal="moved", stage="new", amount=100, rep="ann"),
            event("deal.stage_changed", "09:10", deal="moved", to_stage="proposal", rep="cy", amount=7),
            event("deal.amount_changed", "09:20", deal="moved", amount=250),
            event("deal.created", "09:00", deal="reopened", stage="new", rep="bob"),
            event("deal.lost", "10:00", deal="reopened", amount=30),
            event("deal.reopened", "11:00", deal="reopened"),
            event("deal.created", "09:00", deal="won", stage="new", amount=5),
            event("deal.won", "10:00", deal="won"),
            event("deal.stage_changed", "09:00", deal="untold", to_stage="new"),
            event("deal.created", "09:00", deal="unknown", stage="proposal", rep="bob"),
        ]
    )

    assert ask(counted, "open_deals", "now") == (3, 3)
    assert ask(counted, "open_pipeline_value", "now") == (280.0, 3)  # 250 + 30 + 0
    assert ask(counted, "open_deals", "now", stage="proposal") == (2, 2)
    assert ask(counted, "open_pipeline_value", "now", stage="proposal") == (250.0, 2)
    assert ask(counted, "open_pipeline_value", "now", stage="new") == (30.0, 1)
    assert ask(counted, "open_deals", "now", rep="ann") == (1, 1)
    assert ask(counted, "open_deals", "now", rep="cy") is None
    assert ask(counted, "open_deals", "now", rep="bob") == (2, 2)
    assert ask(counted, "open_deals") is None


def test_an_open_deal_is_its_last_owners_in_the_team_of_that_time() -> None:
    """Created by Ann, given to Bob while he was in the north; that he moved south since does not move the deal."""
    counted = count(
        [
            rep_updated("08:00", "bob", "north"),
            rep_updated("11:00", "bob", "south"),
            event("deal.created", "09:00", deal="d", stage="new", rep="ann"),
            event("deal.owner_changed", "10:00", deal="d", rep="bob"),
            event("deal.stage_changed", "12:00", deal="d", to_stage="closing"),
        ]
    )

    assert ask(counted, "open_deals", "now", team="north") == (1, 1)
    assert ask(counted, "open_deals", "now", rep="bob") == (1, 1)
    assert ask(counted, "open_deals", "now", rep="ann") is None
    assert ask(counted, "open_deals", "now", team="south") is None


def test_a_stage_told_before_the_creation_is_left_by_it() -> None:
    """Stages count in the order of time; a second creation enters none, but sets owner and amount."""
    counted = count(
        [
            event("deal.stage_changed", "08:00", deal="d", to_stage="closing"),
            event("deal.created", "09:00", deal="d", stage="new", amount=1, rep="ann"),
            event("deal.created", "10:00", deal="d", stage="proposal", amount=2, rep="bob"),
        ]
    )

    assert ask(counted, "open_pipeline_value", "now", stage="new") == (2.0, 1)
    assert ask(counted, "open_pipeline_value", "now", stage="proposal") is None
    assert ask(counted, "open_deals", "now", rep="bob") == (1, 1)


def test_a_cohort_is_of_the_deals_created_in_the_window() -> None:
    """Two created on Tuesday by Ann, one won on Wednesday by Bob: Ann's Tuesday is at a half."""
    told = [
        event("deal.created", "2026-03-03T09:00:00Z", deal="d", stage="new", rep="ann"),
        event("deal.created", "2026-03-03T09:00:00Z", deal="e", stage="new", rep="ann"),
        event("deal.won", "09:00", deal="d", rep="bob"),
        event("deal.won", "09:00", deal="untold", rep="bob"),
    ]
    won = count(told, periods="all")
    reopened = count([*told, event("deal.reopened", "10:00", deal="d")], periods="all")

    assert ask(won, "win_rate_cohort", "day", "2026-03-03", rep="ann") == (0.5, 2)
    assert ask(won, "win_rate_cohort", "day", "2026-03-04") is None
    assert ask(won, "win_rate_cohort", rep="bob") is None
    assert ask(won, "win_rate_cohort") == (0.5, 2)
    assert ask(reopened, "win_rate_cohort") == (0.0, 2)


def test_content_wins_deals_that_it_was_shared_in_before() -> None:
    """The film was in two decided deals, one won; the leaflet twice in the won one, too late in the other."""
    counted = count(
        [
            event("content.shared", "08:00", content="film", deal="w", rep="ann"),
            event("content.shared", "08:10", content="leaflet", deal="w", rep="ann"),
            event("content.shared", "08:20", content="leaflet", deal="w", rep="ann"),
            event("content.viewed", "08:30", content="demo", deal="w"),
            event("deal.won", "09:00", deal="w", rep="bob"),
            event("content.shared", "08:00", content="film", deal="l"),
            event("deal.lost", "09:00", deal="l", rep="bob"),
            event("content.shared", "09:30", content="leaflet", deal="l"),
            event("content.shared", "08:00", content="film", deal="open"),
            event("content.shared", "08:00", content="film"),
            event("deal.canceled", "09:00", deal="nothing shared", rep="bob"),
        ]
    )

    assert ask(counted, "content_shared") == (7, 7)
    assert ask(counted, "content_shared", content="film") == (4, 4)
    assert ask(counted, "content_shared", content="demo") is None
    assert ask(counted, "content_win_rate") == (0.5, 2)
    assert ask(counted, "content_win_rate", rep="bob") == (0.5, 2)  # a deal counts once, for who decided it
    assert ask(counted, "content_win_rate", rep="ann") is None
    assert ask(counted, "content_win_rate", content="film") == (0.5, 2)
    assert ask(counted, "content_win_rate", content="leaflet") == (1.0, 1)


def test_content_shared_at_the_decision_counts_by_the_ids() -> None:
    """At one moment, what comes first in order was before."""
    shared = {"deal": "d", "content": "film"}
    before = [
        event("content.shared", "09:00", id="1", **shared),
        event("deal.won", "09:00", id="2", deal="d"),
    ]
    after = [event("content.shared", "09:00", id="2", **shared), event("deal.won", "09:00", id="1", deal="d")]

    assert ask(count(before), "content_win_rate") == (1.0, 1)
    assert ask(count(after), "content_win_rate") is None
