"""The books of a partition's accounts, and what is written of them.

Keys on the changelog: `k|[account, leaf]`, the value being `[fence, events]`; and `k|[account, null]` for what
the base sums up: `[fence, first leaf after it, event that made the customer active, worth]`. A leaf that went
into the base gets its tombstone when the base is durable; one that is left over is passed over.
"""

from collections.abc import Iterable
from sys import intern
from typing import Any

import orjson

from processors.entities.customer import Life, Worth
from processors.entities.order import Said
from processors.partition import StateItem
from processors.reading import exact_json
from processors.tracking.account_book import AccountBook
from processors.tracking.highest_fence import HighestFence

TAG = b"k|"
_IDS = (2, 9)
"""Where an event has names that don't come again: its id, and its order."""


class AccountBooks:
    """The books of one partition, by account."""

    def __init__(self) -> None:
        self._known: dict[str, AccountBook] = {}
        self._written: dict[str, dict[int | None, bytes]] = {}
        """Restored and not asked for yet."""
        self._fences = HighestFence()
        self._touched: set[tuple[str, int | None]] = set()
        self._folded: list[bytes] = []
        """Leaves that went into their base since the last snapshot."""
        self._gone: list[bytes] = []
        """Leaves whose base was in the last snapshot."""

    def __len__(self) -> int:
        return len(self._known) + len(self._written)

    def find(self, account: str) -> AccountBook | None:
        """Return the account's book if there is one."""
        book = self._known.get(account)
        if book is None and account in self._written:
            book = self._known[account] = self._read(account, self._written.pop(account))
        return book

    def get(self, account: str) -> AccountBook:
        """Return the account's book, a new one where there is none."""
        book = self.find(account)
        if book is None:
            book = self._known[account] = AccountBook()
        return book

    def touch(self, account: str, leaf: int) -> None:
        """Note that the leaf of an account's book changed."""
        self._touched.add((account, leaf))

    def folded(self, account: str, leaves: Iterable[int]) -> None:
        """Note that these leaves went into the base."""
        self._touched.add((account, None))
        for leaf in leaves:
            self._touched.discard((account, leaf))
            self._folded.append(_key(account, leaf))

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record: the one with the highest fence counts."""
        account, leaf = orjson.loads(key[len(TAG) :])
        if value is None:
            leaves = self._written.get(account, {})
            leaves.pop(leaf, None)
            return
        if self._fences.takes(key, value):
            self._written.setdefault(account, {})[leaf] = value

    def restored(self) -> None:
        """The changelog is at its end."""
        self._fences.clear()

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise what was touched since the last snapshot, which is durable; true at `cut`."""
        items: list[StateItem] = []
        for account, leaf in self._touched:
            book = self._known[account]
            if leaf is None:
                base = (cut, book.base_from, book.base_life.active, book.base_worth.written())
                items.append((_key(account, None), exact_json.dumps(base)))
            else:
                book.fences[leaf] = cut
                items.append((_key(account, leaf), orjson.dumps((cut, book.leaf(leaf)))))
        self._touched.clear()
        items += [(key, None) for key in self._gone]
        self._gone, self._folded = self._folded, []
        return items

    def _read(self, account: str, written: dict[int | None, bytes]) -> AccountBook:
        book = AccountBook()
        base = written.pop(None, None)
        if base is not None:
            _, book.base_from, active, worth = exact_json.loads(base)
            book.base_life = Life(None if active is None else _said(active))
            book.base_worth = Worth(*worth)
        leaves: list[list[Said]] = []
        for leaf, raw in sorted(written.items()):
            assert leaf is not None
            if book.base_from is not None and leaf < book.base_from:
                self._folded.append(_key(account, leaf))
                continue
            fence, events = orjson.loads(raw)
            book.fences[leaf] = fence
            leaves.append([_said(event) for event in events])
        book.open(leaves)
        return book


def _key(account: str, leaf: int | None) -> bytes:
    return TAG + orjson.dumps((account, leaf))


def _said(fields: list[Any]) -> Said:
    """Return an event as it was taken, with the one copy of each name that comes again and again."""
    return tuple(
        intern(field) if type(field) is str and at not in _IDS else field for at, field in enumerate(fields)
    )
