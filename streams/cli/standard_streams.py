"""Standard input, output and error as the commands expect them, however the process was started.

A stream that its caller closed (`>&-`) is None in Python, and the next file that is opened takes its number: a file
of records would get the error messages. And a terminal, or a pipe in a container without a locale, may not know every
sign.
"""

import io
import os
import sys
from typing import Final

#: Which way each stream's stand-in is opened. For input and output the wrong way: who reads what isn't there, or has
#: records written to nowhere, is to hear of it. What would have been said on standard error nobody wants to hear.
_STAND_INS: Final = (("stdin", os.O_WRONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY))


def prepare() -> None:
    """Put stand-ins where streams are missing, and let no sign that can't be shown end a command."""
    for descriptor, (name, flags) in enumerate(_STAND_INS):
        _occupy(descriptor, flags)
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, io.TextIOWrapper(io.FileIO(descriptor, mode, closefd=False), encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        # Standard error writes escapes for what it can't show, unless it was told otherwise.
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def _occupy(descriptor: int, flags: int) -> None:
    try:
        os.fstat(descriptor)
    except OSError:
        opened = os.open(os.devnull, flags)
        if opened != descriptor:
            os.dup2(opened, descriptor)
            os.close(opened)
