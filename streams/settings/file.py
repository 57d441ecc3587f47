"""A configuration file, TOML or YAML by its ending, as a flat mapping."""

import tomllib
from pathlib import Path
from typing import Any

from schemas.files.document import parse
from schemas.files.fault import Fault, Faults


def read_file(path: Path) -> dict[str, Any]:
    """Return the settings in a `.toml`, `.yaml` or `.yml` file by their names. No fault shows a value.

    Raises:
        Faults: unreadable, no TOML or YAML, or not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _whole(path, error.strerror or str(error)) from None
    except UnicodeDecodeError:
        raise _whole(path, "not UTF-8 text") from None
    match path.suffix.lower():
        case ".toml":
            return _toml(path, text)
        case ".yaml" | ".yml":
            return _yaml(path, text)
        case other:
            raise _whole(path, f"the name ends in {other!r}, expected .toml, .yaml or .yml")


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or endless brackets
        raise _whole(path, str(error)) from None


def _yaml(path: Path, text: str) -> dict[str, Any]:
    lines = (line.strip() for line in text.splitlines())
    # Everything may be at its default.
    return parse(text, str(path)).data if any(line and line[0] != "#" for line in lines) else {}


def _whole(path: Path, message: str) -> Faults:
    return Faults([Fault(str(path), 0, "", message)])
