"""Directory: each rep's update is copied into every partition of `crm.activity`.

What a partition decides is then in its own log. A copy that comes twice is dropped as a duplicate, so
the stage needs no state.
"""

from collections.abc import Iterable, Mapping, Sequence

from processors.decode import decode
from processors.partition import OneTick, Record, Send, StateItem
from processors.reading.future import refuse_future
from processors.reading.sent_on import check_headers, dead_letter
from processors.track import COPY_HEADER
from schemas.dead_letter import DeadLetter, Reason, Unusable
from schemas.event import record_key
from schemas.events.directory import RepUpdated


class DirectoryCopier(OneTick):
    """One partition of `crm.directory`; a `PartitionProcessor`."""

    def __init__(
        self, partition: int, topic: str, activity: str, activity_partitions: int, dead_letters: str
    ):
        self.cut = -1
        self._partition = partition
        self._topic = topic
        self._activity = activity
        self._activity_partitions = activity_partitions
        self._dead_letters = dead_letters
        self._stats = {"updates": 0, **{f"dead_letters_{reason.value}": 0 for reason in Reason}}

    def restore(self, items: Iterable[StateItem]) -> None:
        """There is no state."""

    def restored(self) -> None:
        """There is no state."""

    def skip_to(self, offset: int) -> None:
        """Accept a gap in the log."""
        self.cut = offset - 1

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        """Copy updates to each partition; bury what is none."""
        sends: list[Send] = []
        for record in records:
            self.cut = record.offset
            try:
                event = decode(record.value, record.headers)
                # Here, once; each copy would be refused in its partition.
                refuse_future(event.t_us, record.timestamp * 1000)
                check_headers(record.headers)
                if event.type != RepUpdated.TYPE:
                    raise Unusable(Reason.UNKNOWN_TYPE, f"{event.type} does not belong in the directory")
            except Unusable as why:
                self._stats[f"dead_letters_{why.reason.value}"] += 1
                letter = DeadLetter(why.reason, why.sentence, self._topic, self._partition, record.offset)
                sends.append(dead_letter(self._dead_letters, record, letter))
                continue
            self._stats["updates"] += 1
            key = record_key(event).encode()
            headers = (*record.headers, COPY_HEADER)
            sends += [
                Send(self._activity, partition, key, record.value, headers)
                for partition in range(self._activity_partitions)
            ]
        return sends

    def snapshot(self) -> list[list[StateItem]]:
        """There is no state."""
        return []

    def tick(self, now_us: int) -> list[Send]:
        """Nothing moves with the clock."""
        return []

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters."""
        return self._stats
