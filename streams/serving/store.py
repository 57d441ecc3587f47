"""Where readers find current values: one port, kept in Redis for many processes or in memory for one.

A bucket is a KPI in a window, with its period: the first two parts of a record's key, `calls|rolling_24h`,
`won_revenue|month:2026-11`. In it records are found by the key's last part, `rep=ann`. Values are the bytes
of the topics, so that nothing is parsed that nobody looks at.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import NamedTuple, Protocol


class StoreAwayError(RuntimeError):
    """The store can't be read now; the message says why."""


class Point(NamedTuple):
    """A value in a key's short history."""

    at_ms: int
    value: float | None


class Standing(NamedTuple):
    """A rep on a leaderboard; equal values share a rank, and the next one skips."""

    rep: str
    value: float
    rank: int


class RepPlace(NamedTuple):
    """What the directory says of a rep now."""

    team: str
    active: bool


class Changes(NamedTuple):
    """What changed since the batch before, each key once."""

    id: str
    """Ids rise; a reader that knows one can go on after it."""
    kpis: Sequence[tuple[str, bytes | None]]
    """Key and record; None where the key no longer exists."""
    alerts: Sequence[tuple[str, bytes | None]]
    """Alert id and record; None where it was withdrawn."""


class StoreStatus(NamedTuple):
    """How far the store can be believed."""

    filled: bool
    """Whether everything was read once that was on the topics when filling began."""
    as_of_ms: int | None
    """When the newest KPI record was made; None before the first."""
    written_ms: int | None
    """When whoever fills the store last said that it is level with the topics."""


class Store(Protocol):
    """Current records, leaderboards, short histories, alerts and the directory. Every call may raise StoreAwayError."""

    async def periods(self, kpi: str, window: str) -> Sequence[str]:
        """Return the periods that have records, in order; nothing for a window without periods."""
        ...

    async def records(self, bucket: str, dims: Sequence[str] | None = None) -> Mapping[str, bytes]:
        """Return records of a bucket by the last part of their key: all, or those of `dims` that exist."""
        ...

    async def leaderboard(
        self, bucket: str, *, descending: bool = True, top: int | None = None
    ) -> Sequence[Standing]:
        """Return the reps with a value, the best first."""
        ...

    async def series(self, keys: Sequence[str]) -> Sequence[Sequence[Point]]:
        """Return the short history of each key, oldest first; the last point is the record of now."""
        ...

    async def alerts(self) -> Mapping[str, bytes]:
        """Return every alert that exists, by its id."""
        ...

    async def directory(self) -> Mapping[str, RepPlace]:
        """Return every rep that was ever named."""
        ...

    async def status(self) -> StoreStatus:
        """Return how far it can be believed."""
        ...

    def changes(self, after: str | None = None) -> AsyncGenerator[Changes, None]:
        """Yield what changes from now on, or since the id `after`, for ever.

        The first comes at once and is empty: its id is the one from which it goes on. What is read after
        that has every change up to it, perhaps some of the next.

        Raises:
            GoneError: what came after that id is not kept any more, or the store was lost and filled anew
                meanwhile; read anew.
        """
        ...


class GoneError(LookupError):
    """The changes after an id are not kept any more."""
