"""Opens a file of events for reading: plain or gzip, told by its first bytes, or standard input."""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from streams.sources.raw import SourceFailed

STDIN = "-"
STDIN_NAME = "<stdin>"
GZIP_MAGIC = b"\x1f\x8b"
BUFFER_BYTES = 1 << 20


def comes_once(path: str) -> bool:
    """Say whether what stands there can be read only once, and may pause: standard input, or a pipe."""
    return path == STDIN or (os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path))


class OpenFile:
    """A stream of plain bytes; `position` is how far the file behind it was read, in bytes on disk."""

    def __init__(self, name: str, raw: "io.BufferedReader[Any]") -> None:
        self.name = name
        self._raw = raw
        self.stream: BinaryIO = raw
        if raw.peek(len(GZIP_MAGIC))[: len(GZIP_MAGIC)] == GZIP_MAGIC:
            # A buffer of our own: GzipFile.readline is Python, BufferedReader.readline is not.
            self.stream = io.BufferedReader(gzip.GzipFile(fileobj=raw), BUFFER_BYTES)

    @property
    def position(self) -> int:
        """Bytes read so far; 0 for a pipe."""
        try:
            return self._raw.tell()
        except (OSError, ValueError):
            return 0


@contextmanager
def open_file(path: str) -> Iterator[OpenFile]:
    """Open `path`, or standard input for `-`, and close it afterwards.

    Raises:
        SourceFailed: the file can't be opened or read, or its gzip data are damaged; also for errors of
            this kind inside the `with` block.
    """
    name = STDIN_NAME if path == STDIN else path
    try:
        if path == STDIN:
            yield OpenFile(name, _stdin())
            return
        with io.BufferedReader(io.FileIO(path), BUFFER_BYTES) as raw:
            yield OpenFile(name, raw)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceFailed(f"{name}: damaged gzip data: {error}") from error
    except OSError as error:
        raise SourceFailed(f"{name}: {error.strerror or error}") from error


def _stdin() -> "io.BufferedReader[Any]":
    # A reader of our own, not sys.stdin's: it may still wait for input in a thread when the process ends,
    # and the interpreter can't end while somebody holds sys.stdin's lock.
    try:
        descriptor = sys.stdin.fileno()
    except OSError:  # somebody put something else in its place
        return sys.stdin.buffer  # type: ignore[return-value]
    return io.BufferedReader(io.FileIO(descriptor, closefd=False), BUFFER_BYTES)
