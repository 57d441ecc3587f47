"""Where a command is to write is looked at before its work, not after it."""

import os
from collections.abc import Mapping
from pathlib import Path

from streams.cli.failure import CommandError


def refuse_unwritable(outputs: Mapping[str, Path | None]) -> None:
    """Raise CommandError where one of `outputs`, by option, can't be written."""
    for option, path in outputs.items():
        if path is None:
            continue
        folder = path.parent
        if path.is_dir():
            raise CommandError(f"{option} {path}: is a directory")
        if not folder.is_dir():
            raise CommandError(f"{option} {path}: there is no directory {folder}")
        if not os.access(path if path.exists() else folder, os.W_OK):
            raise CommandError(f"{option} {path}: can't be written: permission denied")
