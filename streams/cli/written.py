"""Standard output that can't be written, on a full disk say, is no fault of this program: a sentence tells it.

What is printed waits in a buffer, so that it may come to light only when the command is done, and at last where the
interpreter ends, too late for anybody to say it.
"""

import errno
import os
import sys
from contextlib import suppress
from typing import Final, TextIO

from streams.cli.failure import FAILED, WRONG_USE, CommandError

#: A write's errors beside that of a closed pipe. Files that are opened by name say so where they are.
_OF_WRITING: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}


def output_failure(error: BaseException) -> CommandError | None:
    """Return the sentence and drop what is still to be written; None for errors of other kinds."""
    if not isinstance(error, OSError):
        return None
    if isinstance(error, BrokenPipeError):
        _discard()
        return CommandError("", FAILED)  # who reads no further wants to hear no more, as Typer has it
    if error.errno not in _OF_WRITING or error.filename is not None:
        return None
    _discard()
    return CommandError(f"output can't be written: {error.strerror}", WRONG_USE)


def flush_output() -> CommandError | None:
    """Write what is still to be written; return why it can't be."""
    stream: TextIO | None = sys.stdout  # None where a process was started without one
    try:
        if stream is not None:
            stream.flush()
    except OSError as error:
        return output_failure(error)
    return None


def _discard() -> None:
    """Let what is left in the buffer go nowhere: it would fail again when the interpreter ends."""
    with suppress(OSError, AttributeError):  # a stand-in for standard output has no descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
