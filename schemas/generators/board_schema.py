"""The JSON Schema of a boards file, by which editors complete and underline; made from the grammar.

Whether names and sizes fit only `crm-pulse check` knows.
"""

from typing import Any

from schemas.boards.board_grammar import BoardsFile
from schemas.duration import WRITTEN
from schemas.generators.catalog_schema import tidied
from schemas.generators.json_schema import DIALECT, Schema

PATH = "schemas/json/boards.schema.json"


def boards_schema() -> Schema:
    """Return the schema of a boards file, draft 2020-12."""
    made = BoardsFile.model_json_schema(by_alias=True, mode="validation")
    definitions: Schema = {name: tidied(part) for name, part in made.pop("$defs").items()}
    limits = definitions["AgingTile"]["properties"]["limits"]
    limits["items"] = WRITTEN
    limits["default"] = ["1h", "24h"]
    for part in definitions.values():
        period = part.get("properties", {}).get("period")
        if period is not None:
            period["type"] = ["string", "integer"]
    file = tidied(made)
    _overlays(file, definitions["Board"])
    return {"$schema": DIALECT, "$id": "urn:crm-pulse:boards", **file, "$defs": definitions}


def _overlays(file: Schema, board: Schema) -> None:
    """Allow what only makes sense in a file that lies over the standard boards: boards in part, or dropped."""
    required = board.pop("required")
    boards: dict[str, Any] = file["properties"]["boards"]
    pattern, reference = boards["patternProperties"].popitem()
    boards["patternProperties"] = {
        pattern: {"if": {"type": "object"}, "then": reference, "else": {"type": "null"}}
    }
    boards["additionalProperties"] = False
    complete = {"patternProperties": {pattern: {"type": "object", "required": required}}}
    file["if"] = {"not": {"required": ["extends"]}}
    file["then"] = {"properties": {"boards": complete}}
