"""Time lines of notification: alerts at their times in, messages at their times out, without a clock.

line = Timeline(FILE)
line.at(1, alert("slow", team="north"))
line.wants(1, 2, "firing", "slow")       # a message between minute 1 and 2
line.run(60)                             # to minute 60; asserts that nothing else was sent
"""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from processors.notify.notifier import Notifier
from processors.notify.queue import Item
from processors.partition import StateItem
from processors.publishing.records import rfc3339
from schemas.alert import Alert, AlertState, Reason
from schemas.message import Message
from schemas.notified import Undelivered
from schemas.notify import NotifyFile, load_notify
from schemas.silence import Silence

MINUTE_US = 60_000_000
START_US = 1_795_251_600_000_000
"""Saturday 2026-11-21, 09:00 UTC."""
STEP_US = 1_000_000

FILE = """
receivers:
  sales: {type: slack, channel: "#sales", token_env: SLACK_TOKEN}
  pager: {type: pagerduty, routing_key_env: PAGER_KEY}
route:
  receivers: [sales]
  group_by: [rule, team]
  group_wait: 30s
  group_interval: 5m
"""

encode = msgspec.json.Encoder().encode


def at_us(minute: float) -> int:
    """Return the microseconds of a minute of the time line."""
    return START_US + round(minute * MINUTE_US)


def alert(
    rule: str = "slow", state: str = "firing", minute: float = 0, began: float = 0, **more: Any
) -> Alert:
    """Return an alert as it is at a minute; `team` and `rep` are dimensions."""
    dims = {name: more.pop(name) for name in ("rep", "team") if name in more}
    whose = ",".join(f"{name}={dims[name]}" for name in sorted(dims))
    fields: dict[str, Any] = {
        "id": f"{rule}|{whose}",
        "rule": rule,
        "severity": "warning",
        "state": AlertState(state),
        "reason": Reason.RECOVERED if state == "resolved" else Reason.ABOVE_THRESHOLD,
        "kpi": "response_time_p90",
        "window": "rolling_24h",
        "period": None,
        "dims": dims,
        "value": 5400,
        "threshold": 3600.0,
        "target": None,
        "n": 31,
        "unit": "seconds",
        "starts_at": rfc3339(at_us(began)),
        "updated_at": rfc3339(at_us(minute)),
        "ends_at": rfc3339(at_us(minute)) if state == "resolved" else None,
        "summary": f"Rule {rule}: of {whose or 'company'}.",
        "revision": at_us(minute) // 1000,
    }
    return Alert(**{**fields, **more})


def silence(id_: str, minute: float, until: float, **matchers: str) -> Silence:
    """Return a silence that lasts from one minute to another."""
    return Silence(
        id=id_, kind="silence", matchers=matchers, starts_at=rfc3339(at_us(minute)),
        ends_at=rfc3339(at_us(until)), author="eve", created_at=rfc3339(at_us(minute)),
        revision=at_us(minute) // 1000,
    )  # fmt: skip


def acknowledgement(of: Alert, minute: float, until: float = 10_000) -> Silence:
    """Return what says that somebody takes care of an alert's episode."""
    return Silence(
        id=f"ack-{of.id}", kind="acknowledgement", alert=of.id, episode=of.starts_at, severity=of.severity,
        starts_at=rfc3339(at_us(minute)), ends_at=rfc3339(at_us(until)), author="eve",
        created_at=rfc3339(at_us(minute)), revision=at_us(minute) // 1000,
    )  # fmt: skip


