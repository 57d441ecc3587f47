"""Write what is generated from the vocabulary: `python -m schemas.generate`.

The JSON Schemas of events, of published records, of the catalog, of rules, of boards and of delivery under
`schemas/json/`, the AsyncAPI document, and `docs/events.md`. A test fails when they aren't what this would write.
"""

import json
from pathlib import Path
from typing import Any

from schemas.generators import asyncapi
from schemas.generators.board_schema import PATH as BOARDS_PATH
from schemas.generators.board_schema import boards_schema
from schemas.generators.catalog_schema import PATH, catalog_schema
from schemas.generators.event_docs import event_docs
from schemas.generators.json_schema import event_schemas
from schemas.generators.notify_schema import PATH as NOTIFY_PATH
from schemas.generators.notify_schema import notify_schema
from schemas.generators.record_schema import PATHS, record_schemas
from schemas.generators.rule_schema import PATH as RULES_PATH
from schemas.generators.rule_schema import rules_schema

ROOT = Path(__file__).parent.parent
EXAMPLES = Path("tests/examples/events")
"""One example of each type, `<type>.json`; the docs show them."""
RECORDS = Path("tests/examples/records")
"""Examples of what the engine publishes: `kpi.json`, `alert.json`, … An acknowledgement is one of silences."""


def generated(root: Path = ROOT) -> dict[Path, str]:
    """Return the text of every generated file, by its path from the root."""
    examples = {path.stem: path.read_text("utf-8") for path in sorted((root / EXAMPLES).glob("*.json"))}
    files = {
        Path("schemas/json") / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in event_schemas().items()
    }
    files[Path(PATH)] = json.dumps(catalog_schema(), indent=2, ensure_ascii=False) + "\n"
    files[Path(RULES_PATH)] = json.dumps(rules_schema(), indent=2, ensure_ascii=False) + "\n"
    files[Path(BOARDS_PATH)] = json.dumps(boards_schema(), indent=2, ensure_ascii=False) + "\n"
    files[Path(NOTIFY_PATH)] = json.dumps(notify_schema(), indent=2, ensure_ascii=False) + "\n"
    for name, schema in record_schemas().items():
        files[Path(PATHS[name])] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
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
