"""Which topic and key a raw event belongs under, and a tally of what went by."""

from collections import Counter
from dataclasses import dataclass, field

from processors.decode import decode
from processors.partition import Send
from processors.track import COPY_HEADER
from schemas.dead_letter import Reason, Unusable
from schemas.event import Event, record_key
from schemas.events.directory import RepUpdated, TargetSet
from streams.sources.raw import RawEvent
from streams.topics import ACTIVITY_BYTES_MAX, Topics

#: What a record costs beside its value (key, lengths, the batch's head); generous.
OVERHEAD_BYTES = 4_096
EXAMPLES_MAX = 10


@dataclass
class Tally:
    """What was published, and what the engine will not be able to use."""

    #: Published events, whatever is in them.
    events: int = 0
    #: Those that can be read, by type.
    by_type: Counter[str] = field(default_factory=Counter)
    #: Those that can't, by reason: published all the same, so that the worker keeps them as dead letters.
    unreadable: Counter[Reason] = field(default_factory=Counter)
    #: Not published, since no topic takes a record of that size.
    refused: int = 0
    #: The first unreadable or refused ones: where, why.
    examples: list[str] = field(default_factory=list)


class Router:
    """Makes records of raw events."""

    def __init__(self, topics: Topics, activity_partitions: int) -> None:
        self._activity = topics.activity.name
        self._directory = topics.directory.name
        self._targets = topics.targets.name
        self._partitions = range(activity_partitions)
        self.tally = Tally()

    def read(self, raw: RawEvent) -> Event | None:
        """Return the event, or None, having counted it, where it can't be read."""
        try:
            return decode(raw.value)
        except Unusable as why:
            self.tally.unreadable[why.reason] += 1
            self._note(f"{raw.where}: {why.reason}: {why.sentence}")
            return None

    def sends(self, raw: RawEvent, event: Event | None) -> list[Send]:
        """Return the records to publish for an event, having counted it; None is one that can't be read.

        An update of the directory goes to its own topic, and, as the engine would do it later, into every
        partition of the activity: so it is ahead of what follows, whether a worker runs or not.
        """
        value = raw.value
        if len(value) > ACTIVITY_BYTES_MAX - OVERHEAD_BYTES:
            self.tally.refused += 1
            self._note(f"{raw.where}: {len(value)} bytes: too large to be published")
            return []
        self.tally.events += 1
        if event is None:
            return [Send(self._activity, None, None, value)]
        self.tally.by_type[event.type] += 1
        key = record_key(event).encode()
        if isinstance(event.data, RepUpdated):
            copies = (Send(self._activity, number, key, value, (COPY_HEADER,)) for number in self._partitions)
            return [Send(self._directory, 0, key, value), *copies]
        if isinstance(event.data, TargetSet):
            return [Send(self._targets, 0, key, value)]
        return [Send(self._activity, None, key, value)]

    def _note(self, sentence: str) -> None:
        if len(self.tally.examples) < EXAMPLES_MAX:
            self.tally.examples.append(sentence)
