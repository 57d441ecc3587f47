"""What rules would have said of a history of events."""

import orjson
import pytest

from processors.virtual_time import rule_history
from processors.virtual_time.rule_history import Events
from schemas.dead_letter import Reason, Unusable
from schemas.kpi import kpi_key
from tests.oracle.telling import DAY, event, rep_updated
from tests.processors.past import RESTLESS, WALL_US, inquiries, open_rule, past

NORTH = kpi_key("open_inquiries", "now", None, {"team": "north"}).encode()


def steps(found: rule_history.History) -> list[tuple[str, str, str]]:
    """Return time of day, state and reason of each step told."""
    return [(one.updated_at[11:16], one.state, one.reason) for one in found.told]


def test_steps_at_the_times_of_the_events() -> None:
    """As the worker would have told them."""
    found = past({"many": open_rule()}, inquiries(RESTLESS))

    assert steps(found) == [
        ("09:10", "firing", "above_threshold"),
        ("09:20", "resolved", "recovered"),
        ("09:30", "firing", "above_threshold"),
        ("09:40", "resolved", "recovered"),
        ("09:50", "firing", "above_threshold"),
        ("10:40", "resolved", "recovered"),
    ]
    assert found.refused == {}
    assert found.complete


def test_what_came_to_nothing() -> None:
    """A pending alert that did not fire was told to nobody, and is counted."""
    found = past({"many": open_rule(**{"for": "30m"})}, inquiries(RESTLESS))

    assert [one.reason for one in found.withdrawn] == ["breach_ended", "breach_ended"]
    assert [one.at_us // 60_000_000 % 1440 for one in found.withdrawn] == [9 * 60 + 20, 9 * 60 + 40]
    assert steps(found)[-2:] == [("10:20", "firing", "above_threshold"), ("10:40", "resolved", "recovered")]


def test_files_in_any_order() -> None:
    """Events are taken at their own times: a log that goes case by case gives the same."""
    events = inquiries(RESTLESS)

    assert steps(past({"many": open_rule()}, events[::-1])) == steps(past({"many": open_rule()}, events))


def test_time_goes_on_between_events_and_to_the_end() -> None:
    """A rule's `for` is over though nothing happens."""
    events = [*inquiries([("09:00", 3)]), *inquiries([("12:00", 1)], team="south")]

    assert steps(past({"many": open_rule(**{"for": "1h"})}, events))[-1] == (
        "10:00", "firing", "above_threshold",
    )  # fmt: skip
    later = past({"many": open_rule(**{"for": "5h"})}, events, until=f"{DAY}T15:00:00Z")
    assert steps(later)[-1] == ("14:00", "firing", "above_threshold")


def test_the_tape_begins_with_the_first_breach() -> None:
    """What was before is of no interest to a rule that is harder to please; keys without alerts have no tape."""
    events = [*inquiries(RESTLESS), *inquiries([("09:00", 1), ("09:30", 2)], team="south")]

    found = past({"many": open_rule()}, events)

    assert list(found.tapes) == [NORTH]
    values = [orjson.loads(one.value or b"{}")["value"] for one in found.tapes[NORTH]]
    assert (values[0], values[-1]) == (3, 0)


def test_more_than_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tapes end, and say so; what is told does not depend on them."""
    monkeypatch.setattr(rule_history, "RECORDED_MAX", 2)
    found = past({"many": open_rule()}, inquiries(RESTLESS))

    assert not found.complete
    assert sum(map(len, found.tapes.values())) == 2
    assert len(found.told) == 6


def test_the_directory_is_known_wherever_it_stands() -> None:
    """As in `replay`: an export may have it last."""
    calls = [event("call.logged", f"09:00:3{second}", rep="ann") for second in range(3)]
    rule = open_rule(kpi="calls", window="day")

    found = past({"many": rule}, [*calls, rep_updated("09:00:10", "ann", "north")])

    assert [one.dims for one in found.told] == [{"team": "north"}]


def test_targets_of_what_no_rule_is_about() -> None:
    """The share of reps on target needs each rep's target, which is one for the revenue."""
    rule = open_rule(kpi="quota_attainment_share", window="month", above=0.5)
    target = {"kpi": "won_revenue", "window": "month", "period": DAY[:7], "dims": {"rep": "ann"}, "value": 10}
    events = [
        rep_updated("09:00", "ann", "north"),
        event("target.set", "09:00", **target),
        event("deal.created", "09:01", deal="d1", account="acme", rep="ann", stage="qualification"),
        event("deal.won", "09:02", deal="d1", account="acme", amount=20),
    ]

    assert [one.dims for one in past({"met": rule}, events).told] == [{"team": "north"}]


def test_what_can_not_be_used() -> None:
    """It is refused by name, and counted; so is what the engine finds out only later."""
    events = Events(WALL_US)
    with pytest.raises(Unusable):
        events.take(b"{")
    with pytest.raises(Unusable):
        events.take(orjson.dumps(event("call.logged", "2027-01-01T00:00:00Z", rep="ann")))

    assert len(events) == 0
    assert list(events.refused) == [Reason.BAD_JSON, Reason.FROM_FUTURE]


def test_copies_and_targets_that_can_show_nowhere() -> None:
    """A copy counts for nothing; such a target is named among what is not used."""
    target = {"kpi": "no_such_kpi", "window": "month", "period": DAY[:7], "dims": {}, "value": 10}
    call = event("call.logged", "09:00", rep="ann")
    found = past({"many": open_rule()}, [call, call, event("target.set", "09:00", **target)])

    assert (2, {Reason.BAD_FIELD: 1}) == (found.used, found.refused)


def test_events_after_the_end_are_left_out() -> None:
    """They are no mistakes."""
    events = Events(WALL_US)
    events.take(orjson.dumps(event("call.logged", "10:00", rep="ann")), until_us=0)

    assert (len(events), events.refused) == (0, {})
