"""The JSON Schema of a boards file, by which editors complete and underline; made from the grammar.

Whether names and sizes fit only `crm-pulse check` knows.
"""

from schemas.boards.grammar import BoardsFile
from schemas.duration import WRITTEN
from schemas.generators.file_schema import allow_overlay, file_schema
from schemas.generators.json_schema import Schema


def boards_schema() -> Schema:
    """Return the schema of a boards file."""
    schema = file_schema("boards", BoardsFile)
    limits = schema["$defs"]["AgingTile"]["properties"]["limits"]
    limits["items"] = WRITTEN
    limits["default"] = ["1h", "24h"]
    for part in schema["$defs"].values():
        period = part.get("properties", {}).get("period")
        if period is not None:
            period["type"] = ["string", "integer"]
    allow_overlay(schema, "boards", "Board")
    return schema
