"""An account's book: steps in order, differences for what comes late, and what it lets go of."""

from typing import Any

import pytest

from processors.calendar import Calendar, Period
from processors.entities.order import ACTIVATED, CANCELED, COST, PLACED, REFUNDED, Said
from processors.tracking.account_book import LEAF_US, AccountBook
from schemas.fact import PANE_US
from tests.oracle.moments import instant

CALENDAR = Calendar()
START_US = instant("2026-03-04T12:00:00Z")
HOUR_US = 3_600_000_000


def periods_of(t_us: int) -> tuple[Period, ...]:
    """Return the calendar's periods."""
    return CALENDAR.periods_of(CALENDAR.day_of_pane(t_us // PANE_US))[:-1]


def said(id_: str, code: int, hour: int, *more: Any) -> Said:
    """Return an event, so many hours after the start."""
    return (START_US + hour * HOUR_US, "s", id_, code, "ann", "north", "", *more)


def order(id_: str, code: int, hour: int, amount: int = 5, *, of: str = "o") -> Said:
    """Return an order or a refund."""
    return said(id_, code, hour, amount, 1, of, None, "web", None, None)


def take(book: AccountBook, event: Said, segment: str | None = None) -> list[tuple[Any, ...]]:
    """Return kind, sign and value of the facts of one more event."""
    facts: list[tuple[Any, ...]] = []
    book.take(event, segment, facts, periods_of)
    return [(fact[0], fact[1], fact[3]) for fact in facts]


def test_a_first_order() -> None:
    """It counts, brings and costs; the account has a span and is active, in its segment too."""
    assert [
        ("order_placed", 1, None), ("revenue", 1, 5), ("order_cost", 1, 1), ("account_order^", 1, None),
        ("account_revenue^", 1, 5), ("customer_span", 1, 0), ("customer_span^", 1, 0), ("account_margin^", 1, 4),
        ("customer_active", 1, None), ("customer_active^", 1, None),
    ] == take(AccountBook(), order("1", PLACED, 0), "smb")  # fmt: skip


def test_the_next_order() -> None:
    """It counts in the segment; the span and the margin replace those before; the customer was active anyway."""
    book = AccountBook()
    take(book, order("1", PLACED, 0), "smb")
    rest = [fact for fact in take(book, order("2", PLACED, 2, of="p"), "smb") if fact[0][-1] == "^"]

    assert [
        ("account_order^", 1, None), ("account_revenue^", 1, 5), ("customer_span^", -1, 0), ("account_margin^", -1, 4),
        ("customer_span^", 1, 2 * HOUR_US), ("account_margin^", 1, 8),
    ] == rest  # fmt: skip


def test_what_comes_in_between() -> None:
    """First and last order stay, and so does the span; a refund gives its money back in the segment, a cost takes it."""
    book = AccountBook()
    for event in (order("1", PLACED, 0), order("2", PLACED, 4, of="p")):
        take(book, event, "smb")
    late = (order("3", PLACED, 2, of="q"), order("4", REFUNDED, 3), said("5", COST, 1, 3))
    placed, refunded, cost = (take(book, event, "smb") for event in late)

    assert [
        ("order_placed", 1, None), ("revenue", 1, 5), ("order_cost", 1, 1), ("account_order^", 1, None),
        ("account_revenue^", 1, 5), ("account_margin^", -1, 8), ("account_margin^", 1, 12),
    ] == placed  # fmt: skip
    assert [
        ("revenue", 1, -5), ("order_cost", 1, -1), ("account_revenue^", 1, -5), ("account_margin^", -1, 12),
        ("account_margin^", 1, 8),
    ] == refunded  # fmt: skip
    assert [("account_cost", 1, 3), ("account_margin^", -1, 8), ("account_margin^", 1, 5)] == cost


def test_a_copy_gives_nothing() -> None:
    """An event that the book has already changes nothing, however late it comes again."""
    book = AccountBook()
    take(book, order("1", PLACED, 0))
    take(book, said("2", COST, 1, 3))

    assert [[], []] == [take(book, order("1", PLACED, 0)), take(book, said("2", COST, 1, 3))]


@pytest.mark.parametrize(("code", "late"), [(ACTIVATED, False), (COST, False), (CANCELED, True)])
def test_whether_it_was_late(code: int, late: bool) -> None:
    """The book says so, for the count of corrections."""
    book = AccountBook()
    take(book, said("1", ACTIVATED, 1))

    assert late == book.take(said("2", code, 0 if late else 2, 3), None, [], periods_of)


def test_a_late_cancel() -> None:
    """The customer was made active by the first order after it."""
    book = AccountBook()
    for event in (order("1", PLACED, 0), order("2", PLACED, 2, of="p"), order("3", PLACED, 3, of="q")):
        take(book, event)
    facts: list[tuple[Any, ...]] = []
    book.take(said("4", CANCELED, 1), None, facts, periods_of)

    assert [("customer_active", -1, 1), ("customer_active", 1, 2)] == [
        (fact[0], fact[1], (fact[2] - START_US) // HOUR_US) for fact in facts
    ]


def test_what_is_there_by_a_replay() -> None:
    """An event up to the fence of its leaf, or of a leaf that the base sums up, is in the book."""
    book = AccountBook()
    take(book, order("1", PLACED, 0))
    book.fences[START_US // LEAF_US] = 7
    t_us = START_US

    assert (True, False) == (book.has(t_us, 7), book.has(t_us, 8))
    assert [START_US // LEAF_US] == book.fold(START_US + 2 * LEAF_US)
    assert (True, False) == (book.has(t_us, 8), book.has(t_us + 2 * LEAF_US, 8))


def test_folding_says_nothing_and_changes_nothing() -> None:
    """What follows a fold is what would have followed without."""
    books = AccountBook(), AccountBook()
    later = 40 * 24
    for book in books:
        for event in (order("1", PLACED, 0), said("2", CANCELED, 1), order("3", PLACED, 2, of="p")):
            take(book, event, "smb")
    assert [START_US // LEAF_US] == books[0].fold(START_US + LEAF_US)
    assert [] == books[0].events
    for event in (
        order("4", REFUNDED, later, of="r"),
        said("6", CANCELED, later + 2),
        said("5", COST, later + 1, 3),
    ):
        first, second = (take(book, event, "smb") for book in books)
        assert first == second
    told: tuple[list[Any], list[Any]] = ([], [])
    for book, facts in zip(books, told, strict=True):
        book.move("smb", "big", facts, periods_of)

    # What is behind the retention and came to nothing is not told again.
    assert set(told[0]) <= set(told[1])
