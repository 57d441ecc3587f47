"""The word for how far values can be believed."""

import pytest

from processors.serving.freshness import STALE_AFTER_MS, State, state_of

NOW_MS = 1_000_000


@pytest.mark.parametrize(
    ("filled", "written_ms", "state"),
    [
        pytest.param(False, NOW_MS, "filling", id="not everything is read yet"),
        pytest.param(True, NOW_MS, "live", id="level with the topics a moment ago"),
        pytest.param(True, NOW_MS - STALE_AFTER_MS, "live", id="a few seconds ago"),
        pytest.param(True, NOW_MS - STALE_AFTER_MS - 1, "stale", id="too long ago"),
        pytest.param(True, None, "stale", id="never"),
        pytest.param(True, NOW_MS + 60_000, "live", id="by a clock that is ahead"),
    ],
)
def test_each_state(filled: bool, written_ms: int | None, state: State) -> None:
    """What a screen says beside its numbers."""
    assert state_of(filled, written_ms, NOW_MS) == state
