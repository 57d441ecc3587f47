"""Whatever happens to alerts, receivers, clocks and the process, people are told the truth, and not twice."""

from collections import Counter
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.json import decode

from processors.notify.queue import GIVE_UP_US, Item
from schemas.alert import AlertState
from schemas.message import Message, Occasion
from schemas.notified import Notified
from tests.processors.notify.timeline import FILE, START_US, Installation, acknowledgement, alert, silence

SECOND_US = 1_000_000
RECEIVERS = ("sales", "pager")
RULES = ("a", "b", "c")

FILES = {
    "one by one": FILE.replace("[rule, team]", "[id]"),
    "together": FILE.replace("[rule, team]", "[]"),
    "each end": FILE.replace("[rule, team]", "[]") + "  resolved: each\n",
    "by severity": FILE.replace("[rule, team]", "[rule]")
    + "  routes: {pages: {match: {severity: critical}, receivers: [pager], continue: true}, rest: {}}\n",
    "all of it": FILE.replace("[rule, team]", "[]")
    + "  repeat_interval: 20m\n  cool_down: 3m\n  escalate_after: 10m\n  escalate_to: [pager]\n"
    + "  rate_limit: {messages: 3, per: 10m}\n"
    + "inhibit: [{source: {rule: a}, target: {rule: b}}]\n",
}

STEP = st.one_of(
    st.tuples(
        st.just("alert"),
        st.sampled_from(RULES),
        st.sampled_from(["pending", "firing", "firing", "no_data", "resolved", "gone"]),
        st.sampled_from(["warning", "warning", "critical"]),
    ),
    st.tuples(st.just("pass"), st.sampled_from([31, 31, 301, 601, 1201])),
    st.tuples(st.just("pass"), st.sampled_from([31, 301])),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 30, 31, 300, 301, 1200, 86_400])),
    st.tuples(st.just("decide")),
    st.tuples(st.just("save")),
    st.tuples(
        st.just("send"),
        st.sampled_from(RECEIVERS),
        st.sampled_from(["ok", "ok", "partly", "later", "refused", "lost"]),
    ),
    st.tuples(st.just("crash")),
    st.tuples(st.just("silence"), st.sampled_from(RULES), st.sampled_from([0, 60, 3600])),
    st.tuples(st.just("ack"), st.sampled_from(RULES)),
    st.tuples(st.just("clock"), st.sampled_from([-3600, -5, 5])),
    st.tuples(st.just("again")),
)


class World(Installation):
    """An installation to which things happen; it notes what receivers got."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.episodes: dict[str, int] = {}
        self.now_of: dict[str, Any] = {}
        self.got: dict[str, list[Message]] = {receiver: [] for receiver in RECEIVERS}
        self.in_flight: dict[str, Item] = {}
        self.repeats_max = 0
        """How many messages may have been repeated: of those that arrived nobody knew it after a crash."""
        self.partly: set[str] = set()
        """Messages that some of a receiver's people got before the others."""
        self.revision = 0

    def happens(self, step: tuple[Any, ...]) -> None:
        """Let one thing happen."""
        match step:
            case "alert", rule, state, severity:
                self._alert(rule, state, severity)
            case (("wait" | "clock"), seconds):
                self.now_us += seconds * SECOND_US
            case "pass", seconds:
                self.now_us += seconds * SECOND_US
                self.decide()
                self.save()
            case ("decide",):
                self.decide()
            case ("save",):
                self.save()
            case "send", receiver, fate:
                self._send(receiver, fate)
            case ("crash",):
                self._crash()
            case "silence", rule, seconds:
                minute = (self.now_us - START_US) / 60e6
                self.revision += 1
                self.publish(silence(f"s-{rule}", minute, minute + seconds / 60, rule=rule))
            case "ack", rule:
                if rule in self.now_of:
                    self.publish(acknowledgement(self.now_of[rule], (self.now_us - START_US) / 60e6))
            case ("again",):
                for id_, (value, appended_us) in self.alerts.items():
                    self.notifier.take_alert(id_, value, appended_us)

    def _alert(self, rule: str, state: str, severity: str) -> None:
        known = self.now_of.get(rule)
        if state in ("resolved", "no_data", "gone") and (known is None or known.state is AlertState.RESOLVED):
            return
        if known is None or known.state is AlertState.RESOLVED:
            self.episodes[rule] = self.episodes.get(rule, 0) + 1
        if state == "gone":
            del self.now_of[rule]
            self.withdraw(known.id)
            return
        self.revision += 1
        now = alert(rule, state=state, began=self.episodes[rule], severity=severity, revision=self.revision)
        self.now_of[rule] = now
        self.publish(now)

    def _send(self, receiver: str, fate: str) -> None:
        item = self.attempt(receiver)
        if item is None:
            return
        message = item.queued.message
        if fate in ("ok", "lost", "partly") and not item.reached:
            self.got[receiver].append(message)  # of several people those that are always to be reached
        if fate == "ok":
            self.notifier.fates.delivered(receiver, item, f"thread of {message.group}")
        elif fate == "partly":
            self.partly.add(message.id)
            thread = f"thread of {message.group}"
            self.notifier.fates.partly(receiver, item, "one of two", thread, self.now_us, 0.5)
        elif fate == "later":
            self.notifier.fates.later(receiver, item, "busy", self.now_us, 0.5, None)
        elif fate == "refused":
            self.notifier.fates.refused(receiver, item, "unknown")
        else:
            # It arrived, and the process was killed before anybody knew.
            self._crash()
            return
        self.save()

    def _crash(self) -> None:
        # What some have is tried again as long as the topic has it, be it that a newer message had passed it over.
        for value in self.notified.values():
            for queued in decode(value, type=Notified).queued:
                self.repeats_max += queued.message.id in {got.id for got in self.got[queued.receiver]}
        self.start()

    def settle(self) -> None:
        """Let everything come to rest: nothing changes any more, receivers take all."""
        for _ in range(40):
            self.now_us += 400 * SECOND_US
            self.decide()
            self.save()
            for receiver in RECEIVERS:
                for _ in range(50):
                    self._send(receiver, "ok")


