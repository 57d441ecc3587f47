"""What one change does, and all of them together."""

import pytest

from schemas.catalogs.effect import Change, Changes, Effect


@pytest.mark.parametrize(
    ("effect", "rebuild"),
    [
        (Effect.SAME, "none"),
        (Effect.HISTORY, "none"),
        (Effect.FILLS, "to_fill"),
        (Effect.MIXED, "to_fill"),
        (Effect.WRONG, "required"),
    ],
)
def test_the_gravest_decides(effect: Effect, rebuild: str) -> None:
    """It stands first, and says whether to rebuild."""
    found = Changes((Change(effect, "kpis.a", "is new"), Change(Effect.SAME, "kpis.b", "is gone")))

    assert (effect, rebuild) == (found.effect, found.rebuild)
    assert "kpis.a: is new\nkpis.b: is gone" == str(found)


def test_no_change() -> None:
    """Nothing needs nothing."""
    assert (Effect.SAME, "none", "") == (Changes(()).effect, Changes(()).rebuild, str(Changes(())))
