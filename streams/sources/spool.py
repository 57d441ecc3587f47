"""Standard input, kept in a temporary file so that it can be read twice."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from streams.sources.open_file import STDIN


@contextmanager
def spooled(paths: Sequence[str]) -> Iterator[list[str]]:
    """Yield the paths with standard input (`-`) replaced by a file that holds what came on it."""
    if STDIN not in paths:
        yield list(paths)
        return
    with tempfile.NamedTemporaryFile(prefix="crm-pulse-", suffix=".jsonl") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield [file.name if path == STDIN else path for path in paths]
