"""docs/openapi.json, written from the application itself: `python -m streams.web.api.generate`."""

from pathlib import Path
from typing import Any, Final, cast

import orjson

from schemas.catalog import load_catalog
from streams.web.api.app import create_app
from streams.web.api.context import Context

FILE: Final = Path(__file__).parents[3] / "docs" / "openapi.json"


def text() -> str:
    """Return the file's text."""
    nothing = cast(Any, None)  # nothing is asked of a store, or of what people said
    document = create_app(Context(nothing, load_catalog(), None, {}, nothing)).openapi()
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def main() -> None:
    """Write the file."""
    FILE.write_text(text(), "utf-8")


if __name__ == "__main__":
    main()
