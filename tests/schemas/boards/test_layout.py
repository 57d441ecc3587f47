"""Where tiles stand."""

from schemas.boards.layout import Place, places


def test_each_takes_the_first_free_place() -> None:
    """Row by row, around what stands there."""
    assert places([(5, 3), (4, 5), (3, 2), (3, 2), (5, 2), (3, 1), (12, 1)]) == [
        Place(1, 1, 5, 3),
        Place(6, 1, 4, 5),
        Place(10, 1, 3, 2),
        Place(10, 3, 3, 2),
        Place(1, 4, 5, 2),
        Place(10, 5, 3, 1),
        Place(1, 6, 12, 1),
    ]


def test_what_does_not_fit_has_none() -> None:
    """Others after it may."""
    assert places([(12, 5), (12, 2), (6, 1)]) == [Place(1, 1, 12, 5), None, Place(1, 6, 6, 1)]
