"""What a command writes must not take the place of what it reads, nor of something else that it writes."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from streams.cli.failure import CommandError


def refuse_overwriting(outputs: Mapping[str, Path | None], inputs: Iterable[str | Path | None]) -> None:
    """Raise CommandError where one of `outputs`, by option, is an input or another output, by whatever name."""
    taken = [Path(name) for name in inputs if name is not None]
    for option, path in outputs.items():
        if path is None:
            continue
        for other in taken:
            if _is_same_file(path, other):
                raise CommandError(f"{option} {path}: would overwrite {other}")
        taken.append(path)


def _is_same_file(path: Path, other: Path) -> bool:
    try:
        if path.exists() and not path.is_file():
            return False  # /dev/null may be written twice
        return path.resolve() == other.resolve() or path.samefile(other)
    except OSError:  # one is not there yet
        return False
