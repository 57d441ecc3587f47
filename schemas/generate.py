"""Write what is generated from the vocabulary: `python -m schemas.generate`.

The JSON Schemas of events, of published records, of the catalog, of rules, of boards and of delivery under
`schemas/json/`, the AsyncAPI document, and `docs/events.md`. A test fails when they aren't what this would write.
"""

import json
from pathlib import Path
from typing import Any

from schemas.generators import asyncapi
from schemas.generators.board_schema import boards_schema
from schemas.generators.catalog_schema import catalog_schema
from schemas.generators.event_docs import event_docs
from schemas.generators.json_schema import event_schemas
from schemas.generators.notify_schema import notify_schema
from schemas.generators.record_schema import record_schemas
from schemas.generators.rule_schema import rules_schema

ROOT = Path(__file__).parent.parent
EXAMPLES = Path("tests/examples/events")
"""One example of each type, `<type>.json`; the docs show them."""
RECORDS = Path("tests/examples/records")
"""Examples of what the engine publishes: `kpi.json`, `alert.json`, … An acknowledgement is one of silences."""


def generated(root: Path = ROOT) -> dict[Path, str]:
    """Return the text of every generated file, by its path from the root."""
    examples = {path.stem: path.read_text("utf-8") for path in sorted((root / EXAMPLES).glob("*.json"))}
    of_files = {
        "catalog": catalog_schema(), "rules": rules_schema(), "boards": boards_schema(), "notify": notify_schema()
    }  # fmt: skip
    schemas = {
        **event_schemas(),
        **{f"{name}.schema": one for name, one in (of_files | record_schemas()).items()},
    }
    files = {
        Path("schemas/json") / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }
    files[Path(asyncapi.PATH)] = asyncapi.text(_payloads(root, examples))
    files[Path("docs/events.md")] = event_docs(examples)
    return files


def _payloads(root: Path, examples: dict[str, str]) -> dict[str, list[Any]]:
    """Return the examples of each event type and kind of record, as plain data."""
    found = {name: [json.loads(text)] for name, text in examples.items()}
    for path in sorted((root / RECORDS).glob("*.json"), reverse=True):
        kind = "silence" if path.stem == "acknowledgement" else path.stem
        found.setdefault(kind, []).append(json.loads(path.read_text("utf-8")))
    return found


def main(root: Path = ROOT) -> None:
    """Write every generated file, and remove schemas of types that are no more."""
    files = generated(root)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    for path in (root / "schemas/json").glob("*.json"):
        if path.relative_to(root) not in files:
            path.unlink()


if __name__ == "__main__":
    main()
