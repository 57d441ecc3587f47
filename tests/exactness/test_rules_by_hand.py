"""The rules of the contract's KPIs, each in a small case counted by hand; live, and over a file."""

from typing import Any, NamedTuple

import orjson
import pytest

from processors.replay import Replay
from tests.oracle.moments import instant
from tests.oracle.telling import event, rep_updated
from tests.processors.engine import PLAN, Engine, Shown
from tests.processors.tracked import WEEK_US

AS_OF = "2026-03-04T23:00:00Z"
LONG_AFTER = "2026-06-01T00:00:00Z"


class Case(NamedTuple):
    """Events, and what some keys say after them; None: the key does not exist, or says nothing (n 0)."""

    name: str
    events: list[dict[str, Any]]
    expected: dict[str, Any]


def call(time: str, **data: Any) -> dict[str, Any]:
    return event("call.logged", time, **data)


def received(time: str, **data: Any) -> dict[str, Any]:
    return event("inquiry.received", time, **{"conversation": "c", **data})


def answered(time: str, **data: Any) -> dict[str, Any]:
    return event("inquiry.answered", time, **{"conversation": "c", **data})


def created(time: str, deal: str = "d", **data: Any) -> dict[str, Any]:
    return event("deal.created", time, deal=deal, **{"stage": "qualification", **data})


def deal(kind: str, time: str, deal: str = "d", **data: Any) -> dict[str, Any]:
    return event(f"deal.{kind}", time, deal=deal, **data)


def about(percentile: float) -> Any:
    return pytest.approx(percentile, rel=0.01)


ACTIVITY = [
    Case(
        "counts by company, team, rep and channel",
        [call("09:00", rep="ann", team="north", channel="phone"), call("10:00", rep="bob", team="north")],
        {
            "calls|all_time|": (2, 2), "calls|all_time|team=north": (2, 2), "calls|all_time|rep=ann": (1, 1),
            "calls|all_time|channel=phone": (1, 1), "calls|day:2026-03-04|": (2, 2), "calls|rolling_24h|": (2, 2),
            "calls|day:2026-03-03|": None, "calls|now|": None, "calls|all_time|rep=bob,team=north": None,
        },
    ),
    Case(
        "activities are calls, e-mails sent and meetings held",
        [call("09:00"), event("email.sent", "09:00"), event("meeting.held", "09:00"),
         event("meeting.scheduled", "09:00"), event("meeting.canceled", "09:00")],
        {
            "activities|all_time|": (3, 3), "meetings_scheduled|all_time|": (1, 1),
            "meetings_held|all_time|": (1, 1), "emails_sent|all_time|": (1, 1),
        },
    ),
    Case(
        "an absent rep counts for team and company only",
        [call("09:00", team="north"), call("09:00")],
        {
            "calls|all_time|": (2, 2), "calls|all_time|team=north": (1, 1),
            "calls|all_time|team=unassigned": (1, 1), "calls|all_time|rep=": None,
        },
    ),
    Case(
        "copies are dropped, whatever they say",
        [call("09:00", id="x", rep="ann"), call("10:00", id="x", rep="bob"), call("09:00", id="x", source="other")],
        {"calls|all_time|": (2, 2), "calls|all_time|rep=bob": None},
    ),
    Case(
        "the team is the event's, else the directory's at its time, else unassigned",
        [rep_updated("08:00", "ann", "north"), rep_updated("12:00", "ann", "south"), call("07:59:59", rep="ann"),
         call("08:00", rep="ann"), call("11:59:59", rep="ann"), call("12:00", rep="ann"),
         call("13:00", rep="ann", team="own")],
        {
            "calls|all_time|rep=ann": (5, 5), "calls|all_time|team=unassigned": (1, 1),
            "calls|all_time|team=north": (2, 2), "calls|all_time|team=south": (1, 1),
            "calls|all_time|team=own": (1, 1),
        },
    ),
]  # fmt: skip

