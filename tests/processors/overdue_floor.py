"""Tracking and overdue with the topics between them, and what every reader of absence alerts may rely on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from processors.overdue import START_HOLD_US, Overdue
from processors.partition import PartitionProcessor, StateItem
from processors.publishing.records import rfc3339
from processors.track import Tracker, TrackTopics
from schemas.generation import FIRST
from schemas.rules.absence import AbsenceRule, load_absences
from schemas.severity import rank
from schemas.waiting import WaitingMessage, decode_waiting
from tests.processors.alert_sequences import ALERTS, HISTORY, Told, distinct, told
from tests.processors.engine import PLAN, Rec

START_US = 1_795_424_400_000_000
"""2026-11-23T09:00:00Z, a Monday."""
MINUTE_US = 60_000_000
WEEK_US = 7 * 86_400_000_000
TOPICS = TrackTopics("activity", "directory", "targets", "facts", "dead-letters", "waiting")


def rules_of(**yaml: str) -> dict[str, AbsenceRule]:
    """Return absence rules, each written in one line."""
    lines = "".join(f"  {name}: {{{rule}}}\n" for name, rule in yaml.items())
    return load_absences(f"absences:\n{lines}" if lines else "rules: {}", "rules.yaml")


@dataclass
class Side:
    """A stage: its processor, what it reads, and what it wrote."""

    log: list[Rec] = field(default_factory=list)
    changelog: list[StateItem] = field(default_factory=list)
    unwritten: list[list[StateItem]] = field(default_factory=list)

    def write(self) -> None:
        """Finish writing what the last snapshot gave."""
        for group in self.unwritten:
            self.changelog += group
        self.unwritten = []

    def write_some(self, groups: int, part: int) -> None:
        """Die while writing: so many groups, and some records of the next, are there."""
        for group in self.unwritten[:groups]:
            self.changelog += group
        for group in self.unwritten[groups : groups + 1]:
            self.changelog += [item for at, item in enumerate(group) if part >> (at % 8) & 1]
        self.unwritten = []

    def restore(self, processor: PartitionProcessor) -> None:
        """Give a new processor what was written."""
        half = len(self.changelog) // 2
        processor.restore(self.changelog[:half])
        processor.restore(self.changelog[half:])
        processor.restored()


class Floor:
    """One partition of both stages. Each can crash and restart by itself."""

    def __init__(self, rules: Mapping[str, AbsenceRule], *, durable: bool = True):
        self.rules = dict(rules)
        self.working = PLAN.business_time
        self.now_us = START_US
        self.generation = FIRST
        self.messages: list[Told] = []
        self.tracking, self.overduing = Side(), Side()
        self._durable = durable
        self.tracker, self.overdue = self._tracker(), self._overdue()

    def _tracker(self) -> Tracker:
        waits = frozenset(rule.kind for rule in self.rules.values())
        tracker = Tracker(PLAN, 0, TOPICS, WEEK_US, self.generation, waits)
        self.tracking.restore(tracker)
        return tracker

    def _overdue(self) -> Overdue:
        overdue = Overdue(self.rules, self.working, ALERTS, HISTORY, durable=self._durable)
        self.overduing.restore(overdue)
        overdue.wait_for(len(self.overduing.log) - 1)
        return overdue

    # Events

    def append(self, kind: str, t_us: int, account: str, *, name: str | None = None, **data: Any) -> None:
        """Put an event into the log of the activity, now."""
        id_ = name or f"{len(self.tracking.log)}"
        event = {
            "specversion": "1.0", "source": "test", "id": id_, "type": f"crm.{kind}", "time": rfc3339(t_us),
            "data": {"account": account, **data},
        }  # fmt: skip
        log = self.tracking.log
        log.append(Rec(len(log), self.now_us // 1000, account.encode(), orjson.dumps(event)))

    def event(self, kind: str, minute: float, account: str = "acme", **data: Any) -> list[Told]:
        """Let an event happen at a minute, be read at once by both stages, and return what was told."""
        self.append(kind, START_US + round(minute * MINUTE_US), account, **data)
        self.track()
        return self.judge()

    # Stages

    def track(self, most: int = 1_000_000) -> list[WaitingMessage]:
        """Let tracking read on; return what it told of what waits."""
        begin = self.tracker.cut + 1
        return self._waiting(self.tracker.process(self.tracking.log[begin : begin + most], self.now_us))

    def tick_tracker(self, most: int = 1_000_000) -> list[WaitingMessage]:
        """Tick tracking until it has nothing more, or so many times."""
        found = []
        while most and (sends := self.tracker.tick(self.now_us)):
            found += self._waiting(sends)
            most -= 1
        return found

    def _waiting(self, sends: Sequence[Any]) -> list[WaitingMessage]:
        found = []
        log = self.overduing.log
        for send in sends:
            if send.topic == TOPICS.waiting:
                assert send.partition == 0
                log.append(Rec(len(log), self.now_us // 1000, send.key, send.value))
                found.append(decode_waiting(send.value))
        return found

    def judge(self, most: int = 1_000_000) -> list[Told]:
        """Let overdue read on; return what it told."""
        begin = self.overdue.cut + 1
        return self._told(self.overdue.process(self.overduing.log[begin : begin + most], self.now_us))

    def tick(self) -> list[Told]:
        """Tick overdue until nothing more is to be told."""
        found = []
        while sends := self.overdue.tick(self.now_us):
            found += self._told(sends)
        return found

    def clock(self, minute: float) -> list[Told]:
        """Let the clock come to a minute; with checkpoints, as often as it takes to tell all."""
        self.now_us = START_US + round(minute * MINUTE_US)
        found = self.tick()
        for _ in range(3 if self._durable else 0):
            self.checkpoint()
            found += self.tick()
        return found

    def _told(self, sends: Sequence[Any]) -> list[Told]:
        messages = told(sends)
        self.messages += messages
        return messages

    # Checkpoints and crashes

    def snapshot(self) -> None:
        """Begin a checkpoint of both; the one before is written whole by now."""
        for side, processor in ((self.tracking, self.tracker), (self.overduing, self.overdue)):
            side.write()
            side.unwritten = processor.snapshot()

    def checkpoint(self) -> None:
        """Write state, all of it."""
        self.snapshot()
        self.tracking.write()
        self.overduing.write()

    def crash_tracker(self, groups: int = 0, part: int = 0) -> None:
        """Restart tracking from what was written."""
        self.tracking.write_some(groups, part)
        self.tracker = self._tracker()

    def crash_overdue(self, groups: int = 0, part: int = 0) -> None:
        """Restart overdue from what was written."""
        self.overduing.write_some(groups, part)
        self.overdue = self._overdue()

    def restart(self, rules: Mapping[str, AbsenceRule] | None = None) -> None:
        """Stop both as SIGTERM does, and start them, perhaps with other rules."""
        self.checkpoint()
        self.rules = self.rules if rules is None else dict(rules)
        self.crash_tracker()
        self.crash_overdue()

    def settle(self) -> None:
        """Read all, and let what is decided become durable and be told."""
        self.track()
        self.tick_tracker()
        self.judge()
        self.tick()
        self.now_us += START_HOLD_US
        for _ in range(3):
            self.tick()
            self.checkpoint()
        self.tick()

    @property
    def alerts(self) -> dict[str, dict[str, Any]]:
        """The latest record of each alert on the compacted topic, by rule and entity."""
        last = {message.id: message for message in distinct(self.messages).values()}
        records = [message.record for message in last.values() if message.record is not None]
        return {f"{record['rule']} {record['entity']}": record for record in records}


def states(messages: Iterable[Told]) -> list[tuple[str, str, str]]:
    """Return state, severity and reason of messages."""
    return [
        (message.state, message.record["severity"] if message.record else "", message.reason)
        for message in messages
    ]


def assert_trustworthy(messages: Iterable[Told]) -> None:
    """What any reader may rely on: one open alert an id at most, nothing resolves that had not fired."""
    episodes: dict[str, tuple[str, str, str]] = {}
    for message in distinct(messages).values():
        state, starts_at, severity = episodes.get(message.id, ("none", "", ""))
        record = message.record
        if record is None:
            assert state == "resolved", f"{message.reason}: withdrew what was {state}"
            del episodes[message.id]
            continue
        if record["state"] == "resolved":
            again = record["reason"] == "answered_in_time" or (
                record["reason"] == "answered" and rank(record["severity"]) < rank(severity)
            )
            assert state == "firing" or (state == "resolved" and again), "said again for nothing"
            assert rank(record["severity"]) <= rank(severity), "worse than was told"
            assert record["starts_at"] == starts_at
        elif state == "firing":
            assert record["starts_at"] == starts_at, "two open alerts under one id"
            assert record["reason"] != "overdue"
        else:
            assert record["reason"] == "overdue"
            assert state == "none" or record["starts_at"][:19] >= starts_at[:19]
        assert (record["ends_at"] is not None) == (record["state"] == "resolved")
        assert record["reason"] != "escalated" or record["severity"] != severity
        episodes[message.id] = (record["state"], record["starts_at"], record["severity"])
