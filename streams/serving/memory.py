"""The store in this process's memory: for one `serve` without Redis."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Final, TypeVar

from processors.serving.entry import Entry, index_of, key_of, place_of, read_entry
from processors.serving.points import Points, is_recent, spacing_ms, window_of
from streams.clock import now_us
from streams.kafka.readers import Change
from streams.serving.change_id import ChangeId
from streams.serving.content import Content
from streams.serving.standings import standings
from streams.serving.store import Changes, GoneError, Point, RepPlace, Standing, StoreStatus

#: So many changed records are kept for readers who go on where they were: minutes of a busy floor.
CHANGES_RECORDS_MAX: Final = 50_000
#: A change has at most so many; more are told as several.
CHANGE_RECORDS_MAX: Final = 500
#: Then others get their turn.
AT_ONCE: Final = 2_000

Held = TypeVar("Held")


class MemoryStore:
    """A store, and what fills it (`streams.serving.keeping.Target`). Neither side is ever away."""

    def __init__(self, changes_max: int = CHANGES_RECORDS_MAX) -> None:
        self._buckets: dict[str, dict[str, Entry]] = {}
        self._periods: defaultdict[str, set[str]] = defaultdict(set)
        self._points: dict[str, Points] = {}
        self._alerts: dict[str, bytes] = {}
        self._reps: dict[str, RepPlace] = {}
        self._status = StoreStatus(False, None, None)
        self._log: deque[Changes] = deque()
        self._logged = 0
        self._changes_max = changes_max
        self._last = ChangeId(now_us() // 1000, 0)
        self._news = asyncio.Event()
        self._has_past = False

    # What readers ask.

    async def periods(self, kpi: str, window: str) -> Sequence[str]:
        """Return the periods that have records."""
        return sorted(self._periods.get(f"{kpi}|{window}", ()))

    async def records(self, bucket: str, dims: Sequence[str] | None = None) -> Mapping[str, bytes]:
        """Return records of a bucket."""
        found = self._buckets.get(bucket, {})
        if dims is None:
            return {text: entry.raw for text, entry in found.items()}
        return {text: found[text].raw for text in dims if text in found}

    async def leaderboard(
        self, bucket: str, *, descending: bool = True, top: int | None = None
    ) -> Sequence[Standing]:
        """Return the reps with a value, the best first."""
        scores = []
        for dims, entry in self._buckets.get(bucket, {}).items():
            place = place_of(key_of(bucket, dims))
            if place is not None and place.rep is not None and entry.value is not None:
                scores.append((place.rep, float(entry.value)))
        return standings(scores, descending=descending, top=top)

    async def series(self, keys: Sequence[str]) -> Sequence[Sequence[Point]]:
        """Return the short history of each key."""
        found = []
        for key in keys:
            place = place_of(key)
            entry = None if place is None else self._buckets.get(place.bucket, {}).get(place.dims)
            points = [Point(*pair) for pair in self._points.get(key, ())]
            found.append([] if entry is None else with_present(points, entry))
        return found

    async def alerts(self) -> Mapping[str, bytes]:
        """Return every alert."""
        return dict(self._alerts)

    async def directory(self) -> Mapping[str, RepPlace]:
        """Return every rep."""
        return dict(self._reps)

    async def status(self) -> StoreStatus:
        """Return how far it can be believed."""
        return self._status

    async def changes(self, after: str | None = None) -> AsyncGenerator[Changes, None]:
        """Yield what changes."""
        at = self._last if after is None else ChangeId.parse(after)
        if at is None or not self._goes_on(at):
            raise GoneError(f"the changes after {after!r} are not kept")
        yield Changes(str(at), (), ())
        while True:
            if not self._goes_on(at):
                raise GoneError(f"the changes after {at} are not kept any more")
            if at == self._last:
                await self._news.wait()
                continue
            change = self._log[at.number - (self._last.number - len(self._log))]
            at = at.next
            yield change

    # What fills it.

    @property
    def wants_past(self) -> bool:
        """Whether it has no short histories yet."""
        return not self._has_past

    async def begin(self) -> None:
        """Nobody else fills this one."""

    async def fill(self, content: Content) -> None:
        """Make it hold just this."""
        known = {key_of(bucket, dims) for bucket, held in self._buckets.items() for dims in held}
        content.kpis |= dict.fromkeys(known - content.kpis.keys())
        content.alerts |= dict.fromkeys(self._alerts.keys() - content.alerts.keys())
        content.reps |= dict.fromkeys(self._reps.keys() - content.reps.keys())
        was_filled = self._status.filled
        await self.write(content)
        if not was_filled:
            # Whoever looked before saw a part: let it look again.
            self._log.clear()
            self._logged = 0
            self._last = ChangeId(max(now_us() // 1000, self._last.generation + 1), 1)
            self._log.append(Changes(str(self._last), (), ()))
            self._wake()
        self._status = self._status._replace(filled=True)

    async def write(self, content: Content) -> None:
        """Take what changed."""
        raws: list[tuple[str, bytes | None]] = []
        for number, (key, entry) in enumerate(content.kpis.items(), 1):
            if self._put(key, entry):
                raws.append((key, None if entry is None else entry.raw))
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        alerts = [(id_, raw) for id_, raw in content.alerts.items() if self._alerts.get(id_) != raw]
        for id_, raw in alerts:
            _put(self._alerts, id_, raw)
        for rep, place in content.reps.items():
            _put(self._reps, rep, place)
        made_ms = content.made_ms
        if made_ms is not None:
            self._status = self._status._replace(as_of_ms=max(made_ms, self._status.as_of_ms or made_ms))
        for start in range(0, len(raws), CHANGE_RECORDS_MAX):
            self._tell(raws[start : start + CHANGE_RECORDS_MAX], ())
        if alerts:
            self._tell((), alerts)

    async def beat(self, level_ms: int | None) -> None:
        """Note until when it has everything."""
        if self._status.filled and level_ms is not None:
            self._status = self._status._replace(written_ms=level_ms)

    async def take_past(self, changes: Sequence[Change]) -> None:
        """Take records of the history."""
        now_ms = now_us() // 1000
        for change in changes:
            place = place_of(change.key)
            entry = None if change.value is None else read_entry(change.value)
            if place is None or entry is None or place.dims not in self._buckets.get(place.bucket, {}):
                continue
            spacing = spacing_ms(window_of(change.key))
            if is_recent(entry.made_ms, now_ms, spacing):
                self._points.setdefault(change.key, Points()).put(entry.made_ms, entry.value, spacing)

    async def past_taken(self) -> None:
        """That was all."""
        self._has_past = True

    def _put(self, key: str, entry: Entry | None) -> bool:
        """Take a record; say whether that changes anything."""
        place = place_of(key)
        assert place is not None
        held = self._buckets.setdefault(place.bucket, {})
        before = held.get(place.dims)
        index, period = index_of(place.bucket)
        if entry is None:
            held.pop(place.dims, None)
            self._points.pop(key, None)
            if not held:
                del self._buckets[place.bucket]
                self._periods[index].discard(period or "")
            return before is not None
        held[place.dims] = entry
        if period is not None:
            self._periods[index].add(period)
        if self._status.filled:
            # Until then the topic gives old records too; the history has those that matter.
            self._points.setdefault(key, Points()).put(entry.made_ms, entry.value, spacing_ms(window_of(key)))
        return before is None or before.raw != entry.raw

    def _tell(
        self, kpis: Sequence[tuple[str, bytes | None]], alerts: Sequence[tuple[str, bytes | None]]
    ) -> None:
        self._last = self._last.next
        self._log.append(Changes(str(self._last), kpis, alerts))
        self._logged += len(kpis) + len(alerts)
        while self._logged > self._changes_max:
            oldest = self._log.popleft()
            self._logged -= len(oldest.kpis) + len(oldest.alerts)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _goes_on(self, at: ChangeId) -> bool:
        """Tell whether all that came after this is kept."""
        oldest = self._last.number - len(self._log)
        return at.generation == self._last.generation and oldest <= at.number <= self._last.number


def with_present(points: list[Point], entry: Entry) -> list[Point]:
    """Return the points with the record of now as the last, in the place of one that is not older."""
    now = Point(entry.made_ms, None if entry.value is None else float(entry.value))
    return [*(point for point in points if point.at_ms < now.at_ms), now]


def _put(held: dict[str, Held], key: str, value: Held | None) -> None:
    if value is None:
        held.pop(key, None)
    else:
        held[key] = value
