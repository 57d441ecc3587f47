"""Tracking: events become facts, once, for the right team; what stands wrong is sent on."""

from itertools import pairwise
from typing import Any

import orjson
import pytest

from processors import track
from processors.track import COPY_HEADER, MESSAGE_BYTES_MAX, MESSAGE_EVENTS_MAX
from schemas.fact import PANE_US
from tests.oracle.moments import instant
from tests.oracle.telling import event, rep_updated
from tests.processors.event_records import as_binary
from tests.processors.tracked import NOON, Desk, facts, to

CALL = event("call.logged", "10:00", rep="ann", channel="phone")


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("call.logged", {"channel": "phone"}, ("call", 1, None, "ann", "unassigned", "phone")),
        ("email.sent", {}, ("email_sent", 1, None, "ann", "unassigned", None, None)),
        ("meeting.scheduled", {"team": "north"}, ("meeting_scheduled", 1, None, "ann", "north", None)),
        ("meeting.held", {}, ("meeting_held", 1, None, "ann", "unassigned", None)),
        ("meeting.canceled", {}, ("meeting_canceled", 1, None, "ann", "unassigned", None)),
        ("email.replied", {"campaign": "c"}, ("email_replied", 1, None, "ann", "unassigned", "c")),
    ],
)
def test_activities(kind: str, more: dict[str, Any], expected: tuple[Any, ...]) -> None:
    """One fact an event, for its rep, team and channel."""
    assert [expected] == facts(Desk().event(event(kind, "10:00", rep="ann", **more)))


def test_a_type_that_nothing_is_made_of() -> None:
    """It is an event like others, counted and remembered, and gives no fact."""
    desk = Desk()
    sends = desk.event(event("content.viewed", "10:00", content="c"))

    assert ([], 1) == (sends, desk.tracker.stats["events"])


def test_how_old_facts_are_does_not_depend_on_the_clock() -> None:
    """A message's own time is by this machine's clock; so is the time at which the activity was appended."""
    desk = Desk()
    desk.append(orjson.dumps(event("call.logged", "10:00", rep="ann")))
    desk.tracker.clock_ahead_us = 20_000_000
    (send,) = desk.process()

    assert instant(NOON) // 1_000 + 20_000 == orjson.loads(send.value or b"")[3]


def test_the_message_of_facts() -> None:
    """A message says where its facts come from: partition, last offset and when it arrived, and each fact's own."""
    desk = Desk()
    for minute in (0, 1):
        desk.append(orjson.dumps(event("call.logged", f"10:0{minute}", rep="ann")))
    desk.append(orjson.dumps(event("content.viewed", "10:02", content="c")))
    (send,) = desk.process()

    assert ("facts", 0, b"0") == (send.topic, send.partition, send.key)
    pane = instant("2026-03-04T10:00:00Z") // PANE_US
    route = "call|ann|unassigned|"
    *facts, appended_ms = orjson.loads(send.value or b"")
    assert [0, 2, [[0, 1, pane, None, route], [1, 1, pane, None, route]]] == facts
    assert instant(NOON) // 1_000 == appended_ms
    assert 2 == desk.tracker.cut


def test_many_events_are_several_messages() -> None:
    """A chunk of any size is cut between events, so that no message is too large."""
    desk = Desk()
    for number in range(MESSAGE_EVENTS_MAX + 1):
        desk.append(orjson.dumps(event("call.logged", "10:00", id=f"e{number}")))
    sends = desk.process()

    lasts = [orjson.loads(send.value or b"")[1] for send in sends]
    assert [MESSAGE_EVENTS_MAX - 1, MESSAGE_EVENTS_MAX] == lasts


