"""How a key's dims become labels."""

import pytest

from schemas.kpi import dims_text
from streams.measuring.kpi_sample import Place


@pytest.mark.parametrize(
    ("dims", "place"),
    [
        ({"channel": "phone"}, Place(dimension="channel", item="phone")),
        ({"channel": "phone", "team": "north, east"}, Place("north, east", "", "channel", "phone")),
        (
            {"from_stage": None, "to_stage": "won"},
            Place(dimension="from_stage,to_stage", item="– → won"),
        ),
    ],
)
def test_places_of_dimensions(dims: dict[str, str | None], place: Place) -> None:
    """A team has a label of its own; values that stand together are one item."""
    assert place == Place.of_dims(dims_text(dims))


def test_places_of_levels() -> None:
    """Whoever it is has the label of the level."""
    assert Place(team="north") == Place.of_level("team", "north")
    assert Place(rep="ann") == Place.of_level("rep", "ann")
    assert Place() == Place.of_level("company", "")
