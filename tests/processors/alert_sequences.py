"""Histories of a judged KPI for the property tests, and what every reader of its alerts may rely on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from processors.judge import HOLD_US, Judge
from processors.judging.terms import NO_TERMS, Terms
from processors.partition import Send, StateItem
from processors.publishing.records import rfc3339
from schemas.rule import Rule

START_US = 1_795_251_600_000_000
"""2026-11-21T09:00:00Z"""
MINUTE_US = 60_000_000
ALERTS, HISTORY = "crm.alerts", "crm.alerts.history"


class Kafka(NamedTuple):
    """A consumed record."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


def kpi_body(value: float | None, n: int, at_us: int, revision: int, **more: Any) -> bytes:
    """Return a KPI record as the roll-up publishes it, as far as the judge looks at it."""
    return orjson.dumps(
        {"value": value, "n": n, "as_of": rfc3339(at_us), "revision": revision, "unit": "seconds"} | more
    )


class Told(NamedTuple):
    """One message on the alert topic."""

    id: str
    revision: int
    reason: str
    record: dict[str, Any] | None

    @property
    def state(self) -> str:
        return "withdrawn" if self.record is None else str(self.record["state"])


def told(sends: Iterable[Send]) -> list[Told]:
    """Return what was sent to the alert topic, and check that the history is its copy."""
    messages, history, alerts = [], [], []
    for send in sends:
        assert send.key is not None
        record = None if send.value is None else orjson.loads(send.value)
        if send.topic == HISTORY:
            history.append((send.key, send.value))
            continue
        headers = {name: value.decode() for name, value in send.headers}
        revision = int(headers["revision"]) if record is None else record["revision"]
        reason = headers["reason"] if record is None else record["reason"]
        messages.append(Told(send.key.decode(), revision, reason, record))
        if record is not None:
            alerts.append((send.key, send.value))
            assert record["id"] == send.key.decode()
    assert history == alerts
    return messages


@dataclass
class Installation:
    """A judge with its topics: the log it reads, its changelog, what it told. It can crash and restart."""

    rules: dict[str, Rule]
    durable: bool = True
    terms: Terms = NO_TERMS
    now_us: int = START_US
    log: list[Kafka] = field(default_factory=list)
    changelog: list[StateItem] = field(default_factory=list)
    unwritten: list[list[StateItem]] = field(default_factory=list)
    messages: list[Told] = field(default_factory=list)
    kpi_revision: int = 0
    restarts: int = 0

    def __post_init__(self) -> None:
        self.judge = self._start()

    def _start(self) -> Judge:
        judge = Judge(self.rules, ALERTS, HISTORY, durable=self.durable, terms=self.terms)
        judge.restore(self.changelog[: len(self.changelog) // 2])
        judge.restore(self.changelog[len(self.changelog) // 2 :])
        judge.restored()
        judge.wait_for(len(self.log) - 1)
        return judge

    def publish(self, key: str, value: bytes | None) -> None:
        """Put a KPI record into the log, now."""
        self.log.append(Kafka(len(self.log), self.now_us // 1000, key.encode(), value))

    def consume(self, most: int = 1_000_000) -> list[Told]:
        """Let the judge read on."""
        begin = self.judge.cut + 1
        return self._told(self.judge.process(self.log[begin : begin + most], self.now_us))

    def tick(self) -> list[Told]:
        """Tick until nothing more is to be told."""
        found = []
        while sends := self.judge.tick(self.now_us):
            found += self._told(sends)
        return found

    def checkpoint(self) -> None:
        """Write state, all of it."""
        self.write()
        self.unwritten = self.judge.snapshot()
        self.write()

    def write(self) -> None:
        """Finish writing what the last snapshot gave."""
        for group in self.unwritten:
            self.changelog += group
        self.unwritten = []

    def crash(self, written_groups: int = 0, part: int = 0, rules: dict[str, Rule] | None = None) -> None:
        """Die while a snapshot is being written: so many groups, and some records of the next, are there."""
        for group in self.unwritten[:written_groups]:
            self.changelog += group
        for group in self.unwritten[written_groups : written_groups + 1]:
            self.changelog += [item for at, item in enumerate(group) if part >> (at % 8) & 1]
        self.unwritten = []
        self.restarts += 1
        self.rules = self.rules if rules is None else rules
        self.judge = self._start()

    def settle(self) -> list[Told]:
        """Read all, and let what is decided become durable and be told."""
        found = self.consume() + self.tick()
        self.now_us += HOLD_US
        found += self.tick()
        for _ in range(3):
            self.checkpoint()
            found += self.tick()
        return found

    def _told(self, sends: list[Send]) -> list[Told]:
        messages = told(sends)
        self.messages += messages
        return messages


def distinct(messages: Iterable[Told]) -> dict[tuple[str, int], Told]:
    """Return the messages by id and revision; two with the same must be the same."""
    found: dict[tuple[str, int], Told] = {}
    for message in messages:
        assert found.setdefault((message.id, message.revision), message) == message
    return dict(sorted(found.items()))


def assert_trustworthy(messages: Iterable[Told]) -> None:
    """What any reader may rely on: one open alert an id at most, nothing resolves that had not fired."""
    episodes: dict[str, tuple[str, str]] = {}
    for message in distinct(messages).values():
        state, starts_at = episodes.get(message.id, ("none", ""))
        record = message.record
        if record is None:
            assert state in ("pending", "resolved"), f"{message.reason}: withdrew what was {state}"
            del episodes[message.id]
            continue
        if state in ("pending", "firing", "no_data"):
            assert record["starts_at"] == starts_at, "two open alerts under one id"
            assert record["state"] != "pending" or state == "pending"
        else:
            assert record["state"] in ("pending", "firing"), f"{record['state']} without an open alert"
        if record["state"] in ("resolved", "no_data"):
            assert state in ("firing", "no_data"), f"{record['state']} without a fire"
        assert (record["ends_at"] is not None) == (record["state"] == "resolved")
        assert record["starts_at"][:19] <= record["updated_at"][:19]
        episodes[message.id] = (record["state"], record["starts_at"])
