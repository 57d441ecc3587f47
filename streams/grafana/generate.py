"""All dashboards of a catalog, as the files that Grafana reads."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from schemas.catalogs.grammar import Catalog
from schemas.rules.grammar import Rule
from streams.grafana.boards import alerts, customers, pipeline, rep, sales_floor, team
from streams.grafana.engine import engine
from streams.grafana.shown import Shown

#: Where those of the standard catalog are, from the root of the tree.
STANDARD_DIRECTORY: Final = Path("deploy/grafana/dashboards")


def dashboards(catalog: Catalog, rules: Mapping[str, Rule]) -> dict[str, str]:
    """Return the text of each dashboard by its file's name."""
    shown = Shown(catalog, rules)
    pages = (
        *(make(shown) for make in (sales_floor, team, rep, pipeline, customers, alerts)),
        engine(),
    )
    found = [page.json() for page in pages]
    return {
        f"{board['uid'].removeprefix('crm-pulse-')}.json": json.dumps(board, indent=1, ensure_ascii=False)
        + "\n"
        for board in found
    }


def write(directory: Path, files: Mapping[str, str]) -> None:
    """Write the dashboards into a directory, which is made if need be; other files in it stay."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name).write_text(text, "utf-8")
