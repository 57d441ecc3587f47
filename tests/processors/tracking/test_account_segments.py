"""The latest segment of an account: by event time, in whatever order events and records come."""

from itertools import permutations

import pytest

from processors.tracking.account_segments import AccountSegments

NAMED = [(1, "s", "a", "smb"), (1, "s", "b", "big"), (2, "r", "a", "smb")]


@pytest.mark.parametrize("order", permutations(NAMED))
def test_any_order(order: tuple[tuple[int, str, str, str], ...]) -> None:
    """The latest event in (time, source, id) names it."""
    segments = AccountSegments()
    for count, named in enumerate(order, 1):
        segments.take("acme", *named)
        assert max(order[:count])[3] == segments.of("acme")


def test_whether_another_is_the_latest_now() -> None:
    """The first is; the same one again, or an earlier event, isn't."""
    segments = AccountSegments()

    assert [(None, True), ("smb", False), ("smb", False), ("smb", True)] == [
        segments.take("acme", *named)
        for named in ((2, "s", "a", "smb"), (3, "s", "a", "smb"), (1, "s", "a", "big"), (4, "s", "a", "big"))
    ]


def test_it_comes_back() -> None:
    """Of several records the one with the later event counts, and only changes are written."""
    segments = AccountSegments()
    segments.take("acmé", *NAMED[0])
    old = segments.snapshot()
    segments.take("acmé", *NAMED[2])
    segments.take("bolt", *NAMED[1])
    log = [*segments.snapshot(), *old]
    restored = AccountSegments()
    for key, value in log:
        restored.restore(key, value)
    restored.restored()

    assert ("smb", "big", None, 2) == (
        restored.of("acmé"),
        restored.of("bolt"),
        restored.of("?"),
        len(restored),
    )
    assert (2, "r", "a", "smb") not in [restored.take("acmé", *NAMED[0])]
    assert [] == restored.snapshot()
