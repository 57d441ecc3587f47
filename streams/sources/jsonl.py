"""Events from JSON Lines: one event a line, blank lines skipped, the bytes untouched."""

import codecs
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from streams.sources.raw import RawEvent, SourceFailed

#: Far above the 1 MiB an event may have: what is longer is no JSON Lines, and must not fill the memory.
LINE_BYTES_MAX = 16 << 20


def read_jsonl(stream: BinaryIO, name: str) -> Iterator[RawEvent]:
    """Yield the lines of `stream` that hold something; `name` stands for the file in their places.

    Raises:
        SourceFailed: a line is longer than `LINE_BYTES_MAX`, or the first one shows that these are no JSON Lines:
            each of them would be an event that can't be used.
    """
    begun = False
    for number, line in enumerate(iter(partial(stream.readline, LINE_BYTES_MAX + 1), b""), 1):
        if len(line) > LINE_BYTES_MAX:
            raise SourceFailed(f"{name}:{number}: a line over {LINE_BYTES_MAX >> 20} MiB; no JSON Lines?")
        value = line.strip() if number > 1 else line.removeprefix(codecs.BOM_UTF8).strip()
        if value and not begun:
            begun = True
            if value == b"{" or (value.startswith(b"[") and not value.endswith(b"]")):
                raise SourceFailed(
                    f"{name}:{number}: JSON over several lines; JSON Lines have an event in each line"
                )
            if value.startswith(b"<"):
                raise SourceFailed(
                    f"{name}:{number}: XML, not JSON Lines; the name of an XES log ends in .xes or .xes.gz"
                )
            if _is_binary(value):
                raise SourceFailed(
                    f"{name}: neither text in UTF-8 nor gzip; what is packed otherwise can come unpacked by a pipe"
                )
        if value:
            yield RawEvent(value, name, number)


def _is_binary(value: bytes) -> bool:
    """Tell whether a line is of a file of another kind: an event begins with a brace, even if it can't be used."""
    text = value.replace(b"\t", b"").decode(errors="surrogateescape")
    return not value.startswith(b"{") and not text.isprintable()
