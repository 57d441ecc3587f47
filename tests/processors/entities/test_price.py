"""Prices: the latest of each seller stands."""

from processors.entities.price import Prices


def test_the_latest_stands() -> None:
    """A later price takes the one before back exactly; an earlier one, or the same again, says nothing."""
    prices, facts = Prices(), list[tuple[object, ...]]()
    for price in ((2, "s", "a", 5, "m"), (2, "s", "b", 6, ""), (1, "s", "z", 9, ""), (2, "s", "b", 6, "")):
        prices.take("ale", "own", price, facts)

    assert [
        ("own_price", 1, 2, 5, None, "", "m", "ale"),
        ("own_price", -1, 2, 5, None, "", "m", "ale"),
        ("own_price", 1, 2, 6, None, "", "", "ale"),
    ] == facts


def test_each_competitor_has_one() -> None:
    """Sellers don't replace each other."""
    prices, facts = Prices(), list[tuple[object, ...]]()
    for seller in ("x", "y", "own"):
        assert prices.take("ale", seller, (1, "s", seller, 5, ""), facts)

    assert [("competitor_price", 1), ("competitor_price", 1), ("own_price", 1)] == [f[:2] for f in facts]