RESPONSES = [
    Case(
        "from the earliest open inquiry to the answer that closes all",
        [received("09:00"), received("09:20"), answered("09:30", rep="ann", team="north"), answered("09:40", rep="bob")],
        {
            "response_time_mean|all_time|": (1800.0, 1), "response_time_mean|all_time|rep=ann": (1800.0, 1),
            "response_time_mean|all_time|rep=bob": None, "response_time_p50|all_time|": (about(1800), 1),
            "open_inquiries|now|": None,
        },
    ),
    Case(
        "resolving closes without a response",
        [received("09:00"), event("inquiry.resolved", "09:10", conversation="c"), answered("09:30")],
        {"response_time_mean|all_time|": None, "response_within_1h|all_time|": None, "open_inquiries|now|": None},
    ),
    Case(
        "an answer before the inquiry is none, at the same time by id",
        [answered("09:00", id="b"), received("09:00", id="a"), received("10:00", id="z", conversation="e"),
         answered("10:00", id="y", conversation="e")],
        {"response_time_mean|all_time|": (0.0, 1), "open_inquiries|now|": (1, 1)},
    ),
    Case(
        "at the limit is within it",
        [received("09:00"), answered("10:00"), received("11:00"), answered("12:00:00.000001")],
        {"response_within_1h|all_time|": (0.5, 2), "response_within_24h|all_time|": (1.0, 2)},
    ),
    Case(
        "percentiles are nearest rank",
        [one for n in range(10) for one in (received("09:00", conversation=f"c{n}"), answered(f"09:{n + 1:02}", conversation=f"c{n}"))],
        {
            "response_time_p50|all_time|": (about(300), 10), "response_time_p90|all_time|": (about(540), 10),
            "response_time_mean|all_time|": (330.0, 10),
        },
    ),
    Case(
        "the answer's channel is its own, else its inquiry's",
        [received("09:00", channel="web"), answered("09:10"), received("10:00", channel="web"),
         answered("10:30", channel="chat")],
        {
            "response_time_mean|all_time|channel=web": (600.0, 1), "response_time_mean|all_time|channel=chat": (1800.0, 1),
        },
    ),
    Case(
        "open inquiries are for who received them",
        [received("09:00", rep="ann", team="north", channel="web"), received("09:10", rep="bob", team="south"),
         received("09:00", conversation="e", rep="ann", team="north")],
        {
            "open_inquiries|now|": (3, 3), "open_inquiries|now|rep=ann": (2, 2), "open_inquiries|now|team=south": (1, 1),
            "open_inquiries|now|channel=web": (2, 2), "open_inquiries|day:2026-03-04|": None,
        },
    ),
    Case(
        "counted when answered",
        [received("2026-03-03T23:00:00Z"), answered("01:00")],
        {
            "response_time_mean|day:2026-03-04|": (7200.0, 1), "response_time_mean|day:2026-03-03|": None,
            "response_time_mean|week:2026-W10|": (7200.0, 1),
        },
    ),
]  # fmt: skip