def test_a_large_message_is_divided_between_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names may have 200 characters: each part says up to which event it says all, and no fact is told twice."""
    desk, whole = Desk(), Desk()
    for number in range(MESSAGE_EVENTS_MAX):
        name = f"{number:0200}"
        names = dict.fromkeys(("order", "rep", "team", "channel", "product", "campaign"), name)
        order = event("order.placed", "10:00", id=f"e{number}", amount=1, **names)
        for one in (desk, whole):
            one.append(orjson.dumps(order))
    sends = desk.process()
    parts = [orjson.loads(send.value or b"") for send in sends]
    monkeypatch.setattr(track, "MESSAGE_BYTES_MAX", 1 << 30)
    (undivided,) = whole.process()

    assert len(parts) > 1
    assert max(len(send.value or b"") for send in sends) <= MESSAGE_BYTES_MAX
    assert [part[1] for part in parts[:-1]] == [part[2][-1][0] for part in parts[:-1]]
    assert parts[-1][1] == MESSAGE_EVENTS_MAX - 1
    assert all(before[1] < after[2][0][0] for before, after in pairwise(parts))
    assert [row for part in parts for row in part[2]] == orjson.loads(undivided.value or b"")[2]


def test_the_facts_of_an_event_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has counted up to an event has counted all of it, so its message may be any size."""
    monkeypatch.setattr(track, "MESSAGE_BYTES_MAX", 1)
    desk = Desk()
    for number, time in enumerate(("10:00", "11:00", "12:00")):
        desk.append(orjson.dumps(event("call.logged", time, id=f"e{number}", rep="ann")))
    sends = desk.process()

    assert [[0], [1], [2]] == [[row[0] for row in orjson.loads(send.value or b"")[2]] for send in sends]
    order = {"order": "o", "amount": 1}
    (send,) = desk.event(event("order.placed", "12:00", id="o", **order))
    assert len({row[0] for row in orjson.loads(send.value or b"")[2]}) == 1
    assert len(orjson.loads(send.value or b"")[2]) > 1


def test_a_copy_is_dropped_and_counted() -> None:
    """The second arrival of (source, id) gives nothing, whatever else it says."""
    desk = Desk()
    sends = [desk.event(CALL), desk.event(CALL), desk.event(CALL | {"time": "2026-03-04T11:00:00Z"})]

    assert [1, 0, 0] == [len(facts(sent)) for sent in sends]
    assert (1, 2) == (desk.tracker.stats["events"], desk.tracker.stats["duplicates"])
    assert 1 == len(facts(desk.event(CALL | {"source": "another"})))


def test_binary_cloudevents() -> None:
    """An event whose attributes stand in headers is the same event."""
    desk = Desk()
    value, headers = as_binary(CALL)

    assert [("call", 1, None, "ann", "unassigned", "phone")] == facts(desk.raw(value, headers=headers))
    assert [] == desk.event(CALL)
    assert 1 == desk.tracker.stats["duplicates"]


# The team


def update(time: str, rep: str, team: str, **more: Any) -> dict[str, Any]:
    """Write an update of the directory down."""
    return rep_updated(time, rep, team, **more)


def copied(desk: Desk, *updates: dict[str, Any]) -> None:
    """Let copies of updates arrive; of each the roll-up is told, and nothing else."""
    for one in updates:
        said = facts(desk.event(one, headers=[COPY_HEADER]))
        assert [("@rep", one["data"]["rep"], one["data"]["team"])] == [(row[0], *row[3:5]) for row in said]


@pytest.mark.parametrize(
    ("time", "data", "team"),
    [
        ("10:00", {"rep": "ann"}, "north"),
        ("09:59:59.999999", {"rep": "ann"}, "unassigned"),
        ("11:00", {"rep": "ann"}, "south"),
        ("10:59:59.999999", {"rep": "ann"}, "north"),
        ("11:00", {"rep": "ann", "team": "own"}, "own"),
        ("11:00", {"team": "own"}, "own"),
        ("11:00", {"rep": "bob"}, "unassigned"),
        ("11:00", {}, "unassigned"),
    ],
)
def test_the_team(time: str, data: dict[str, Any], team: str) -> None:
    """The event's own, else the directory's by the latest update at or before it, else unassigned."""
    desk = Desk()
    copied(desk, update("11:00", "ann", "south"), update("10:00", "ann", "north"))

    assert [team] == [fact[4] for fact in facts(desk.event(event("call.logged", time, **data)))]


def test_an_update_that_comes_late_counts_from_then_on() -> None:
    """What was said before it stays said; also in corrections, and after a restart."""
    desk = Desk()
    deal = {"deal": "d", "amount": 5}
    desk.event(event("deal.created", "10:00", rep="ann", stage="new", **deal))
    won = facts(desk.event(event("deal.won", "11:00", **deal)))
    copied(desk, update("09:00", "ann", "north"))
    desk.checkpoint()
    desk.restart()
    corrected = facts(desk.event(event("deal.stage_changed", "10:30", deal="d", to_stage="offer")))

    assert {"unassigned"} == {fact[4] for fact in won}
    assert {
        ("stage_stay", -1, "unassigned"),
        ("stage_stay", 1, "unassigned"),
        ("stage_stay", 1, "north"),
    } >= {(fact[0], fact[1], fact[4]) for fact in corrected if fact[0] == "stage_stay"}
    assert [] == [fact for fact in corrected if fact[0] == "deal_won"]


