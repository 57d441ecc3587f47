"""Write the dashboards of the standard catalog again: `python -m streams.grafana`."""

from pathlib import Path

from schemas.catalog import load_catalog
from schemas.rule import load_rules
from streams.grafana.generate import STANDARD_DIRECTORY, dashboards, write

if __name__ == "__main__":
    catalog = load_catalog()
    root = Path(__file__).parents[2]
    write(root / STANDARD_DIRECTORY, dashboards(catalog, load_rules(catalog)))
