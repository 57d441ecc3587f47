"""Whatever the order of events, copies, clocks and crashes: in the end what is overdue by the events alone fires."""

from collections.abc import Iterable, Sequence
from math import inf
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.alerts.clock_hold import READ_MAX_US
from tests.processors.engine import PLAN
from tests.processors.overdue_floor import MINUTE_US, START_US, Floor, assert_trustworthy, rules_of

RULES = rules_of(
    late="kind: inquiry, limits: {warning: 1h, critical: 3h}",
    work="kind: inquiry, business: true, limits: {info: 2h}",
    stuck="kind: deal, limits: {warning: 2h}, where: {team: north}",
    cold="kind: lead, limits: {info: 30m}",
    asked="kind: quote, limits: {info: 90m}",
)
HOUR_US = 60 * MINUTE_US
WHO = (("ann", "north"), ("bob", "south"))


class Happened(NamedTuple):
    """An event."""

    t_us: int
    id: str
    kind: str
    entity: str
    who: int
    stage: str | None = None


# What an account's events are about: one entity of each kind, two accounts.
KINDS = (
    "inquiry.received", "inquiry.received", "inquiry.answered", "inquiry.resolved", "inquiry.reopened",
    "quote.requested", "quote.sent",
    "lead.created", "lead.qualified", "call.logged",
    "deal.created", "deal.created", "deal.stage_changed", "deal.owner_changed", "deal.won", "deal.reopened",
)  # fmt: skip

EVENT = st.tuples(
    st.just("event"), st.sampled_from(KINDS), st.sampled_from(["acme", "blue"]), st.integers(0, 1),
    st.sampled_from([0, 0, 0, 1, 20, 45, 70, 130, 250]), st.sampled_from(["new", "offer"]),
)  # fmt: skip
WAIT = st.tuples(st.just("wait"), st.sampled_from([0, 1, 11, 31, 61, 61, 130, 1500]))
TRACK = st.tuples(st.just("track"), st.sampled_from([1, 2, 99, 99]))
JUDGE = st.tuples(st.just("judge"), st.sampled_from([1, 99, 99]))
TICK, SNAPSHOT = st.just(("tick",)), st.just(("snapshot",))
CRASH = st.tuples(st.sampled_from(["crash tracker", "crash overdue"]), st.integers(0, 4), st.integers(0, 255))
COPY = st.tuples(st.just("copy"), st.integers(0, 9))
RESTART = st.just(("restart",))
ASK = st.just(("event", "inquiry.received", "acme", 0, 0, "new"))
ANSWER = st.tuples(
    st.just("event"), st.just("inquiry.answered"), st.just("acme"), st.just(0), st.sampled_from([0, 45]),
    st.just("new"),
)  # fmt: skip
HOUR = st.just(("wait", 61))
CRASH_OVERDUE = st.tuples(st.just("crash overdue"), st.integers(0, 2), st.integers(0, 255))
Step = tuple[Any, ...]


def scripts() -> st.SearchStrategy[list[Step]]:
    """Return histories: things that belong together, and single things between."""
    together = (
        st.tuples(EVENT, TRACK, JUDGE),
        st.tuples(EVENT, WAIT, TRACK, JUDGE, WAIT, TICK),
        st.tuples(EVENT, TRACK, JUDGE, st.just(("wait", 61)), TICK, SNAPSHOT, SNAPSHOT, TICK),
        st.tuples(WAIT, TICK, SNAPSHOT, SNAPSHOT, TICK),
        st.tuples(EVENT, TRACK, JUDGE, SNAPSHOT, EVENT, TRACK, JUDGE, CRASH, TRACK, JUDGE),
        st.tuples(SNAPSHOT, TRACK, CRASH, TRACK, JUDGE, CRASH),
        # The clock decides, and what it decided is lost, or written and lost, before or after it was told.
        st.tuples(ASK, TRACK, JUDGE, HOUR, TICK, CRASH_OVERDUE, ANSWER, TRACK, JUDGE),
        st.tuples(ASK, TRACK, JUDGE, HOUR, TICK, ANSWER, TRACK, JUDGE, CRASH_OVERDUE),
        st.tuples(ASK, TRACK, JUDGE, HOUR, TICK, SNAPSHOT, TICK, CRASH_OVERDUE, ANSWER, TRACK, JUDGE),
        st.tuples(
            ASK, TRACK, JUDGE, HOUR, TICK, SNAPSHOT, SNAPSHOT, TICK, ANSWER, TRACK, JUDGE, CRASH_OVERDUE
        ),
    )
    single = (EVENT, WAIT, TRACK, JUDGE, TICK, SNAPSHOT, CRASH, COPY, RESTART)
    chosen = st.one_of(*together, *(st.tuples(one) for one in single))
    return st.lists(chosen, min_size=3, max_size=12).map(
        lambda found: [step for some in found for step in some]
    )


