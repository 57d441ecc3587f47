"""A configuration file, TOML or YAML by its ending, as a flat mapping."""

import tomllib
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class ConfigFileError(ValueError):
    """A configuration file can't be read or understood; the message names it and the place."""


def read_file(path: Path) -> dict[str, Any]:
    """Return the settings in a `.toml`, `.yaml` or `.yml` file by their names.

    Raises:
        ConfigFileError: unreadable, no TOML or YAML, or not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigFileError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ConfigFileError(f"{path}: not UTF-8 text") from None
    match path.suffix.lower():
        case ".toml":
            values = _toml(path, text)
        case ".yaml" | ".yml":
            values = _yaml(path, text)
        case other:
            raise ConfigFileError(f"{path}: the name ends in {other!r}, expected .toml, .yaml or .yml")
    if not isinstance(values, dict):
        raise ConfigFileError(f"{path}: expected a mapping of settings, one a line, such as `partitions: 4`")
    return {str(key): value for key, value in values.items()}


def _toml(path: Path, text: str) -> object:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigFileError(f"{path}: {error}") from None


def _yaml(path: Path, text: str) -> object:
    try:
        values: object = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigFileError(f"{path}{line}: {error.problem}") from None
    except YAMLError as error:
        raise ConfigFileError(f"{path}: {error}") from None
    return {} if values is None else values
