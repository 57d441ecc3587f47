"""Names in a catalog that must mean something; each mistake with its path is in test_catalog.py."""

import pytest

from schemas.catalog import Catalog, load_catalog
from schemas.catalogs.names import name_faults


def test_the_standard_catalog_has_none() -> None:
    """All its names are known."""
    assert [] == [*name_faults(load_catalog())]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"rolling": ("rolling_1x",)}, ("rolling", 0)),
        ({"kpis": {}}, ("prometheus", "windows", 0)),
    ],
)
def test_paths(changes: dict[str, object], path: tuple[str | int, ...]) -> None:
    """A mistake is told with the path of its field, from which its line is found."""
    catalog: Catalog = load_catalog().model_copy(update={"rolling": (), **changes})

    assert path in [found for found, _ in name_faults(catalog)]
