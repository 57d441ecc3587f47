"""The directory as restricted readers need it with every request: remembered for a moment."""

from collections.abc import Mapping
from typing import Final

from processors.serving.viewing import Viewer
from streams.clock import monotonic_s
from streams.serving.store import RepPlace, Store

FRESH_S: Final = 2.0
"""A rep who changed teams is seen by the old one for so long at most."""


class Directory:
    """Who is in which team."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read_s = float("-inf")
        self._places: Mapping[str, RepPlace] = {}
        self.team_of: Mapping[str, str] = {}
        """As it was read last."""

    async def places(self) -> Mapping[str, RepPlace]:
        """Return every rep's place. Raises StoreAwayError."""
        if monotonic_s() - self._read_s >= FRESH_S:
            places = await self._store.directory()
            self._read_s = monotonic_s()
            if places != self._places:
                self._places = dict(places)
                self.team_of = {rep: place.team for rep, place in places.items()}
        return self._places

    async def for_viewer(self, viewer: Viewer) -> Mapping[str, str]:
        """Return each rep's team, as far as the viewer's restriction needs it. Raises StoreAwayError."""
        if not viewer.sees_all:
            await self.places()
        return self.team_of
