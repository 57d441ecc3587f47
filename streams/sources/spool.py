"""Standard input, kept in a temporary file so that it can be read twice."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from streams.sources.open_file import STDIN, STDIN_NAME
from streams.sources.raw import SourceFailed

BLOCK_BYTES: Final = 1 << 20


@contextmanager
def spooled(paths: Sequence[str]) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Yield the paths with standard input (`-`) replaced by a file that holds what came on it.

    Beside them, by path, how that file is to be called. Raises `SourceFailed` when `-` stands there twice,
    or what comes on it can't be read or kept.
    """
    if paths.count(STDIN) > 1:
        raise SourceFailed("standard input (-) can be read only once")
    if STDIN not in paths:
        yield list(paths), {}
        return
    with tempfile.NamedTemporaryFile(prefix="crm-pulse-", suffix=".jsonl") as file:
        try:
            file.writelines(_blocks())
            file.flush()
        except OSError as error:
            raise SourceFailed(f"standard input can't be kept in {file.name}: {error.strerror}") from error
        yield [file.name if path == STDIN else path for path in paths], {file.name: STDIN_NAME}


def _blocks() -> Iterator[bytes]:
    try:
        while block := sys.stdin.buffer.read(BLOCK_BYTES):
            yield block
    except OSError as error:
        raise SourceFailed(f"{STDIN_NAME}: {error.strerror or error}") from error