def test_an_update_of_later_in_the_log_is_not_known_in_a_replay() -> None:
    """A crash tears a checkpoint: the update is restored, the call before it comes again and says the same."""
    desk = Desk()
    first = desk.event(CALL)
    copied(desk, update("09:00", "ann", "north"))
    desk.checkpoint(groups=1)
    desk.restart()
    assert -1 == desk.tracker.cut

    assert first == desk.process(1)
    assert ["@rep"] == [fact[0] for fact in facts(desk.process(1))]
    after = desk.event(event("call.logged", "10:01", rep="ann"))
    assert ["north"] == [fact[4] for fact in facts(after)]


# What stands wrong


@pytest.mark.parametrize("key", [None, b"", b"other"])
def test_a_wrong_key_is_sent_on(key: bytes | None) -> None:
    """It goes to the same topic under its right key, bytes and headers untouched, and counts for nothing here."""
    desk = Desk()
    value, headers = orjson.dumps(CALL), [("trace", b"1")]
    sends = desk.raw(value, key=key, headers=headers)

    assert [("activity", None, b"acme", value, (("trace", b"1"),))] == [tuple(send) for send in sends]
    assert (0, 1) == (desk.tracker.stats["events"], desk.tracker.stats["rekeyed"])
    assert 1 == len(facts(desk.raw(value, headers=headers)))


def test_keys_without_an_account() -> None:
    """Prices go by product, and costs without an account by campaign."""
    desk = Desk()
    price = {"product": "p", "seller": "own", "price": 1.5}
    cost = {"amount": 1, "kind": "campaign", "campaign": "c"}
    for kind, data in (("price.observed", price), ("cost.recorded", cost)):
        value = orjson.dumps(CALL | {"type": f"crm.{kind}", "id": kind, "data": data})
        (send,) = desk.raw(value, key=b"acme")
        assert send.key == (b"p" if kind == "price.observed" else b"c")
        (facts,) = desk.raw(value, key=send.key)
        assert facts.topic == "facts"

    assert (2, 2) == (desk.tracker.stats["rekeyed"], desk.tracker.stats["events"])


def test_updates_of_the_directory_are_forwarded() -> None:
    """Found on the activity topic, they go to their own, keyed by rep; only a copy teaches anything."""
    desk = Desk()
    value = orjson.dumps(update("10:00", "ann", "north"))
    sends = desk.raw(value, key=b"ann", headers=[("trace", b"1")])

    assert [("directory", 0, b"ann", value, (("trace", b"1"),))] == [tuple(send) for send in sends]
    assert (1, 0) == (desk.tracker.stats["forwarded"], desk.tracker.stats["events"])
    assert ["unassigned"] == [fact[4] for fact in facts(desk.event(CALL))]


def test_a_copy_has_no_key_to_be_right() -> None:
    """A copied update is taken in whatever partition it stands; it is no event of the partition's own."""
    desk = Desk()
    value = orjson.dumps(update("09:00", "ann", "north"))
    said = [facts(desk.raw(value, key=b"ann", headers=[("trace", b"1"), COPY_HEADER])) for _ in range(2)]

    assert [["@rep"], []] == [[fact[0] for fact in sent] for sent in said]
    assert (0, 0, 0) == tuple(desk.tracker.stats[name] for name in ("events", "duplicates", "forwarded"))
    assert ["north"] == [fact[4] for fact in facts(desk.event(CALL))]


def test_targets_are_forwarded() -> None:
    """Found on the activity topic, they go to their own, keyed by what they are a target for."""
    desk = Desk()
    data = {
        "kpi": "won_revenue",
        "window": "month",
        "period": "2026-03",
        "dims": {"team": "north"},
        "value": 5,
    }
    value = orjson.dumps(CALL | {"type": "crm.target.set", "data": data})
    sends = desk.raw(value, key=None)

    assert [("targets", 0, b"won_revenue|month:2026-03|team=north", value)] == [
        tuple(send[:4]) for send in sends
    ]


# Offsets and restarts


