"""Where a command is to write is looked at before its work, not after it."""

import os
from collections.abc import Iterable, Mapping
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


def make_usable(setting: str, path: Path, rooms: Iterable[str] = ()) -> None:
    """Make a directory, and these in it, where they are missing; raise CommandError where one can't be used.

    `setting` is what says that it is to be there.
    """
    for place in (path, *(path / room for room in rooms)):
        whose = f"{setting} = {path}: " + ("" if place == path else f"{place}: ")
        try:
            place.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise CommandError(f"{whose}is no directory") from None
        except OSError as error:
            raise CommandError(f"{whose}can't be made: {(error.strerror or str(error)).lower()}") from None
        if not os.access(place, os.W_OK | os.X_OK):
            raise CommandError(f"{whose}can't be written: permission denied")
