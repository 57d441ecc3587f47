"""What reps did with each account lately: calls, e-mails and meetings, for what asks "which came first since".

Of an account there are, at any offset of the log, its newest 32 touches and all of the last seven days of event
time, none older than the retention. That depends on the log alone, so a replay finds what the first pass found;
when memory and changelog let go of more is their own affair.

Touches are the greater part of all events. So a snapshot writes those since the last one together, a record
for each day that they happened on: `t|day|cut|part`. A record beyond the restored cut is passed over, since
its events come again. A day that is over is written once more in few records, and again when it is 8, 16, 32, …
days old, each time without the touches that the account's later ones have pushed out. What replaces records
is made at one snapshot and written at the next, when what it holds is durable and no replay begins before it.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from sys import intern

import msgspec

from processors.partition import StateItem
from schemas.duration import DAY_US

Who = tuple[str, str, str, str, str]
"""rep, team, campaign, channel, marks; nothing is an empty text, so that any two can be compared."""

Touch = tuple[int, str, str, str, Who]
"""time (microseconds), source, id, account, and of whom and by what it was."""

HORIZON_US = 7 * DAY_US
"""So far behind the watermark all touches of an account are there."""
KEPT = 32
"""So many touches of an account are there however old they are."""
PRUNE_EVERY = 32
"""Touches of an account after which memory lets go of what is not there any more."""
RECORD_TOUCHES_MAX = 4_000
"""Touches a changelog record holds at most; of usual size that is a third of a megabyte."""
NAMES_MAX = 50_000
"""Different `Who`s of which there is one copy only; beyond, there may be two."""
SCATTERED = 8
"""Records of a day that is over are merged when there are more than this."""
MERGED_FIRST_DAYS = 8

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Touch]).decode


class _Day:
    """Which accounts were touched on a day, and the records that say so."""

    __slots__ = ("accounts", "keys", "stage")

    def __init__(self, stage: int = 0) -> None:
        self.accounts: set[str] = set()
        self.keys: set[bytes] = set()
        self.stage = stage
        """How old it was, in doublings, when it was merged last."""


class Touches:
    """The touches of one partition."""

    tags = (b"t|",)

    def __init__(self, horizon_us: int, retention_us: int, written: bool = True):
        """Where nothing is `written`, what is new need not be remembered for a snapshot."""
        self._horizon_us = horizon_us
        self._retention_us = retention_us
        self._written = written
        self._accounts: dict[str, list[Touch]] = {}
        """Sorted."""
        self._count = 0
        """Of all of them: what is asked with every scrape must not go through the accounts."""
        self._fresh: list[Touch] = []
        """Not written yet."""
        self._days: dict[int, _Day] = {}
        self._today = 0
        self._due: list[StateItem] = []
        """Records that replace others, and tombstones; for the next snapshot."""
        self._found: dict[bytes, bytes] = {}
        self.whos: dict[Who, Who] = {}
        """The one copy of what comes again and again; see `shared`."""

    def __len__(self) -> int:
        return self._count

    def add(self, touch: Touch, watermark_us: int) -> None:
        """Remember a touch."""
        self._count += 1
        if self._written:
            self._fresh.append(touch)
        touches = self._accounts.get(touch[3])
        if touches is None:
            self._accounts[touch[3]] = [touch]
            return
        if touch > touches[-1]:
            touches.append(touch)
        else:
            insort(touches, touch)
        if len(touches) % PRUNE_EVERY == 0:
            self._cut(touches, self._first(touches, watermark_us))

    def _cut(self, touches: list[Touch], first: int) -> None:
        del touches[:first]
        self._count -= first

    def shared(self, who: Who) -> Who:
        """Return the one copy of what comes again and again."""
        if who not in self.whos and len(self.whos) >= NAMES_MAX:
            self.whos.clear()
        return self.whos.setdefault(who, who)

    def first_since(self, account: str, order: tuple[int, str, str], watermark_us: int) -> Touch | None:
        """Return the account's first touch at or after that place in the order (time, source, id)."""
        touches = self._accounts.get(account)
        if touches is None:
            return None
        index = max(bisect_left(touches, order), self._first(touches, watermark_us))
        return touches[index] if index < len(touches) else None

    def _first(self, touches: Sequence[Touch], watermark_us: int) -> int:
        """Return the index of the first touch that is there."""
        newest = max(len(touches) - KEPT, 0)
        first = min(newest, bisect_left(touches, (watermark_us - self._horizon_us,)))
        if touches[first][0] < watermark_us - self._retention_us:
            first = bisect_left(touches, (watermark_us - self._retention_us,))
        return first

    def forget(self, floor_us: int) -> None:
        """Let go of touches before that time; their days' records follow at the turn of a day."""
        for account, touches in [*self._accounts.items()]:
            if touches[0][0] < floor_us:
                self._cut(touches, bisect_left(touches, (floor_us,)))
                if not touches:
                    del self._accounts[account]

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record."""
        if value is None:
            self._found.pop(key, None)
        else:
            self._found[key] = value

    def restored(self, cut: int, watermark_us: int) -> None:
        """The changelog is at its end, and the state is to be that of the source offset `cut`."""
        self._today = watermark_us // DAY_US
        for key, value in self._found.items():
            number, fence = map(int, key.split(b"|")[1:3])
            day = self._days.setdefault(number, _Day(_stage(self._today - number)))
            day.keys.add(key)
            if fence <= cut:
                for t_us, source, id_, account, who in _decode(value):
                    day.accounts.add(account)
                    touch = (t_us, intern(source), id_, account, self.shared(who))
                    self._accounts.setdefault(account, []).append(touch)
        self._found.clear()
        for account, found in [*self._accounts.items()]:
            touches = sorted({*found})  # one may stand in a record and in the one that replaces it
            left = self._accounts[account] = touches[self._first(touches, watermark_us) :]
            if not left:
                del self._accounts[account]
        self._count = sum(map(len, self._accounts.values()))

    def snapshot(self, cut: int, watermark_us: int) -> list[StateItem]:
        """Return the changelog records for what is new, true at `cut`, and what was due since the last."""
        items, self._due = self._due, []
        by_day: dict[int, list[Touch]] = {}
        for touch in self._fresh:
            by_day.setdefault(touch[0] // DAY_US, []).append(touch)
        self._fresh.clear()
        for number, touches in by_day.items():
            day = self._days.setdefault(number, _Day())
            day.accounts.update([touch[3] for touch in touches])
            for key, value in _records(b"t|%d|%d|%%d" % (number, cut), touches):
                day.keys.add(key)
                items.append((key, value))
        if watermark_us // DAY_US != self._today:
            self._today = watermark_us // DAY_US
            self._turn(cut, watermark_us)
        return items

    def _turn(self, cut: int, watermark_us: int) -> None:
        """A day is over: merge what is scattered or has aged, and drop what is behind the retention."""
        oldest = (watermark_us - self._retention_us) // DAY_US
        for number in sorted(self._days):
            day = self._days[number]
            age = self._today - number
            if number < oldest:
                del self._days[number]
                self._due += [(key, None) for key in sorted(day.keys)]
            elif age > 0 and (_stage(age) > day.stage or len(day.keys) > SCATTERED):
                day.stage = _stage(age)
                old, day.keys = day.keys, set()
                for key, value in _records(
                    b"t|%d|%d|m%%d" % (number, cut), self._left(number, day, watermark_us)
                ):
                    day.keys.add(key)
                    self._due.append((key, value))
                self._due += [(key, None) for key in sorted(old)]

    def _left(self, number: int, day: _Day, watermark_us: int) -> list[Touch]:
        """Return the touches of a day that are still there; forget the accounts that have none."""
        found: list[Touch] = []
        accounts: set[str] = set()
        for account in sorted(day.accounts):
            touches = self._accounts.get(account)
            if touches:
                first = max(self._first(touches, watermark_us), bisect_left(touches, (number * DAY_US,)))
                some = touches[first : bisect_left(touches, ((number + 1) * DAY_US,))]
                if some:
                    found += some
                    accounts.add(account)
        day.accounts = accounts
        return found


def _stage(age_days: int) -> int:
    """Return how often a day of that age was merged as it should be."""
    return max(age_days // MERGED_FIRST_DAYS, 0).bit_length()


def _records(key: bytes, touches: Sequence[Touch]) -> Iterator[StateItem]:
    for part, start in enumerate(range(0, len(touches), RECORD_TOUCHES_MAX)):
        yield key % part, _encode(touches[start : start + RECORD_TOUCHES_MAX])
