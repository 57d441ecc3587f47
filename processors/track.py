"""Track: events become signed facts. One partition of `crm.activity`.

Nothing but the partition's own log decides: no clock (an event is from the future by its record's append
time), no other topic (the directory's updates are copied into the log). So a replay after a crash says
what the first pass said, and repeated facts are known by the offset of their event.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from processors.activity import Activity
from processors.compile import Plan
from processors.decode import decode
from processors.partition import OneTick, Record, Send, StateItem
from processors.reading import exact_json
from processors.reading.future import refuse_future
from processors.reading.sent_on import check_headers, dead_letter
from processors.subjects.alerts import Ended, Spread
from processors.targets import checked
from processors.tracking.tell_waiting import TellWaiting
from schemas.dead_letter import DeadLetter, Reason, Unusable
from schemas.event import Event, record_key
from schemas.events.directory import RepUpdated, TargetSet
from schemas.generation import FIRST, facts_key
from schemas.waiting import BEHIND_US, Kind, Waiting, WaitingMessage, encode_waiting

MESSAGE_EVENTS_MAX = 2_000
"""Events whose facts share a message on `crm.facts`."""
MESSAGE_BYTES_MAX = 4_194_304
"""A message that would be larger, half of what the topic takes, is divided between two events."""
COPY_HEADER = ("crm_copy", b"1")
"""Marks a directory update that the engine copied into the partition."""


class TrackTopics(NamedTuple):
    """Where tracking publishes; full names."""

    activity: str
    directory: str
    targets: str
    facts: str
    dead_letters: str
    waiting: str = "waiting"


class Tracker(OneTick):
    """One partition of tracking; a `PartitionProcessor`."""

    def __init__(
        self,
        plan: Plan,
        partition: int,
        topics: TrackTopics,
        dedup_horizon_us: int,
        generation: int = FIRST,
        waits: Collection[Kind] = (),
    ):
        """`waits`: of which kinds of entity it is told what waits."""
        self._calendar = plan.calendar
        self._partition = partition
        self._topics = topics
        self._facts_key = facts_key(partition, generation)
        self._generation = generation
        self._activity = Activity(plan, dedup_horizon_us, tells_roster=partition == 0, waits=waits)
        if generation != FIRST:
            self._activity.quiet_until = None
        self.clock_ahead_us = 0
        """How far this machine's clock is ahead of that by which the activity was appended."""
        self._appended_ms = 0
        """When the last record that was read was appended, by this machine's clock: as the facts' time is."""
        self._stats: dict[str, int] = dict.fromkeys(("rekeyed", "forwarded"), 0)
        self._stats.update({f"dead_letters_{reason.value}": 0 for reason in Reason})

    @property
    def cut(self) -> int:
        """The source offset up to which the state is true; -1 when nothing was processed."""
        return self._activity.cut

    @property
    def quiet_until(self) -> int | None:
        """Up to where dead letters and what belongs elsewhere were published by an earlier generation of state.

        None until it is known (`take_over`): a rebuild publishes nothing of the kind.
        """
        return self._activity.quiet_until

    def take_over(self, quiet_until: int) -> None:
        """Go on where the generation before has come to: what it published is not published again."""
        self._activity.quiet_until = quiet_until

    def learn(self, event: Event) -> None:
        """Take an update of the directory ahead of all activity."""
        self._activity.learn(event, -1)

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        self._activity.restore(items)

    def restored(self) -> None:
        """The changelog is at its end."""
        self._activity.restored()

    def snapshot(self) -> list[list[StateItem]]:
        """Serialise what changed; see `Activity`."""
        return self._activity.snapshot()

    def skip_to(self, offset: int) -> None:
        """Accept a gap in the log."""
        self._activity.cut = offset - 1

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        """Digest records; return facts, dead letters, and what belongs elsewhere."""
        sends: list[Send] = []
        for start in range(0, len(records), MESSAGE_EVENTS_MAX):
            self._process_slice(records[start : start + MESSAGE_EVENTS_MAX], sends)
            if self._activity.waiting is not None:
                self._tell_waiting(self._activity.waiting, now_us, sends)
        return sends

    def _process_slice(self, records: Sequence[Record], sends: list[Send]) -> None:
        rows: list[tuple[Any, ...]] = []
        before, quiet_until = self.cut, self.quiet_until
        for record in records:
            offset = record.offset
            try:
                event = decode(record.value, record.headers)
                refuse_future(event.t_us, record.timestamp * 1000)
                account = event.data.account
                in_place = account is not None and account.encode() == record.key
                if not in_place and self._belongs_elsewhere(record, event, sends):
                    continue
                self._activity.tell(event, offset, rows, event.type != RepUpdated.TYPE)
            except Unusable as why:
                self._bury(record, why, sends)
                continue
        last = self._activity.cut = records[-1].offset
        self._appended_ms = records[-1].timestamp + self.clock_ahead_us // 1000
        # The roll-up waits for tracking to have come as far as the generation before: tell it, be it without facts.
        if rows or (quiet_until is not None and before < quiet_until <= last):
            self._tell_facts(rows, last, sends)

    def _tell_facts(self, rows: Sequence[tuple[Any, ...]], last: int, sends: list[Send]) -> None:
        """Publish the facts of all events up to the offset `last`."""
        message = exact_json.dumps((self._partition, last, rows, self._appended_ms))
        middle = _between_events(rows) if len(message) > MESSAGE_BYTES_MAX else 0
        if middle:
            self._tell_facts(rows[:middle], rows[middle - 1][0], sends)
            self._tell_facts(rows[middle:], last, sends)
        else:
            sends.append(Send(self._topics.facts, 0, self._facts_key, message))

    def _belongs_elsewhere(self, record: Record, event: Event, sends: list[Send]) -> bool:
        """Send on what stands in the wrong topic or under the wrong key; say whether it did."""
        headers = tuple(record.headers)
        kind = event.type
        if kind == RepUpdated.TYPE:
            if COPY_HEADER in headers:
                return False
            topic, partition = self._topics.directory, 0
        elif kind == TargetSet.TYPE:
            # Here it has an offset to be buried with; on its own topic every start would read it again.
            checked(event, self._calendar)
            topic, partition = self._topics.targets, 0
        else:
            key = record_key(event).encode()
            if key == record.key:
                return False
            check_headers(headers)
            self._stats["rekeyed"] += 1
            self._tell(Send(self._topics.activity, None, key, record.value, headers), record, sends)
            return True
        check_headers(headers)
        self._stats["forwarded"] += 1
        self._tell(Send(topic, partition, record_key(event).encode(), record.value, headers), record, sends)
        return True

    def _bury(self, record: Record, why: Unusable, sends: list[Send]) -> None:
        self._stats[f"dead_letters_{why.reason.value}"] += 1
        letter = DeadLetter(why.reason, why.sentence, self._topics.activity, self._partition, record.offset)
        self._tell(dead_letter(self._topics.dead_letters, record, letter), record, sends)

    def _tell(self, send: Send, record: Record, sends: list[Send]) -> None:
        """Publish what is no fact, unless a generation before has done so."""
        quiet_until = self.quiet_until
        if quiet_until is not None and record.offset > quiet_until:
            sends.append(send)

    def _tell_waiting(self, waiting: TellWaiting, now_us: int, sends: list[Send]) -> None:
        """Tell what waits, or waits no more, after a slice; while behind, be it only that there is more to come."""
        rows = waiting.changes()
        if rows or self._appended_ms * 1000 < now_us - BEHIND_US:
            self._send_waiting(sends, rows)

    def _send_waiting(
        self, sends: list[Send], rows: list[Waiting], complete: dict[Kind, int] | None = None
    ) -> None:
        message = WaitingMessage(
            generation=self._generation,
            offset=self.cut,
            appended_ms=self._appended_ms,
            rows=rows,
            anew=complete is not None,
            complete=complete or {},
        )
        sends.append(Send(self._topics.waiting, self._partition, self._facts_key, encode_waiting(message)))

    def tick(self, now_us: int) -> list[Send]:
        """Nothing moves with the clock; but what waits is told anew where it was not told before, a part at a time."""
        activity, sends = self._activity, list[Send]()
        # Not before it is as far as the generation before it was: else what that told would be taken back.
        if (
            activity.waiting is not None
            and activity.quiet_until is not None
            and activity.cut >= activity.quiet_until
            and (part := activity.waiting.anew(activity.cut)) is not None
        ):
            self._send_waiting(sends, *part)
        return sends

    @property
    def alert_times(self) -> Mapping[Ended, Spread]:
        """How long alerts went on; see `Activity`."""
        return self._activity.alert_times

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, and how much is kept."""
        waiting = self._activity.waiting
        return {
            **self._activity.stats,
            **self._stats,
            "waiting_rows": 0 if waiting is None else waiting.rows,
        }


def _between_events(rows: Sequence[tuple[Any, ...]]) -> int:
    """Return where, next to their middle, the facts of one event end and those of another begin; 0 for nowhere."""
    bounds = [at for at in range(1, len(rows)) if rows[at][0] != rows[at - 1][0]]
    return min(bounds, key=lambda at: abs(2 * at - len(rows)), default=0)
