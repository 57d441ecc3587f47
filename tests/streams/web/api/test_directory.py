"""The directory, remembered for a moment."""

import pytest

from processors.serving.viewing import Viewer
from streams.serving.store import RepPlace
from streams.web.api import directory as module
from streams.web.api.directory import FRESH_S, Directory
from tests.streams.web.api.fed_store import FedStore


async def test_it_is_read_again_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """And only for those whose restriction needs it."""
    at_s = 100.0
    monkeypatch.setattr(module, "monotonic_s", lambda: at_s)
    store = FedStore()
    store.reps["ann"] = RepPlace("north", True)
    directory = Directory(store)

    assert await directory.for_viewer(Viewer()) == {}
    assert await directory.for_viewer(Viewer(frozenset({"north"}))) == {"ann": "north"}
    before = directory.team_of
    store.reps["ann"] = RepPlace("south", True)
    assert (await directory.places())["ann"].team == "north"
    at_s += FRESH_S
    assert (await directory.places())["ann"].team == "south"
    assert directory.team_of == {"ann": "south"}
    at_s += FRESH_S
    now = directory.team_of
    await directory.places()
    assert directory.team_of is now is not before
