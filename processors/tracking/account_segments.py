"""The latest segment of each account: the one that its latest event with a segment names.

Of two records of an account on the changelog (`g|account`) the one with the later event counts, and an event
taken twice changes nothing: so there is no fence.
"""

from sys import intern

import orjson

from processors.partition import StateItem

TAG = b"g|"

Named = tuple[int, str, str, str]
"""time (microseconds), source, id of the event, and the segment that it names."""


class AccountSegments:
    """The latest segments of one partition's accounts."""

    def __init__(self) -> None:
        self._latest: dict[str, Named] = {}
        self._touched: set[str] = set()

    def __len__(self) -> int:
        return len(self._latest)

    def of(self, account: str) -> str | None:
        """Return the latest segment of an account, None where no event named one."""
        latest = self._latest.get(account)
        return None if latest is None else latest[3]

    def take(self, account: str, t_us: int, source: str, id_: str, segment: str) -> tuple[str | None, bool]:
        """Take an event that names a segment; return the segment before, and whether another is the latest now."""
        latest = self._latest.get(account)
        if latest is not None and (t_us, source, id_) <= latest[:3]:
            return latest[3], False
        self._latest[account] = (t_us, intern(source), id_, intern(segment))
        self._touched.add(account)
        before = None if latest is None else latest[3]
        return before, before != segment

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record."""
        if value is not None:
            self.take(key[len(TAG) :].decode(), *orjson.loads(value))

    def restored(self) -> None:
        """The changelog is at its end."""
        self._touched.clear()

    def snapshot(self) -> list[StateItem]:
        """Serialise the accounts with a later event since the last snapshot."""
        items: list[StateItem] = [
            (TAG + account.encode(), orjson.dumps(self._latest[account])) for account in self._touched
        ]
        self._touched.clear()
        return items
