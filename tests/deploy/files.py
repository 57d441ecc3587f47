"""The files of a deployment, read."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from streams.settings import Settings, load
from streams.settings.names import variable

ROOT = Path(__file__).parents[2]
FILES = {name for name, field in Settings.model_fields.items() if "Path" in str(field.annotation)} - {
    "data_dir"
}
"""Settings that are paths of files to read."""
PINNED = re.compile(r"^[a-z0-9./-]+:v?\d+\.\d+\.\d+(-[a-z0-9.-]+)?$")
"""An image's name with a whole version."""


def read(path: str | Path) -> Any:
    """Return what a YAML file says."""
    return YAML(typ="safe", pure=True).load((ROOT / path).read_text("utf-8"))


def read_all(path: Path) -> list[Any]:
    """Return every document of a YAML file."""
    return [
        document for document in YAML(typ="safe", pure=True).load_all(path.read_text("utf-8")) if document
    ]


def image_environment() -> dict[str, str]:
    """Return what the image sets in the environment of every process."""
    last = (ROOT / "deploy/Dockerfile").read_text("utf-8").rpartition("\nFROM ")[2]
    return dict(
        pair.split("=", 1) for line in re.findall(r"^ENV (.+)$", last, re.MULTILINE) for pair in line.split()
    )


def settings_of(environment: dict[str, str], file: dict[str, Any] | None = None) -> Settings:
    """Return the settings of a process, with all their checks, from its environment and its configuration file.

    Files that it gets in another place are taken as there; certificates are left out.
    """
    given = {variable(name): str(value) for name, value in (file or {}).items()} | environment
    given.pop("CRM_PULSE_CONFIG", None)
    given.pop("CRM_PULSE_KAFKA_SSL_CAFILE", None)
    there = {variable(name): __file__ for name in FILES if variable(name) in given}
    return load(given | there)