def test_an_event_is_digested_once_over_a_crash() -> None:
    """Torn checkpoints at every group: the events come again, their facts with the same offsets, nothing doubles."""
    events = [
        event("inquiry.received", "10:00", conversation="c", rep="ann"),
        event("deal.created", "10:01", deal="d", stage="new", rep="ann"),
        event("call.logged", "10:02", deal="d", rep="ann"),
        event("inquiry.answered", "10:03", conversation="c", rep="ann"),
        event("deal.won", "10:04", deal="d", amount=7),
    ]
    whole = Desk()
    for one in events:
        whole.append(orjson.dumps(one))
    expected = facts(whole.process())
    for groups in (0, 1, 2, 3):
        desk = Desk()
        desk.records = whole.records
        first = desk.process(3)
        desk.checkpoint(groups)
        desk.restart()
        again = desk.process()
        counted = {row[0] for send in to("facts", first) for row in orjson.loads(send.value or b"")[2]}
        rows = [row for send in to("facts", again) for row in orjson.loads(send.value or b"")[2]]
        fresh = [row for row in rows if row[0] > max(counted)]
        assert len(expected) == len(facts(first)) + len(fresh), groups


def test_in_any_chunks() -> None:
    """How the log is cut into chunks changes nothing."""
    found = []
    for size in (1, 2, 5):
        desk = Desk()
        for minute in (5, 1, 3, 2, 4):
            desk.append(
                orjson.dumps(event("inquiry.received", f"10:0{minute}", conversation="c", id=f"{minute}"))
            )
        sends = []
        while desk.tracker.cut < len(desk.records) - 1:
            sends += desk.process(size)
        found.append(facts(sends))

    assert found[0] == found[1] == found[2]


def test_a_gap() -> None:
    """Where the log has a real gap the cut moves over it, and that is written."""
    desk = Desk()
    desk.tracker.skip_to(100)
    desk.checkpoint()
    desk.restart()

    assert 99 == desk.tracker.cut


def test_the_clock_decides_nothing() -> None:
    """A tick says nothing, and the wall clock of processing changes no fact."""
    one, other = Desk(), Desk()
    for desk, now in ((one, 0), (other, 10**18)):
        desk.append(orjson.dumps(CALL))
        assert facts(desk.tracker.process(desk.records, now)) == [
            ("call", 1, None, "ann", "unassigned", "phone")
        ]
        assert [] == desk.tracker.tick(now)


def test_what_ended_long_ago_is_forgotten() -> None:
    """Entities that ended and are older than the retention get a tombstone; open ones are kept.

    So is a deal that is known by a call: later ones may have come, of which it knows nothing.
    """
    desk = Desk()
    desk.event(event("deal.created", "10:00", deal="open", stage="new"))
    desk.event(event("deal.lost", "10:01", deal="over"))
    desk.event(event("inquiry.received", "10:00", conversation="open"))
    desk.event(event("inquiry.resolved", "10:00", conversation="over"))
    desk.event(event("quote.requested", "10:00", quote="open"))
    desk.event(event("quote.sent", "10:00", quote="never asked for"))
    desk.event(event("call.logged", "10:00", deal="called"))
    desk.checkpoint()
    later = "2029-01-01T10:00:00Z"
    for minute in (0, 1):  # tombstones come when no replay can need what they take away
        desk.event(event("call.logged", later, id=f"e{minute}"), at=later)
        desk.checkpoint()

    kinds = (b"c|", b"d|", b"q|")
    left = {key for key, value in dict(desk.log).items() if value is not None and key[:2] in kinds}
    assert {b'c|["acme","open"]', b'd|["acme","open"]', b'd|["acme","called"]', b'q|["acme","open"]'} == left
    stats = desk.tracker.stats
    assert (1, 2, 1) == (stats["conversations_now"], stats["deals_now"], stats["quotes_now"])


def test_late_corrections_are_counted() -> None:
    """An event that comes late for its entity is a correction; one that is only late is not."""
    desk = Desk()
    desk.event(event("inquiry.answered", "10:10", conversation="c"))
    desk.event(CALL)
    assert 0 == desk.tracker.stats["late_corrections"]

    given = facts(desk.event(event("inquiry.received", "10:00", conversation="c", rep="bob")))
    assert ("response", 1, 600_000_000, None, "unassigned", None) in given
    assert 1 == desk.tracker.stats["late_corrections"]


def test_entities_belong_to_their_account() -> None:
    """The same name under another account is another conversation."""
    desk = Desk()
    desk.event(event("inquiry.received", "10:00", conversation="c"))
    sends = desk.event(event("inquiry.answered", "10:10", conversation="c", account="other"))

    assert [] == facts(sends)
