"""Examples that the docs show and the tests read."""

import json
from pathlib import Path
from typing import Any

EVENTS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "events").glob("*.json"))
}
"""One realistic event of each type, by the type's name."""
