"""Which target applies, whatever the order in which it was said."""

import json
from itertools import permutations
from typing import Any

import pytest

from processors.calendar import Calendar
from processors.partition import Record, Send
from processors.targets import Outcome, Target, Targets, group_of, usable_targets
from schemas.dead_letter import Reason
from schemas.kpi import kpi_key
from tests.oracle.moments import instant
from tests.processors.engine import Rec
from tests.processors.event_records import as_binary, dump

ARRIVED_MS = instant("2026-11-21T12:00:00Z") // 1000
KEY = "won_revenue|month:2026-11|team=north"
NORTH = ("won_revenue", "month", "2026-11", "team=north")


def target_set(
    value: float = 100, at: str = "2026-11-01T09:00:00Z", id_: str = "1", **data: Any
) -> dict[str, Any]:
    """Return a `crm.target.set` for the north's month."""
    said = {"kpi": "won_revenue", "window": "month", "period": "2026-11", "dims": {"team": "north"}}
    return {
        "specversion": "1.0", "source": "crm/targets", "id": id_, "type": "crm.target.set", "time": at,
        "data": {**said, "value": value, **data},
    }  # fmt: skip


def record(event: dict[str, Any] | None, key: str = KEY) -> Record:
    """Return a record of `crm.targets`; None is a tombstone."""
    return Rec(0, ARRIVED_MS, key.encode(), None if event is None else dump(event))


def targets(*events: dict[str, Any] | None, catalog: list[Target] | None = None) -> Targets:
    """Return targets that were told these events."""
    made = Targets(Calendar(), catalog or [])
    made.take([record(event) for event in events])
    return made


def test_what_was_set_applies() -> None:
    """To exactly that KPI, period and dims, and to nothing else."""
    made = targets(target_set(100))

    assert 100 == made.of(*NORTH)
    for other in (
        ("won_revenue", "month", "2026-12", "team=north"),
        ("won_revenue", "month", "2026-11", ""),
        ("won_revenue", "month", "2026-11", "rep=north"),
        ("deals_won", "month", "2026-11", "team=north"),
        ("won_revenue", "rolling_30d", None, "team=north"),
    ):
        assert made.of(*other) is None


def test_the_last_event_counts_in_any_order() -> None:
    """By time, then source and id; a copy changes nothing."""
    events = [
        target_set(1, "2026-11-01T09:00:00Z", "9"),
        target_set(2, "2026-11-02T09:00:00Z", "1"),
        target_set(3, "2026-11-02T09:00:00Z", "2"),
        target_set(3, "2026-11-02T09:00:00Z", "2"),
    ]
    for order in permutations(events):
        assert 3 == targets(*order).of(*NORTH)


def test_of_two_with_one_identity_the_first_counts() -> None:
    """As everywhere: a second arrival with the same source and id is a copy."""
    assert 1 == targets(target_set(1), target_set(2)).of(*NORTH)


def test_outcomes() -> None:
    """Each record says whether values change by it, and whether the log is in the wrong order."""
    made = Targets(Calendar())
    later, earlier = target_set(2, "2026-11-02T09:00:00Z", "2"), target_set(1)

    assert [Outcome(KEY, changed=True), Outcome(KEY, outdated=True), Outcome(KEY)] == made.take(
        [record(later), record(earlier), record(later)]
    )
    assert {"targets": 3, "targets_outdated": 1} == made.stats


def test_a_log_in_the_wrong_order_is_corrected_once() -> None:
    """Compaction keeps the last record of a key: the one that counts is published again, unless it came again."""
    later, earlier = target_set(2, "2026-11-02T09:00:00Z", "2"), target_set(1)
    made = targets(later, earlier)

    assert [Send("crm.targets", 0, KEY.encode(), dump(later))] == made.corrections("crm.targets")
    assert [] == made.corrections("crm.targets")
    assert [] == targets(later, earlier, later).corrections("crm.targets")
    assert [] == targets(later, earlier, None).corrections("crm.targets")
    assert [] == targets(earlier, later).corrections("crm.targets")


def test_whole_values_stay_whole() -> None:
    """A record says 100, not 100.0."""
    assert ["100", "0.5"] == [repr(targets(target_set(value)).of(*NORTH)) for value in (100, 0.5)]


def test_the_same_value_again_changes_nothing() -> None:
    """A later event with the value of before makes no record due."""
    made = targets(target_set(100))

    assert [Outcome(KEY)] == made.take([record(target_set(100, "2026-11-02T09:00:00Z", "2"))])


def test_binary_events_are_read() -> None:
    """What was forwarded in binary mode has its attributes in the headers, and keeps them."""
    value, headers = as_binary(target_set(7))
    made = Targets(Calendar())
    made.take([Rec(0, ARRIVED_MS, KEY.encode(), value, headers)])

    assert 7 == made.of(*NORTH)
    made.take([record({**target_set(1), "time": "2026-10-01T00:00:00Z"})])
    assert [Send("crm.targets", 0, KEY.encode(), value, tuple(headers))] == made.corrections("crm.targets")


