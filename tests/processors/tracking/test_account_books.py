"""What tracking writes of the books, and how it reads them back."""

from processors.entities.order import PLACED, Said
from processors.partition import StateItem
from processors.tracking.account_book import LEAF_US, AccountBook
from processors.tracking.account_books import AccountBooks

ACCOUNT = 'acme|%"é'


def order(leaf: int, number: int = 0) -> Said:
    """Return an order in a leaf."""
    id_ = f"{leaf}-{number}"
    t_us = leaf * LEAF_US + number
    return (t_us, "s", id_, PLACED, "ann", "north", "", 5, None, id_, "ale", None, None, None)


def take(books: AccountBooks, leaf: int, number: int = 0) -> AccountBook:
    """Let the account's book take an order."""
    book = books.get(ACCOUNT)
    book.take(order(leaf, number), None, [], lambda _t_us: ())
    books.touch(ACCOUNT, leaf)
    return book


def restored(items: list[StateItem]) -> AccountBooks:
    """Return what these changelog records give."""
    books = AccountBooks()
    for key, value in items:
        books.restore(key, value)
    books.restored()
    return books


def test_a_book_comes_back() -> None:
    """Its events, the fences of its leaves, and what follows from them."""
    books = AccountBooks()
    for leaf in (3, 5, 4):
        take(books, leaf)
    found = restored(books.snapshot(41)).find(ACCOUNT)

    assert found is not None
    assert [order(3), order(4), order(5)] == found.events
    assert ({3: 41, 4: 41, 5: 41}, {"3-0", "4-0", "5-0"}) == (found.fences, found.orders)
    assert (order(3), (3 * LEAF_US, 5 * LEAF_US, 15, 5 * LEAF_US)) == (
        found.life.active,
        found.worth.written(),
    )


def test_there_is_none() -> None:
    """Asking for a book makes none."""
    books = AccountBooks()

    assert (None, 0) == (books.find(ACCOUNT), len(books))


def test_a_leaf_is_written_when_it_changed() -> None:
    """However many leaves a book has."""
    books = AccountBooks()
    take(books, 3)
    assert 1 == len(books.snapshot(1))
    take(books, 4)

    assert [b'k|["acme|%\\"\xc3\xa9",4]'] == [key for key, _ in books.snapshot(2)]
    assert [] == books.snapshot(3)


def test_the_highest_fence_counts() -> None:
    """A record that a replaced writer wrote late takes nothing back."""
    books = AccountBooks()
    take(books, 3)
    old = books.snapshot(1)
    take(books, 3, 1)
    found = restored([*books.snapshot(2), *old]).find(ACCOUNT)

    assert found is not None
    assert [order(3), order(3, 1)] == found.events


def folded() -> list[list[StateItem]]:
    """Return the snapshots before, at, and after a fold."""
    books = AccountBooks()
    book = take(books, 3)
    take(books, 5)
    snapshots = [books.snapshot(2)]
    books.folded(ACCOUNT, book.fold(5 * LEAF_US))
    return [*snapshots, books.snapshot(3), books.snapshot(4)]


def test_a_folded_leaf_goes_when_its_base_is_durable() -> None:
    """The base is written first; the tombstone follows with the next snapshot."""
    before, at, after = folded()

    assert [b",3]", b",5]"] == sorted(key[-3:] for key, _ in before)
    assert [(b"null]", False)] == [(key[-5:], value is None) for key, value in at]
    assert [(b",3]", True)] == [(key[-3:], value is None) for key, value in after]


def test_a_folded_leaf_that_is_left_over() -> None:
    """It is in the base, and not counted again; its tombstone follows."""
    before, at, _ = folded()
    books = restored(before + at)
    found = books.find(ACCOUNT)

    assert found is not None
    assert ([order(5)], (3 * LEAF_US, 5 * LEAF_US, 10, 5 * LEAF_US)) == (found.events, found.worth.written())
    assert order(3) == found.life.active
    assert [] == books.snapshot(5)
    assert [(b",3]", None)] == [(key[-3:], value) for key, value in books.snapshot(6)]