class Installation:
    """A notifier and what of it is durable; it may crash and start again."""

    def __init__(self, file: str | NotifyFile = FILE, hours: Any = None, zone: str = "UTC") -> None:
        self.file = load_notify(file, "notify.yaml") if isinstance(file, str) else file
        self._made = (ZoneInfo(zone), hours or {})
        self.alerts: dict[str, tuple[bytes, int]] = {}
        self.silences: dict[str, bytes] = {}
        self.notified: dict[bytes, bytes] = {}
        self._forgotten: dict[bytes, bytes] = {}
        """What has a tombstone: a log that is not compacted yet has both."""
        self.letters: list[Undelivered] = []
        self.now_us = START_US
        self.start()

    def start(self) -> None:
        """Start, from what is on the topics."""
        self.notifier = Notifier(self.file, *self._made)
        tombstones: list[StateItem] = [(key, None) for key in self._forgotten]
        self.notifier.restore([*self._forgotten.items(), *tombstones, *self.notified.items()])
        self.notifier.restored()
        for id_, said in self.silences.items():
            self.notifier.take_silence(id_, said)
        for id_, (value, appended_us) in self.alerts.items():
            self.notifier.take_alert(id_, value, appended_us)
        self.notifier.begin(self.now_us)

    def publish(self, what: Alert | Silence) -> None:
        """Append an alert or a silence to its topic."""
        value = encode(what)
        if isinstance(what, Silence):
            self.silences[what.id] = value
            self.notifier.take_silence(what.id, value)
        else:
            self.alerts[what.id] = (value, self.now_us)
            self.notifier.take_alert(what.id, value, self.now_us)

    def withdraw(self, id_: str) -> None:
        """Append a tombstone."""
        self.alerts.pop(id_, None)
        self.notifier.take_alert(id_, None, self.now_us)

    def decide(self) -> None:
        """Decide all that is due."""
        while self.notifier.tick(self.now_us):
            pass

    def save(self, durable: bool = True) -> list[StateItem]:
        """Write what changed; not `durable` is a crash before the write."""
        letters, items = self.notifier.buried(), self.notifier.unsaved()
        if durable:
            self.letters += letters
            for key, value in items:
                if value is None:
                    self._forgotten[key] = self.notified.pop(key)
                else:
                    self.notified[key] = value
            self.notifier.saved()
        return items

    def attempt(self, receiver: str) -> Item | None:
        """Take what is to be tried now."""
        return self.notifier.queues[receiver].next(self.now_us)


class Timeline(Installation):
    """An installation whose receivers take everything at once; what they got is compared with what was wanted."""

    def __init__(self, file: str = FILE, hours: Any = None, zone: str = "UTC") -> None:
        super().__init__(file, hours, zone)
        self._script: list[tuple[float, Any]] = []
        self._wanted: list[tuple[float, float, str, str, str]] = []
        self.got: list[tuple[float, str, Message]] = []
        """Minute, receiver, message."""

    def at(self, minute: float, *what: Any) -> None:
        """Say what happens at a minute: alerts, silences, or functions to be called."""
        self._script += [(minute, one) for one in what]

    def wants(self, first: float, last: float, occasion: str, title: str, to: str = "sales") -> None:
        """Say that a message is wanted between two minutes, with these words in its title."""
        self._wanted.append((first, last, occasion, title, to))

    def run(self, until: float) -> None:
        """Let time pass, and compare."""
        script, self._script = sorted(self._script, key=lambda one: one[0]), []
        while self.now_us <= at_us(until):
            while script and at_us(script[0][0]) <= self.now_us:
                what = script.pop(0)[1]
                what() if callable(what) else self.publish(what)
            self.deliver()
            self.now_us += STEP_US
        self._compare()

    def deliver(self) -> None:
        """Decide all that is due, and let receivers take it."""
        self.decide()
        self.save()
        for receiver in self.file.receivers:
            while (item := self.attempt(receiver)) is not None:
                self.got.append(((self.now_us - START_US) / MINUTE_US, receiver, item.queued.message))
                self.notifier.fates.delivered(receiver, item, None)
                self.save()

    def _compare(self) -> None:
        left = [*self.got]
        for first, last, occasion, title, to in self._wanted:
            for one in left:
                minute, receiver, message = one
                if (
                    (receiver, message.occasion.value) == (to, occasion)
                    and first <= minute <= last
                    and title in message.title
                ):
                    left.remove(one)
                    break
            else:
                raise AssertionError(
                    f"no {occasion} {title!r} to {to} in {first:g}–{last:g}; got {self._told()}"
                )
        ids = [(receiver, message.id) for _, receiver, message in self.got]
        assert len({*ids}) == len(ids), "a receiver would take one for a copy of another"
        assert not left, f"not wanted: {[(one[0], one[1], one[2].title) for one in left]}"

    def _told(self) -> list[tuple[float, str, str, str]]:
        return [(round(minute, 2), to, one.occasion.value, one.title) for minute, to, one in self.got]