DEALS = [
    Case(
        "of several creations the first",
        [created("09:00", rep="ann"), created("10:00", rep="bob")],
        {"deals_created|all_time|": (1, 1), "deals_created|all_time|rep=bob": None, "win_rate|all_time|": (0.0, 1)},
    ),
    Case(
        "both sides of the win rate count at their own time",
        [created("2026-03-03T09:00:00Z"), created("2026-03-03T09:00:00Z", "e"), deal("won", "09:00", amount=5)],
        {
            "win_rate|week:2026-W10|": (0.5, 2), "win_rate|day:2026-03-03|": (0.0, 2), "win_rate|day:2026-03-04|": None,
            "deals_won|day:2026-03-04|": (1, 1), "won_revenue|day:2026-03-03|": None,
        },
    ),
    Case(
        "of decided deals",
        [deal("won", "09:00", "a"), deal("lost", "09:00", "b"), deal("canceled", "09:00", "c"), created("09:00", "d")],
        {
            "win_rate_decided|all_time|": (1 / 3, 3), "deals_lost|all_time|": (1, 1), "deals_canceled|all_time|": (1, 1),
            "win_rate|all_time|": (1.0, 1),
        },
    ),
    Case(
        "the last decision decides, for whom and how much",
        [deal("lost", "09:00", rep="ann"), deal("won", "10:00", rep="bob", amount=5), deal("won", "11:00", rep="eve", amount=7)],
        {
            "deals_lost|all_time|": None, "deals_won|all_time|": (1, 1), "won_revenue|all_time|rep=eve": (7, 1),
            "won_revenue|all_time|rep=bob": None,
        },
    ),
    Case(
        "won in September and reopened in October is no longer won in September",
        [deal("won", "2026-02-20T09:00:00Z", amount=5), deal("reopened", "09:00")],
        {"deals_won|month:2026-02|": None, "deals_won|all_time|": None, "average_deal_size|all_time|": None},
    ),
    Case(
        "the amount known so far, in order of time; unknown is 0",
        [created("09:00", amount=1), deal("amount_changed", "10:00", amount=2.25), deal("won", "11:00"),
         deal("amount_changed", "12:00", amount=9), deal("won", "11:00", "e")],
        {"won_revenue|all_time|": (2.25, 2), "average_deal_size|all_time|": (1.125, 2)},
    ),
    Case(
        "without a rep it is the owner's, in the team that the owner was in at the time",
        [rep_updated("08:00", "ann", "north"), rep_updated("10:30", "ann", "south"), created("09:00", rep="ann"),
         deal("won", "11:00", amount=5), created("09:00", "e", rep="ann", team="own"),
         deal("owner_changed", "10:00", "e", rep="bob"), deal("lost", "11:00", "e")],
        {
            "won_revenue|all_time|rep=ann": (5, 1), "won_revenue|all_time|team=south": (5, 1),
            "deals_created|all_time|team=north": (1, 1), "deals_created|all_time|team=own": (1, 1),
            "deals_lost|all_time|rep=bob": (1, 1), "deals_lost|all_time|team=unassigned": (1, 1),
        },
    ),
    Case(
        "dimensions come from earlier events of the deal, and from nowhere else",
        [call("08:00", deal="d", product="call", region="call"), created("09:00", product="p", segment="s"),
         deal("stage_changed", "09:30", to_stage="discovery", product="q"), deal("won", "10:00", amount=5)],
        {
            "won_revenue|all_time|product=q": (5, 1), "won_revenue|all_time|product=p": None,
            "won_revenue|all_time|segment=s": (5, 1), "won_revenue|all_time|region=call": None,
            "deals_created|all_time|product=p": (1, 1), "deals_created|all_time|product=call": None,
        },
    ),
    Case(
        "transitions, from null, the stage known or the one given",
        [created("09:00", rep="ann"), deal("stage_changed", "10:00", to_stage="discovery"),
         deal("stage_changed", "11:00", to_stage="proposal", from_stage="qualification"), deal("won", "12:00")],
        {
            "stage_transitions|all_time|": (3, 3), "stage_transitions|all_time|rep=ann": (3, 3),
            "stage_transitions|all_time|from_stage=,to_stage=qualification": (1, 1),
            "stage_transitions|all_time|from_stage=qualification,to_stage=discovery": (1, 1),
            "stage_transitions|all_time|from_stage=qualification,to_stage=proposal": (1, 1),
            "stage_transitions|all_time|from_stage=discovery,to_stage=proposal": None,
            "stage_transitions|all_time|to_stage=proposal": None,
        },
    ),
    Case(
        "conversion of neighbours, in the window of the first entry; skipped is not entered",
        [created("2026-03-03T09:00:00Z", rep="ann", team="north"), created("2026-03-03T09:00:00Z", "e", rep="bob", team="north"),
         deal("stage_changed", "10:00", to_stage="discovery", rep="bob"), deal("stage_changed", "10:00", "e", to_stage="proposal")],
        {
            "stage_conversion|day:2026-03-03|from_stage=qualification,to_stage=discovery": (0.5, 2),
            "stage_conversion|day:2026-03-03|from_stage=qualification,rep=ann,to_stage=discovery": (1.0, 1),
            "stage_conversion|day:2026-03-03|from_stage=qualification,team=north,to_stage=discovery": (0.5, 2),
            "stage_conversion|day:2026-03-04|from_stage=discovery,to_stage=proposal": (0.0, 1),
            "stage_conversion|day:2026-03-04|from_stage=qualification,to_stage=discovery": None,
            "stage_conversion|all_time|": None, "stage_conversion|all_time|rep=ann": None,
            "stage_conversion|all_time|from_stage=qualification,to_stage=proposal": None,
        },
    ),
    Case(
        "time in stages, counted when left; reopened begins a new stay",
        [created("09:00"), deal("stage_changed", "10:00", to_stage="discovery"), deal("won", "12:00"),
         deal("reopened", "13:00"), deal("lost", "14:00")],
        {
            "time_in_stage_mean|all_time|": (4800.0, 3), "time_in_stage_mean|all_time|stage=qualification": (3600.0, 1),
            "time_in_stage_mean|all_time|stage=discovery": (5400.0, 2),
        },
    ),
    Case(
        "the sales cycle begins with the earliest follow-up",
        [event("email.sent", "08:00", deal="d"), created("09:00", segment="s"), event("meeting.scheduled", "07:00", deal="d"),
         deal("won", "11:00"), deal("won", "11:00", "unfollowed"), call("11:00:01", deal="unfollowed")],
        {
            "sales_cycle_mean|all_time|": (10800.0, 1), "sales_cycle_p50|all_time|": (about(10800), 1),
            "sales_cycle_mean|all_time|segment=s": (10800.0, 1),
        },
    ),
    Case(
        "money of any size is exact",
        [deal("won", "10:00", f"d{n}", amount=9_000_000_000_000) for n in range(4)] + [deal("won", "10:00", amount=0.1)],
        {"won_revenue|all_time|": (36_000_000_000_000.1, 5)},
    ),
]  # fmt: skip