def run(place: Floor, steps: Iterable[Step]) -> list[Happened]:
    """Let it all happen; return the events."""
    events: list[Happened] = []
    unread_min: float = inf
    for step in steps:
        if step[0] in ("judge", "crash overdue"):
            unread_min = inf if step[0] == "judge" else 0
        match step:
            case ("event", kind, account, who, ago, stage):
                happened = Happened(
                    place.now_us - ago * MINUTE_US, f"{len(place.tracking.log):03}", kind, account, who, stage
                )
                events.append(happened)
                append(place, happened)
            case ("copy", back) if events:
                append(place, events[-1 - back % len(events)])
            case ("wait", minutes):
                unread_min += minutes
                if minutes and unread_min * MINUTE_US >= READ_MAX_US:
                    place.judge()  # who is alive has read what there is long before; who just started may have not
                place.now_us += minutes * MINUTE_US
            case ("track", most):
                place.track(most)
                place.tick_tracker()
            case ("judge", most):
                place.judge(most)
            case ("tick",):
                place.tick()
            case ("snapshot",):
                place.snapshot()
            case ("crash tracker", groups, part):
                place.crash_tracker(groups, part)
            case ("crash overdue", groups, part):
                place.crash_overdue(groups, part)
            case ("restart",):
                place.restart()
    return events


def append(place: Floor, event: Happened) -> None:
    """Put an event into the log."""
    rep, team = WHO[event.who]
    subject = event.kind.partition(".")[0]
    data: dict[str, Any] = {"rep": rep, "team": team}
    match subject:
        case "inquiry":
            data["conversation"] = f"{event.entity}-c"
        case "quote" | "deal" | "lead":
            data[subject] = f"{event.entity}-{subject[0]}"
    if event.kind == "deal.created":
        data["stage"] = event.stage
    elif event.kind == "deal.stage_changed":
        data["to_stage"] = event.stage
    elif event.kind == "lead.created":
        data["contact"] = {}
    place.append(event.kind, event.t_us, event.entity, name=event.id, **data)


# The reference: each kind's question, answered by looking at all events at once.

Truth = tuple[int, tuple[str, str]]
"""since when it waits, and who has it."""


def of_inquiry(events: Sequence[Happened]) -> Truth | None:
    """The first receipt after the last that closed; whoever is named last has it."""
    own = [event for event in events if event.kind.startswith("inquiry")]
    closed = [n for n, event in enumerate(own) if event.kind in ("inquiry.answered", "inquiry.resolved")]
    asked = [event for event in own[closed[-1] + 1 if closed else 0 :] if event.kind == "inquiry.received"]
    return (asked[0].t_us, WHO[own[-1].who]) if asked else None


def of_quote(events: Sequence[Happened]) -> Truth | None:
    """The first request, unless it was sent after that."""
    own = [event for event in events if event.kind.startswith("quote")]
    asked = [event for event in own if event.kind == "quote.requested"]
    if not asked or any(event.kind == "quote.sent" and event[:2] > asked[0][:2] for event in own):
        return None
    return asked[0].t_us, WHO[own[-1].who]