def check(world: World) -> None:
    """Compare what receivers got with what may be said."""
    for receiver, messages in world.got.items():
        seen = Counter(message.id for message in messages)
        assert sum(times - 1 for times in seen.values()) <= world.repeats_max, receiver
        letters = {letter.message.id for letter in world.letters if letter.receiver == receiver}
        begun: set[str] = {letter.message.group for letter in world.letters if letter.receiver == receiver}
        last: dict[str, int] = {}
        for message in messages:
            # Words of one thread come in order; the last one may come again, in the same words.
            assert message.revision >= last.get(message.group, 0)
            last[message.group] = message.revision
            if message.occasion is Occasion.FIRING:
                begun.add(message.group)
            elif message.occasion in (Occasion.REMINDER, Occasion.WORSE) and receiver == "pager":
                begun.add(message.group)  # escalated: for them it begins in the middle
            assert message.group in begun, f"{message.occasion} of what {receiver} never heard of"
            assert message.id not in letters or message.id in world.partly or world.repeats_max


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.lists(STEP, max_size=40))
@example(
    "together", [("alert", "a", "firing", "warning"), ("wait", 31), ("decide",), ("crash",), ("decide",)]
)
@example(
    "all of it",
    [("alert", "a", "firing", "warning"), ("pass", 31), ("wait", 1200), ("decide",), ("send", "sales", "partly"),
     ("crash",)],
)  # fmt: skip
def test_people_are_told_the_truth_in_order(file: str, steps: list[tuple[Any, ...]]) -> None:
    """No word about what they never heard of, none twice but for a crash, none out of order."""
    world = World(FILES[file])
    for step in steps:
        world.happens(step)
    world.settle()
    check(world)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["one by one", "together", "each end"]), st.lists(STEP, max_size=40))
def test_in_the_end_everybody_knows_what_is_so(file: str, steps: list[tuple[Any, ...]]) -> None:
    """When nothing changes any more, what is open was told, what is over was told to be, and nothing is left."""
    world = World(FILES[file])
    for step in steps:
        if step[0] not in ("silence", "ack") and step[-1] != "refused" and step != ("wait", 86_400):
            world.happens(step)
    world.settle()

    told: dict[str, str] = {}
    for message in world.got["sales"]:
        shown = {one.id: one for one in message.alerts}
        if message.occasion is Occasion.RESOLVED:
            for id_ in [id_ for id_, group in told.items() if group == message.group]:
                del told[id_]
        for one in shown.values():
            if one.state in (AlertState.FIRING, AlertState.NO_DATA):
                told[one.id] = message.group
            else:
                told.pop(one.id, None)
    open_now = {
        one.id for one in world.now_of.values() if one.state in (AlertState.FIRING, AlertState.NO_DATA)
    }
    assert open_now <= set(told)
    if file == "one by one":
        assert set(told) == open_now
        assert len(world.notified) == len(open_now)
    assert not any(len(queue) for queue in world.notifier.queues.values())


HELD = FILES["one by one"] + "  resolved: each\ninhibit: [{source: {rule: a}, target: {rule: b}}]\n"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*FILES.values(), HELD]), st.lists(STEP, max_size=40))
@example(
    HELD,
    [("alert", "b", "firing", "warning"), ("pass", 31), ("send", "sales", "ok"), ("alert", "a", "firing", "warning"),
     ("alert", "b", "resolved", "warning"), ("alert", "b", "firing", "warning")],
)  # fmt: skip
def test_what_began_for_somebody_ends_for_them(file: str, steps: list[tuple[Any, ...]]) -> None:
    """When all is well and nothing is held back any more, the last word of every thread is that it is over."""
    world = World(file)
    for step in steps:
        if step[-1] != "refused" and step != ("wait", 86_400):
            world.happens(step)
    world.settle()
    for rule in RULES:
        world.happens(("alert", rule, "resolved", "warning"))
    world.settle()

    for messages in world.got.values():
        last = {message.group: message.occasion for message in messages}
        assert {*last.values()} <= {Occasion.RESOLVED}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.lists(STEP, max_size=30))
def test_nothing_is_said_while_nothing_changes(file: str, steps: list[tuple[Any, ...]]) -> None:
    """After all is told, restarts, repeats and the clock say nothing, but for reminders."""
    world = World(FILES[file])
    for step in steps:
        world.happens(step)
    world.settle()
    before = {receiver: len(messages) for receiver, messages in world.got.items()}
    for _ in range(3):
        world.happens(("crash",))
        world.happens(("again",))
        world.settle()

    for receiver, messages in world.got.items():
        assert {one.occasion for one in messages[before[receiver] :]} <= {Occasion.REMINDER}


def test_a_day_without_a_receiver_ends_in_a_letter() -> None:
    """What could not be delivered is kept elsewhere, with its reason; what is so then is told when it is back."""
    world = World(FILES["one by one"])
    world.happens(("alert", "a", "firing", "warning"))
    world.now_us += 31 * SECOND_US
    world.decide()
    world.save()
    while not world.letters:
        world.now_us += GIVE_UP_US // 200
        world._send("sales", "later")

    assert [(letter.receiver, letter.reason.value, letter.why) for letter in world.letters] == [
        ("sales", "given_up", "busy")
    ]
    assert GIVE_UP_US <= world.now_us - START_US < GIVE_UP_US * 1.1
