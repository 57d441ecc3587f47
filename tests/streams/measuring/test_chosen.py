"""Which KPI records have series, asked as often as they are published."""

import pytest

from schemas.catalogs.exported import Exported
from streams.measuring import chosen as module
from streams.measuring.chosen import Chosen

CHOICE = Exported(
    windows={"calls": ("day", "rolling_24h"), "win_rate": ("month",)}, levels=("rep",), dimensions=()
)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (b"calls|rolling_24h", True),
        (b"calls|day:2026-11-29", True),
        (b"calls|month:2026-11", False),
        (b"win_rate|month:2026-11", True),
        (b"win_rate|day:2026-11-29", False),
        (b"calls_2|day:2026-11-29", False),
    ],
)
def test_by_kpi_and_window_whatever_the_period(place: bytes, expected: bool) -> None:
    """The first time and every other."""
    chosen = Chosen(CHOICE)

    assert [expected, expected] == [chosen[place], chosen[place]]


def test_what_was_asked_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Periods go on; what was forgotten is found again."""
    monkeypatch.setattr(module, "PLACES_MAX", 8)
    chosen = Chosen(CHOICE)
    places = [b"calls|day:2026-11-%02d" % day for day in range(1, 30)]

    assert {True} == {chosen[place] for place in places}
    assert len(chosen) <= 8
    assert chosen[places[0]]
