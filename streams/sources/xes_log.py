"""Reads the traces of an XES log as they stand in the file, one at a time, in little memory."""

from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from streams.sources.raw import SourceFailed

CHUNK_BYTES = 1 << 16

Attributes = dict[str, str]


class Trace(NamedTuple):
    """A trace's attributes by key, and those of its events in the order of the file. All are texts."""

    attributes: Attributes
    events: list[Attributes]


def read_traces(stream: BinaryIO, name: str) -> Iterator[Trace]:
    """Yield the traces of an XES document, with or without a namespace.

    An event that stands in none is one by itself, without attributes. Attributes inside attributes, lists and
    containers, and those of the log itself, are passed over.

    Raises:
        SourceFailed: not well-formed XML (with line and column), or no XES.
    """
    # Expat itself, not ElementTree: no tree to clear, and a third of the time.
    parser = expat.ParserCreate()
    handlers = _Handlers()
    parser.StartElementHandler = handlers.start
    parser.EndElementHandler = handlers.end
    try:
        while chunk := stream.read(CHUNK_BYTES):
            parser.Parse(chunk, False)
            while handlers.traces:
                yield handlers.traces.popleft()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise SourceFailed(f"{name}:{error.lineno}: column {error.offset + 1}: not XML: {what}") from error
    except (LookupError, ValueError) as error:
        # An encoding that Python does not know, or expat does not take.
        raise SourceFailed(f"{name}:1: not readable XML: {error}") from error
    except _NotXesError as error:
        raise SourceFailed(f"{name}:{parser.CurrentLineNumber}: {error}") from error
    yield from handlers.traces


class _NotXesError(Exception):
    pass


class _Handlers:
    """Gathers traces. The depth of an element tells an event's own attributes from attributes of those."""

    def __init__(self) -> None:
        self.traces: deque[Trace] = deque()
        self._depth = 0
        self._trace: Trace | None = None
        self._current: Attributes | None = None
        self._current_depth = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        depth = self._depth = self._depth + 1
        if self._current is not None and depth == self._current_depth + 1:
            key = attributes.get("key")
            if key is not None:
                value = attributes.get("value")
                if value is not None:
                    self._current[key] = value
                return
        if depth > 3:
            return
        kind = tag.rpartition(":")[2]
        if depth == 1:
            if kind != "log":
                raise _NotXesError(f"no XES log: the document is a <{tag}>, not a <log>")
        elif depth == 2 and kind == "trace":
            self._trace = Trace({}, [])
            self._current, self._current_depth = self._trace.attributes, depth
        elif depth == 2 and kind == "event":
            self._current, self._current_depth = {}, depth
            self._trace = Trace({}, [self._current])
        elif depth == 3 and kind == "event" and self._trace is not None:
            self._current, self._current_depth = {}, depth
            self._trace.events.append(self._current)

    def end(self, tag: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if depth == 3 and self._current_depth == 3 and self._trace is not None:
            self._current, self._current_depth = self._trace.attributes, 2
        elif depth == 2 and self._trace is not None:
            self.traces.append(self._trace)
            self._trace = self._current = None
