"""What every source gives: an event's bytes, as they are, and where they came from."""

from typing import NamedTuple


class RawEvent(NamedTuple):
    """An event not decoded yet, and its place: a line of a file, or an event of a trace."""

    value: bytes
    file: str
    place: int | str

    @property
    def where(self) -> str:
        """`calls.jsonl:17`, or `log.xes.gz: trace 173688, event 4`."""
        return f"{self.file}:{self.place}" if isinstance(self.place, int) else f"{self.file}: {self.place}"


class SourceFailed(Exception):  # noqa: N818 - it is the file that failed
    """A file can't be read on; the message says which, where and why."""
