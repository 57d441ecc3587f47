"""Hints are kept by what they are about, and not without end."""

import pytest

from processors.adding.group import NOW, Group
from processors.valuing import hints
from processors.valuing.hints import Hints


def test_a_hint_is_of_one_group_window_and_slot() -> None:
    """Whoever asks again gets the same."""
    own, ann, bob = Hints(), Group({"rep": "ann"}), Group({"rep": "bob"})

    assert own.buckets[ann, NOW, 4_096] is own.buckets[ann, NOW, 4_096]
    assert (
        len({id(own.buckets[key]) for key in ((ann, NOW, 4_096), (ann, NOW, 8_192), (bob, NOW, 4_096))}) == 3
    )
    assert own.open_days[ann, 4_096] is own.open_days[ann, 4_096]


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter at once, when there are enough."""
    monkeypatch.setattr(hints, "HINTS_MAX", 8)
    own, groups = Hints(), [Group({"rep": str(number)}) for number in range(9)]
    for group in groups:
        own.open_days[group, 1]

    assert [(group, 1) for group in groups[2:]] == [*own.open_days]
