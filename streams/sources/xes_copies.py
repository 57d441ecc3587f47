"""Events of an XES log that have the id of another one: whoever reads them counts them as its copies."""

from streams.sources.xes_mapping import XesMapping, placeholders


class Copies:
    """Counts them in one log, and keeps few ids for that: an id of trace and place is repeated where a trace is."""

    def __init__(self, mapping: XesMapping) -> None:
        self._id = mapping.id
        self._lacks = [f"{{{name}}}" for name in ("case", "index") if name not in placeholders(mapping.id)]
        self._seen: set[str] = set()
        self._case_is_repeated = False
        self._repeated_case = ""
        self._events = 0
        self._copies = 0

    def begin(self, case: str | None) -> None:
        """A trace begins."""
        self._case_is_repeated = not self._lacks and case is not None and case in self._seen
        if self._case_is_repeated:
            self._repeated_case = case or ""
        elif not self._lacks and case is not None:
            self._seen.add(case)

    def take(self, id: str | None) -> None:
        """Count an event of the trace; one without an id is a copy of none."""
        self._events += 1
        if not self._lacks:
            self._copies += self._case_is_repeated
        elif id is not None:
            self._copies += id in self._seen
            self._seen.add(id)

    @property
    def sentence(self) -> str | None:
        """What is to be told of them; None where there are none."""
        if not self._copies:
            return None
        why = (
            f"the mapping's id {self._id!r} lacks {' and '.join(self._lacks)}"
            if self._lacks
            else f"traces have the same name, as {self._repeated_case!r}"
        )
        return f"{self._copies:,} of {self._events:,} events count as copies of others with their id: {why}"