CASES = [*ACTIVITY, *RESPONSES, *DEALS]


def differences(case: Case, shown: Any) -> dict[str, tuple[Any, Shown | None]]:
    """Return the keys that say something else than expected."""
    found = {key: shown(key) for key in case.expected}
    return {
        key: (wanted, found[key])
        for key, wanted in case.expected.items()
        if (wanted if wanted is not None else 0)
        != (found[key] if wanted is not None else (found[key] or (0, 0))[1])
    }


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_over_a_file(case: Case, backwards: bool) -> None:
    """A replay says what was counted by hand, in whatever order the events stand."""
    copies = {
        event_["id"] for event_ in case.events if sum(one["id"] == event_["id"] for one in case.events) > 1
    }
    events = case.events[::-1] if backwards and not copies else case.events
    engine = Replay(PLAN, arrival_us=instant(LONG_AFTER), dedup_horizon_us=WEEK_US, as_of_us=instant(AS_OF))
    for one in events:
        engine.learn(orjson.dumps(one))
    for one in events:
        engine.take(orjson.dumps(one))
    records = {record.key.decode(): (record.value, record.n) for record in engine.records("all")}

    assert {} == differences(case, records.get)


@pytest.mark.parametrize("partitions", [1, 3])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_live(case: Case, partitions: int) -> None:
    """The same, event by event through tracking and roll-up, with a restart before each; last come first."""
    engine = Engine(partitions=partitions)
    updates = [one for one in case.events if one["type"] == "crm.rep.updated"]
    others = [one for one in case.events if one["type"] != "crm.rep.updated"]
    copies = len({(one["source"], one["id"]) for one in others}) < len(others)
    engine.say(AS_OF, *updates)
    for one in others if copies else others[::-1]:
        engine.restart()
        engine.say(AS_OF, one)

    assert {} == differences(case, engine.shown)
    assert [] == engine.cluster.problems


def test_an_update_that_comes_late_moves_nothing_live() -> None:
    """It counts from then on, until a rebuild."""
    engine = Engine()
    engine.say(AS_OF, call("10:00", rep="ann"))
    engine.say(AS_OF, rep_updated("09:00", "ann", "north"))
    engine.say(AS_OF, call("10:00", rep="ann"))

    assert [(1, 1), (1, 1)] == [
        engine.shown(f"calls|all_time|team={team}") for team in ("unassigned", "north")
    ]
