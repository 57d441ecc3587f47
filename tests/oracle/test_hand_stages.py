"""Stage transitions, conversion and time in stage, counted by hand."""

from tests.oracle.telling import ask, count, event


def test_transitions_are_counted_as_given() -> None:
    """A creation comes from null; a from_stage that disagrees counts as given; so does a change to itself."""
    counted = count(
        [
            event("deal.created", "09:00", deal="a", stage="new", rep="ann"),
            event("deal.stage_changed", "10:00", deal="a", to_stage="qualified"),
            event("deal.stage_changed", "11:00", deal="a", to_stage="proposal", from_stage="limbo"),
            event("deal.stage_changed", "12:00", deal="a", to_stage="proposal"),
            event("deal.won", "13:00", deal="a"),
            event("deal.reopened", "14:00", deal="a"),
            event("deal.stage_changed", "15:00", deal="a", to_stage="new"),  # known through won and reopened
            event("deal.stage_changed", "09:00", deal="b", to_stage="new"),  # nothing known: from null
        ]
    )

    def moved(from_stage: str | None, to_stage: str) -> tuple[int | float | None, int] | None:
        return ask(counted, "stage_transitions", from_stage=from_stage, to_stage=to_stage)

    assert ask(counted, "stage_transitions") == (6, 6)
    assert ask(counted, "stage_transitions", rep="ann") == (5, 5)
    assert moved(None, "new") == (2, 2)
    assert moved("new", "qualified") == (1, 1)
    assert moved("limbo", "proposal") == (1, 1)
    assert moved("proposal", "proposal") == (1, 1)
    assert moved("proposal", "new") == (1, 1)
    assert moved("qualified", "proposal") is None


def test_a_creation_is_from_null_even_after_a_stage_change() -> None:
    """The change came first in order: it enters qualified at 9:00; the creation ends that stay at 10:00."""
    counted = count(
        [
            event("deal.stage_changed", "09:00", deal="a", to_stage="qualified"),
            event("deal.created", "10:00", deal="a", stage="new"),
            event("deal.stage_changed", "10:30", deal="a", to_stage="qualified"),
        ]
    )

    assert ask(counted, "stage_transitions", from_stage=None, to_stage="new") == (1, 1)
    assert ask(counted, "stage_transitions", from_stage=None, to_stage="qualified") == (1, 1)
    assert ask(counted, "stage_transitions", from_stage="new", to_stage="qualified") == (1, 1)
    assert ask(counted, "time_in_stage_mean", stage="qualified") == (3600.0, 1)
    assert ask(counted, "time_in_stage_mean", stage="new") == (1800.0, 1)
    # new is first entered at 10:00, qualified after it at 10:30, though qualified's first entry was before
    assert ask(counted, "stage_conversion", from_stage="new", to_stage="qualified") == (1.0, 1)


def test_conversion_is_by_first_entry_and_does_not_look_into_skipped_stages() -> None:
    """a converts by going back; b skips qualified; c gets there in the next window; d never does."""
    counted = count(
        [
            event("deal.created", "09:00", deal="a", stage="proposal", rep="ann", team="north"),
            event("deal.stage_changed", "09:10", deal="a", to_stage="new", rep="bob", team="south"),
            event("deal.stage_changed", "09:20", deal="a", to_stage="qualified"),
            event("deal.created", "09:00", deal="b", stage="new", rep="ann", team="north"),
            event("deal.stage_changed", "09:30", deal="b", to_stage="proposal"),
            event("deal.created", "09:00", deal="c", stage="new", rep="ann", team="north"),
            event("deal.stage_changed", "2026-03-06T09:00:00Z", deal="c", to_stage="qualified"),
            event("deal.created", "09:00", deal="d", stage="new", rep="ann", team="north"),
            event("deal.lost", "09:10", deal="d"),
        ],
        as_of="2026-03-06T12:00:00Z",
        periods="all",
    )

    def share(window: str = "all_time", period: str | None = None, **dims: str) -> object:
        return ask(
            counted, "stage_conversion", window, period, from_stage="new", to_stage="qualified", **dims
        )

    assert share() == (0.5, 4)  # a and c of a, b, c, d
    assert share("day", "2026-03-04") == (0.5, 4)  # c too: ever after, in the window of the first entry
    assert share("day", "2026-03-06") is None
    assert share(rep="ann") == (1 / 3, 3)  # whoever entered `new`: Ann for b, c, d
    assert share(team="south") == (1.0, 1)  # Bob put a into `new`
    # a and c entered qualified; neither went to proposal after; b never entered qualified
    assert ask(counted, "stage_conversion", from_stage="qualified", to_stage="proposal") == (0.0, 2)
    assert ask(counted, "stage_conversion", from_stage="proposal", to_stage="closing") == (0.0, 2)
    assert ask(counted, "stage_conversion") is None  # no total
    assert ask(counted, "stage_conversion", from_stage="new", to_stage="proposal") is None  # no neighbours


def test_a_stay_ends_by_another_stage_or_by_a_decision() -> None:
    """new 1 h, qualified 2 h (a change to itself is no leaving), and again 20 min after the last reopening."""
    counted = count(
        [
            event("deal.created", "09:00", deal="a", stage="new", rep="ann"),
            event("deal.stage_changed", "10:00", deal="a", to_stage="qualified", rep="bob"),
            event("deal.stage_changed", "11:00", deal="a", to_stage="qualified"),
            event("deal.lost", "12:00", deal="a"),
            event("deal.won", "12:15", deal="a"),  # nothing open to end
            event("deal.reopened", "13:00", deal="a"),
            event("deal.reopened", "13:10", deal="a"),  # open already: nothing is left, a new stay begins
            event("deal.canceled", "13:30", deal="a"),
            event("deal.created", "09:00", deal="b", stage="new"),  # never left
            event("deal.reopened", "09:00", deal="c"),  # no stage known
            event("deal.won", "10:00", deal="c"),
        ]
    )

    assert ask(counted, "time_in_stage_mean", stage="new") == (3600.0, 1)
    assert ask(counted, "time_in_stage_mean", stage="qualified") == (4200.0, 2)  # (7200 + 1200) / 2
    assert ask(counted, "time_in_stage_mean") == (4000.0, 3)  # (3600 + 7200 + 1200) / 3
    assert ask(counted, "time_in_stage_mean", rep="bob") == (3600.0, 1)  # who moved it out of new
    assert ask(counted, "time_in_stage_mean", rep="ann") == (4200.0, 2)  # the owner at both decisions


def test_a_change_after_a_decision_begins_a_stay() -> None:
    """Lost at 10:00; moved at 11:00 into the very stage it was in; canceled at 11:20: a stay of 1200 s."""
    counted = count(
        [
            event("deal.created", "09:00", deal="a", stage="new"),
            event("deal.lost", "10:00", deal="a"),
            event("deal.stage_changed", "11:00", deal="a", to_stage="new"),
            event("deal.canceled", "11:20", deal="a"),
        ]
    )

    assert ask(counted, "time_in_stage_mean", stage="new") == (2400.0, 2)  # (3600 + 1200) / 2


def test_a_stay_may_take_no_time() -> None:
    """In and out within one microsecond is a stay of 0 s, and counts."""
    counted = count(
        [
            event("deal.created", "09:00", deal="a", stage="new", id="1"),
            event("deal.stage_changed", "09:00", deal="a", to_stage="limbo", id="2"),
        ]
    )

    assert ask(counted, "time_in_stage_mean", stage="new") == (0.0, 1)
