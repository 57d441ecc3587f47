"""Standard input and pipes, kept in temporary files so that they can be read twice."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from streams.sources.files import XES_SUFFIXES, is_xes
from streams.sources.open_file import STDIN, STDIN_NAME, comes_once
from streams.sources.raw import SourceFailed

BLOCK_BYTES: Final = 1 << 20


@contextmanager
def spooled(paths: Sequence[str]) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Yield the paths with standard input (`-`) and pipes replaced by files that hold what came on them.

    Beside them, by path, how such a file is to be called. Raises `SourceFailed` when `-` stands there twice,
    or what comes can't be read or kept.
    """
    if paths.count(STDIN) > 1:
        raise SourceFailed("standard input (-) can be read only once")
    with ExitStack() as stack:
        kept: list[str] = []
        names: dict[str, str] = {}
        for path in paths:
            if comes_once(path):
                name = STDIN_NAME if path == STDIN else path
                path = stack.enter_context(_kept(path, name))
                names[path] = name
            kept.append(path)
        yield kept, names


@contextmanager
def _kept(path: str, name: str) -> Iterator[str]:
    suffix = XES_SUFFIXES[0] if is_xes(path) else ".jsonl"
    with tempfile.NamedTemporaryFile(prefix="crm-pulse-", suffix=suffix) as file:
        try:
            file.writelines(_blocks(path, name))
            file.flush()
        except OSError as error:
            raise SourceFailed(f"{name} can't be kept in {file.name}: {error.strerror}") from error
        yield file.name


def _blocks(path: str, name: str) -> Iterator[bytes]:
    try:
        with ExitStack() as stack:
            stream = sys.stdin.buffer if path == STDIN else stack.enter_context(Path(path).open("rb"))
            while block := stream.read(BLOCK_BYTES):
                yield block
    except OSError as error:
        raise SourceFailed(f"{name}: {error.strerror or error}") from error