def of_lead(events: Sequence[Happened]) -> Truth | None:
    """The creation, unless somebody called since or qualified it at all."""
    created = [event for event in events if event.kind == "lead.created"]
    if not created or any(event.kind == "lead.qualified" for event in events):
        return None
    if any(event.kind == "call.logged" and event[:2] >= created[0][:2] for event in events):
        return None
    return created[0].t_us, WHO[created[-1].who]


def of_deal(events: Sequence[Happened]) -> Truth | None:
    """The last of creation, change to another stage and end of a decision; who owns it has it."""
    owners = [event for event in events if event.kind in ("deal.created", "deal.owner_changed")]
    stage, won, created, since = None, False, False, 0
    for event in events:
        was = (stage, won, created)
        if event.kind == "deal.stage_changed" or (event.kind == "deal.created" and not created):
            stage = event.stage
        created = created or event.kind == "deal.created"
        won = event.kind == "deal.won" or (won and event.kind != "deal.reopened")
        since = event.t_us if (stage, won, created) != was else since
    return (since, WHO[owners[-1].who]) if created and not won else None


QUESTIONS = {"inquiry": of_inquiry, "quote": of_quote, "lead": of_lead, "deal": of_deal}


def expected(events: Iterable[Happened], now_us: int) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what fires at a moment: by rule and entity, how severe and with whom."""
    in_order = sorted({event.id: event for event in reversed([*events])}.values())
    found = {}
    for name, rule in RULES.items():
        for account in ("acme", "blue"):
            truth = QUESTIONS[rule.kind]([event for event in in_order if event.entity == account])
            if truth is None:
                continue
            since_us, (rep, team) = truth
            if team not in rule.where.by.get("team", {team}):
                continue
            passed = PLAN.business_time.business_us(since_us, now_us) if rule.business else now_us - since_us
            reached = [level.severity for level in rule.levels if level.limit_us <= passed]
            if reached:
                letter = "c" if rule.kind == "inquiry" else rule.kind[0]
                found[f"{name} {account}-{letter}"] = (reached[-1], {"rep": rep, "team": team})
    return found


@settings(max_examples=500, deadline=None)
@given(scripts())
def test_what_fires_in_the_end(steps: list[Step]) -> None:
    """It is a function of the events alone, and on the way nobody was told anything that contradicts itself."""
    place = Floor(RULES)
    events = run(place, steps)
    place.settle()

    firing = {
        key: (alert["severity"], alert["dims"])
        for key, alert in place.alerts.items()
        if alert["state"] == "firing"
    }
    assert expected(events, place.now_us) == firing
    assert_trustworthy(place.messages)
    counted = {
        (rule, severity): n
        for (rule, severity, state), n in place.overdue.alerts.items()
        if n and state == "firing"
    }
    assert sum(counted.values()) == len(firing)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([0, 5, 30, 59, 60, 61, 90, 200]), min_size=2, max_size=8, unique=True),
    st.data(),
)
def test_what_was_answered_in_time_is_taken_back(minutes: list[int], data: st.DataObject) -> None:
    """Inquiries and answers in turn, heard in any order: alerts stay resolved as late, or critical, only where one was."""
    place = Floor(RULES)
    minutes = sorted(minutes)
    kinds = ["inquiry.received", "inquiry.answered"] * len(minutes)
    events = [
        Happened(START_US + minute * MINUTE_US, f"{n}", kinds[n], "acme", 0)
        for n, minute in enumerate(minutes)
    ][: len(minutes) // 2 * 2]
    place.now_us = START_US + 200 * MINUTE_US
    for event in data.draw(st.permutations(events)):
        append(place, event)
        place.track()
        place.judge()
        place.settle()

    waited_us = [answer.t_us - asked.t_us for asked, answer in zip(events[::2], events[1::2], strict=True)]
    late = any(waited > HOUR_US for waited in waited_us)
    alert = place.alerts.get("late acme-c")
    assert alert is None or alert["state"] == "resolved"
    if not late and alert is not None:
        assert "answered_in_time" == alert["reason"]
    if alert is not None and alert["severity"] == "critical":
        assert max(waited_us) > 3 * HOUR_US
    assert_trustworthy(place.messages)
