"""Events whose time is ahead of their arrival."""

import pytest

from processors.reading.future import FUTURE_US, is_from_future, refuse_future
from schemas.dead_letter import Reason, Unusable


@pytest.mark.parametrize(("ahead_us", "refused"), [(-1, False), (FUTURE_US, False), (FUTURE_US + 1, True)])
def test_five_minutes_ahead(ahead_us: int, refused: bool) -> None:
    """As much as that is let in, a microsecond more is not."""
    assert refused is is_from_future(1_000 + ahead_us, 1_000)
    if not refused:
        refuse_future(1_000 + ahead_us, 1_000)
        return
    with pytest.raises(Unusable, match="more than 5 minutes ahead of now") as found:
        refuse_future(1_000 + ahead_us, 1_000, "now")
    assert Reason.FROM_FUTURE is found.value.reason
