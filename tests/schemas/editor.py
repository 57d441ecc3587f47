"""What an editor makes of a JSON Schema of a file that people write."""

from collections.abc import Container, Mapping
from typing import Any


def undescribed(schema: Mapping[str, Any], but: Container[str] = ()) -> list[str]:
    """Return the fields, of the file and its parts but some, for which an editor has no sentence to show."""
    return [
        name
        for part in (schema, *(part for name, part in schema["$defs"].items() if name not in but))
        for name, field in part["properties"].items()
        if not field.get("description")
    ]
