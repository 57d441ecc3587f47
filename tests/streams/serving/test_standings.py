"""Who is where on a leaderboard."""

from streams.serving.standings import standings
from streams.serving.store import Standing


def test_equal_values_share_a_rank() -> None:
    """Ranks are 1, 1, 3; names decide the order among those who are equal."""
    assert standings([("bob", 5), ("ann", 5), ("cyd", 1)]) == [
        Standing("ann", 5, 1), Standing("bob", 5, 1), Standing("cyd", 1, 3),
    ]  # fmt: skip


def test_where_less_is_better_and_only_the_first_are_wanted() -> None:
    """Names are in the same order then."""
    assert standings([("bob", 5), ("ann", 5), ("cyd", 1)], descending=False, top=2) == [
        Standing("cyd", 1, 1), Standing("ann", 5, 2),
    ]  # fmt: skip