def test_the_catalogs_targets_are_the_base() -> None:
    """What an event says overrides the catalog; a tombstone gives it back."""
    catalog = [
        Target("won_revenue", "month", "2026-11", {"team": "north"}, 50),
        Target("won_revenue", "month", None, {"team": "north"}, 40),
        Target("calls", "day", None, {}, 300),
    ]
    made = targets(target_set(100), catalog=catalog)

    assert 100 == made.of(*NORTH)
    assert 40 == made.of("won_revenue", "month", "2026-12", "team=north")
    assert 300 == made.of("calls", "day", "2026-11-21", "")
    assert [Outcome(KEY, changed=True), Outcome(KEY)] == made.take([record(None), record(None)])
    assert 50 == made.of(*NORTH)


def test_a_target_of_zero_is_one() -> None:
    """Zero overrides the catalog like any other value."""
    assert 0 == targets(
        target_set(0), catalog=[Target("won_revenue", "month", None, {"team": "north"}, 9)]
    ).of(*NORTH)


def test_reps_with_a_target() -> None:
    """Those with a target of their own for that period, by event or catalog; not those of crosses or teams."""
    made = targets(
        target_set(1, dims={"rep": "ann|b"}),
        target_set(2, id_="2", dims={"rep": "bob", "channel": "web"}),
        target_set(3, id_="3"),
        target_set(4, id_="4", dims={"rep": "dee"}, period="2026-12"),
        catalog=[Target("won_revenue", "month", None, {"rep": "cem"}, 5)],
    )

    assert {"ann|b": 1, "cem": 5} == made.of_reps("won_revenue", "month", "2026-11")
    assert {"cem": 5, "dee": 4} == made.of_reps("won_revenue", "month", "2026-12")


def test_the_targets_of_a_rep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of his own that hold, by event or catalog; those of others are not looked at."""
    ann = kpi_key("won_revenue", "month", "2026-11", {"rep": "ann|b"})
    made = targets(
        target_set(1, dims={"rep": "ann|b"}),
        target_set(2, id_="2", dims={"rep": "bob"}),
        target_set(3, id_="3", dims={"rep": "ann|b"}, period="2026-12"),
        target_set(4, id_="4", dims={"channel": "web", "rep": "ann|b"}),
        catalog=[Target("won_revenue", "month", period, {"rep": "ann|b"}, 5) for period in (None, "2026-12")],
    )
    monkeypatch.setattr(Targets, "__iter__", None)
    whole, december = "won_revenue|month|rep=ann%7Cb", "won_revenue|month:2026-12|rep=ann%7Cb"

    assert [whole, december, ann] == made.of_rep("ann|b")
    made.take([record(None, ann), record(None, december)])
    assert [whole, december] == made.of_rep("ann|b")
    assert [] == made.of_rep("cem")


USABLE = usable_targets({"won_revenue": (frozenset({"month", "week"}), frozenset({(), ("team",)}))})


@pytest.mark.parametrize(
    ("event", "reason", "sentence"),
    [
        (target_set(-1), Reason.BAD_FIELD, "data.value is -1"),
        (target_set(kpi=None), Reason.MISSING_FIELD, "data.kpi"),
        (target_set(period="2026-13"), Reason.BAD_FIELD, "data.period"),
        (target_set(window="week", period="2027-W53"), Reason.BAD_FIELD,
         'data.period is "2027-W53"; the calendar has no such week'),
        (target_set(at="2026-11-21T12:05:01Z"), Reason.FROM_FUTURE, "5 minutes ahead"),
        (target_set(at="yesterday"), Reason.BAD_TIME, "time"),
        (target_set(kpi="revenu"), Reason.BAD_FIELD, 'data.kpi is "revenu", which is no KPI of the catalog'),
        (target_set(window="day", period="2026-11-21"), Reason.BAD_FIELD,
         'data.window is "day", in which won_revenue is not kept'),
        (target_set(dims={"team": "north", "channel": "web"}), Reason.BAD_FIELD,
         'won_revenue is not kept by "channel", "team"'),
        ({**target_set(), "type": "crm.order.placed", "data": {"account": "a", "order": "o", "amount": 1}},
         Reason.UNKNOWN_TYPE, "crm.order.placed is no target"),
    ],
)  # fmt: skip
def test_bad_ones_are_refused(event: dict[str, Any], reason: Reason, sentence: str) -> None:
    """With the reason that a dead letter would give, and counted; what was set before stays."""
    made = Targets(Calendar(), usable=USABLE)
    made.take([record(target_set(100))])
    (outcome,) = made.take([record(event)])

    assert outcome.refused is not None
    assert (reason, False) == (outcome.refused.reason, outcome.changed)
    assert sentence in outcome.refused.sentence
    assert (100, 1) == (made.of(*NORTH), sum(made.refused.values()))
    assert 1 == made.refused[reason] == sum(made.refused.values())


def test_what_is_no_json_is_refused() -> None:
    """Bytes that are no event are no reason to stop."""
    (outcome,) = Targets(Calendar()).take([Rec(0, ARRIVED_MS, b"k", b"{")])

    assert outcome.refused is not None
    assert Reason.BAD_JSON == outcome.refused.reason


def test_keys_are_read_back() -> None:
    """From a key to what is due."""
    dims = {"team": "n|o=r,t%h"}

    assert ("calls", "day", "2026-11-21", dims) == group_of(kpi_key("calls", "day", "2026-11-21", dims))
    assert ("calls", "rolling_24h", None, {}) == group_of("calls|rolling_24h|")
    assert json.loads(dump(target_set()))["data"]["dims"] == group_of(KEY)[3]
