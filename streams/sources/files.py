"""The files a command was given, as one run of events: JSON Lines and XES, each told by its name."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from schemas.events.directory import RepUpdated
from streams.sources.jsonl import read_jsonl
from streams.sources.open_file import STDIN, OpenFile, comes_once, open_file
from streams.sources.raw import RawEvent, SourceFailed
from streams.sources.xes import read_xes
from streams.sources.xes_mapping import XesMapping

XES_SUFFIXES = (".xes", ".xes.gz")


class EventFiles:
    """Events of several files in the order given; iterate as often as you like, if `rewindable`."""

    def __init__(
        self,
        paths: Sequence[str],
        mapping: XesMapping | None = None,
        names: Mapping[str, str] = MappingProxyType({}),
        tell: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        """Take the paths; `-` is standard input, names in `XES_SUFFIXES` are logs and need the mapping.

        `names`: by path, how a file is called in messages where that is not its path. `tell` hears once of each log
        of which no event is used, or some have the id of another.

        Raises:
            SourceFailed: files are missing, a log has no mapping or a mapping no log; every such file is named.
        """
        problems = [problem for path in paths if (problem := _problem(path, mapping))]
        if paths.count(STDIN) > 1:
            problems.append("standard input (-) can be read only once")
        if mapping is not None and not problems and not any(map(is_xes, paths)):
            given = ", ".join(names.get(path, path) for path in paths)
            problems.append(
                f"{given}: a mapping is for XES logs; their names end in {' or '.join(XES_SUFFIXES)}"
            )
        if problems:
            raise SourceFailed("\n".join(problems))
        self._paths = tuple(paths)
        self._mapping = mapping
        self._names = names
        self._tell = tell
        self._told: set[str] = set()
        self._current: OpenFile | None = None
        self._bytes_before = 0
        #: False when standard input or a pipe is among the files: it comes once, and may pause.
        self.rewindable = not any(map(comes_once, paths))
        #: False when the files can't be trusted to be in order of time: a log goes trace by trace.
        self.in_time_order = not any(map(is_xes, paths))
        #: False when no file can hold updates of the directory, so that nobody need look for them.
        self.may_update_directory = not all(map(is_xes, paths)) or _maps_updates(mapping)
        #: Size of all files on disk, to measure progress by; None where it isn't known beforehand.
        self.bytes_total = sum(Path(path).stat().st_size for path in paths) if self.rewindable else None

    @property
    def bytes_read(self) -> int:
        """How much of `bytes_total` has been read in the iteration under way."""
        return self._bytes_before + (self._current.position if self._current else 0)

    def __iter__(self) -> Iterator[RawEvent]:
        """Yield the events. Raises `SourceFailed` where a file can't be read on."""
        self._bytes_before = 0
        for path in self._paths:
            with open_file(path) as opened:
                self._current = opened
                name = self._names.get(path, opened.name)
                if is_xes(path):
                    assert self._mapping is not None
                    yield from read_xes(opened.stream, name, self._mapping, self._tell_once)
                else:
                    yield from read_jsonl(opened.stream, name)
                self._bytes_before, self._current = self.bytes_read, None

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)


def is_xes(path: str) -> bool:
    """Tell whether this name is that of an XES log."""
    return path.lower().endswith(XES_SUFFIXES)


def _maps_updates(mapping: XesMapping | None) -> bool:
    return mapping is not None and any(rule.type == RepUpdated.TYPE for rule in mapping.rules)


def _problem(path: str, mapping: XesMapping | None) -> str | None:
    if path == STDIN:
        return None
    if not os.path.exists(path):  # Path.exists raises where a name is too long
        return f"{path}: no such file"
    if os.path.isdir(path):
        return f"{path}: a directory, not a file"
    if is_xes(path) and mapping is None:
        return f"{path}: an XES log needs a mapping file that says what its events are: --mapping"
    return None
