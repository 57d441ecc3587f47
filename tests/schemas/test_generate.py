"""What is generated is what is committed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.generate import EXAMPLES, RECORDS, ROOT, generated, main
from schemas.generators.asyncapi import PATH


def test_what_is_committed_is_what_would_be_generated() -> None:
    """When this fails, run `python -m schemas.generate`."""
    for path, text in generated().items():
        assert (ROOT / path).read_text("utf-8") == text, path
    committed = {path.relative_to(ROOT) for path in (ROOT / "schemas/json").glob("*.json")}
    assert committed <= set(generated())


def test_main_writes_everything(tmp_path: Path) -> None:
    """All files are written anew, and a schema of a type that is no more is removed."""
    (tmp_path / EXAMPLES).parent.mkdir(parents=True)
    for examples in (EXAMPLES, RECORDS):
        (tmp_path / examples).symlink_to(ROOT / examples)
    (tmp_path / "schemas/json").mkdir(parents=True)
    (tmp_path / "schemas/json/crm.old.type.json").touch()
    main(tmp_path)

    written = {
        path.relative_to(tmp_path)
        for path in [*tmp_path.glob("schemas/json/*"), tmp_path / PATH, *tmp_path.glob("docs/*")]
        if path.is_file()
    }
    assert written == set(generated())


def test_schemas_say_the_type_beside_what_only_that_type_has() -> None:
    """Ajv, as most of JavaScript checks, complains of each keyword that it finds without."""
    of_type = {"pattern": "string", "minLength": "string", "minProperties": "object", "minimum": "number"}

    def untyped(schema: Any, at: str) -> Iterator[str]:
        if isinstance(schema, dict):
            if not at.endswith(
                ("/properties", "/patternProperties", "/propertyNames", "/example", "/examples")
            ):
                types = schema.get("type", ())
                for keyword in of_type.keys() & schema.keys():
                    if of_type[keyword] not in types and (of_type[keyword], types) != ("number", "integer"):
                        yield f"{at}/{keyword}"
            for name, one in schema.items():
                yield from untyped(one, f"{at}/{name}")
        elif isinstance(schema, list):
            for number, one in enumerate(schema):
                yield from untyped(one, f"{at}/{number}")

    found = [
        fault
        for path, text in generated().items()
        if path.suffix == ".json" and path.parent.name == "json"
        for fault in untyped(json.loads(text), path.name)
    ]
    assert [] == found
