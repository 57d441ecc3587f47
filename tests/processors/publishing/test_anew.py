"""Publishing everything anew: under another catalog, and after a rebuild."""

import orjson
import pytest

from processors.adding.rollup_state import META, read_meta
from processors.compile import Plan
from processors.publishing import emission as emission_module
from processors.publishing.anew import Anew
from processors.publishing.outflow import KpiTopics
from processors.publishing.records import KpiRecord
from processors.rollup import Rollup
from schemas.generation import facts_key
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, Desk, Rec, fact, plan

AT = "2026-03-04T10:00:00Z"
NOON = "2026-03-04T12:00:00Z"
LATER = "2026-03-04T12:00:01Z"
MORE = plan(
    "kpis: {touches: {label: T, unit: count, count: [call, meeting_held]}, meetings_held: null, activities: null}\n"
)


def under(desk: Desk, other: Plan, known: bool = True) -> None:
    """Restart a desk with another catalog."""
    desk.checkpoint()
    desk.plan = other
    desk.restart()
    desk.checkpoint()
    desk.checkpoint()
    if known and desk.rollup.anew is not None:
        desk.rollup.anew.published(frozenset(key.encode() for key in desk.kpis))


def worked() -> Desk:
    """Return a desk that has published some calls and a meeting, and one that was taken back."""
    desk = Desk()
    desk.take(
        AT,
        fact("call", AT),
        fact("meeting_held", "2026-01-07T10:00:00Z"),
        fact("call", "2026-01-07T10:00:00Z"),
    )
    desk.tick(AT)
    desk.tick(NOON)
    desk.checkpoint()
    return desk


def test_the_same_catalog_publishes_nothing_anew() -> None:
    """A restart says what changed, not everything."""
    desk = worked()
    under(desk, PLAN)

    assert desk.rollup.anew is None
    assert "calls|day:2026-01-07|" not in desk.tick(LATER)


def test_another_catalog_is_on_every_record() -> None:
    """Past periods too: a new KPI of what was added up has its history, one that is gone has tombstones."""
    desk = worked()
    under(desk, MORE)
    said = desk.tick(LATER)

    assert {MORE.name} == {record["catalog"] for record in desk.kpis.values()}
    assert (2, 2) == desk.shown("touches|day:2026-01-07|rep=ann")
    assert said["meetings_held|day:2026-01-07|"] is None
    assert desk.kpis["calls|day:2026-01-07|"]["final"]  # nothing was corrected
    assert not [key for key in desk.kpis if key.startswith("meetings_held")]
    assert desk.rollup.anew is None
    assert {} == desk.tick(LATER)


def test_nothing_is_published_under_a_catalog_that_the_state_does_not_name() -> None:
    """A crash in the first second, and back under the catalog before: there is nothing that nobody takes away."""
    desk = worked()
    before = {*desk.kpis}
    desk.plan = MORE
    desk.restart()
    assert {} == desk.tick(LATER)
    desk.checkpoint()
    assert {} == desk.tick(LATER)
    desk.plan = PLAN
    desk.restart()
    assert desk.rollup.anew is not None  # it was written, but that was not known
    desk.rollup.anew.published(frozenset(key.encode() for key in desk.kpis))
    desk.checkpoint()
    desk.checkpoint()
    desk.tick(LATER)

    assert before == {*desk.kpis}


def test_a_crash_in_the_middle_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until everything was said, nothing counts as said."""
    monkeypatch.setattr(emission_module, "EMISSION_RECORDS_MAX", 5)
    desk = worked()
    under(desk, MORE)
    assert desk.rollup.tick(instant(LATER))
    under(desk, MORE)
    assert desk.rollup.anew is not None
    desk.tick(LATER)

    assert {MORE.name} == {record["catalog"] for record in desk.kpis.values()}
    under(desk, MORE)
    assert desk.rollup.anew is None


def test_what_was_said_since_it_began_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that nobody had before the restart, told anew, then emptied while the rest is still to come."""
    monkeypatch.setattr(emission_module, "SENDS_MAX", 5)
    desk, day = worked(), "calls|day:2026-03-04|rep=zoe"
    desk.take(NOON, fact("call", NOON, rep="zoe"))
    under(desk, MORE)
    assert desk.rollup.anew is not None
    while day not in desk.kpis:
        desk.slice(LATER)
    desk.take(LATER, fact("call", NOON, rep="zoe", sign=-1))
    desk.slice(LATER, kind="live")

    assert desk.rollup.anew is not None
    assert (0, 0) == desk.shown(day)


def test_that_all_was_said_is_written_without_a_new_fact() -> None:
    """So that it is not said again at every restart."""
    desk = worked()
    under(desk, MORE)
    desk.tick(LATER)
    (meta,) = desk.rollup.snapshot()[-1]

    assert meta[1] is not None
    assert (META, MORE.name) == (meta[0], read_meta(meta[1]).catalog)
    assert read_meta(meta[1]).emitted >= 0
    assert [] == desk.rollup.snapshot()


def test_where_nobody_tells_the_keys_everything_is_said_and_nothing_taken_away() -> None:
    """A processor without a shell, as in tests and replays."""
    desk = worked()
    under(desk, MORE, known=False)
    desk.tick(LATER)

    assert (2, 2) == desk.shown("touches|day:2026-01-07|rep=ann")
    assert "meetings_held|day:2026-01-07|" in desk.kpis


def test_values_without_facts_are_said_too() -> None:
    """The growth of a month in which nothing was won follows from the one before."""
    desk = Desk()
    desk.take(AT, fact("deal_won", "2026-02-07T10:00:00Z", 10_000_000))
    desk.tick(AT)
    desk.checkpoint()
    under(desk, MORE)
    said = desk.tick(LATER)

    assert said["sales_growth|month:2026-03|"]
    assert said["sales_growth|day:2026-02-08|"]


@pytest.mark.parametrize(
    ("body", "emptied", "kpi", "key", "taken"),
    [
        (b"{}", False, "calls", b"new", True),
        (b"{}", True, "calls", b"known", True),
        (b"{}", True, "calls", b"new", False),
        (b"{}", True, "sales_growth", b"new", True),
        (None, False, "calls", b"known", True),
        (None, False, "calls", b"new", False),
    ],
)
def test_what_empties_a_key_is_said_of_keys_that_there_are(
    body: bytes | None, emptied: bool, kpi: str, key: bytes, taken: bool
) -> None:
    """What says 0 since facts were taken back, or takes a key away, is no news of one that nobody has."""
    anew = Anew(PLAN.looking_kpis)
    anew.published(frozenset({b"known"}))

    assert taken == anew.takes(KpiRecord(key, body, kpi, PLAN.rolling[0], None, 0, emptied, emptied))


def test_keys_of_others_are_left_alone() -> None:
    """What another process predicts is not the roll-up's to take away, unless the catalog has it no more."""
    keys = frozenset({b"clv_predicted|now|account=a", b"calls|all_time|"})
    no_keys = frozenset({b"\xff", b"calls|rolling_24h|rep=\xff"})
    for foreign, gone in ((PLAN.foreign, {b"calls|all_time|"}), (frozenset[str](), set(keys))):
        anew = Anew(PLAN.looking_kpis, foreign)
        anew.published(keys | no_keys)
        assert gone == {send.key for send in anew.tombstones("kpis", 4, 10)}


# After a rebuild


def second(waits: dict[int, int], until: str = "2026-03-04T11:00:00Z") -> Rollup:
    """Return a roll-up of the second generation that waits for tracking."""
    rollup = Rollup(PLAN, KpiTopics("kpis", "history", 4), generation=2)
    rollup.restored()
    rollup.take_over(7_000_000_000_000, waits, instant(until))
    return rollup


def message(offset: int, last: int, generation: int, *rows: list[object]) -> Rec:
    """Return a message of facts."""
    value = orjson.dumps([0, last, [[last, *row] for row in rows], instant(AT) // 1000])
    return Rec(offset, instant(AT) // 1000, facts_key(0, generation), value)


def test_nothing_is_published_until_tracking_has_come_as_far_as_before() -> None:
    """So that no value goes back for a moment; the revision goes on above that of before."""
    rollup = second({0: 9})
    rollup.process([message(0, 5, 2, fact("call", AT))], instant(AT))
    assert [] == rollup.tick(instant(AT))

    rollup.process([message(1, 9, 2)], instant(AT))
    sends = rollup.tick(instant(AT))
    assert sends
    assert 7_000_000_000_000 < min(orjson.loads(send.value)["revision"] for send in sends if send.value)


def test_it_does_not_wait_for_ever() -> None:
    """Where tracking does not come, what is there is published."""
    rollup = second({0: 9}, until="2026-03-04T10:01:00Z")
    rollup.process([message(0, 5, 2, fact("call", AT))], instant(AT))

    assert [] == rollup.tick(instant("2026-03-04T10:00:59Z"))
    assert rollup.tick(instant("2026-03-04T10:01:00Z"))


def test_facts_of_another_generation_are_passed_over() -> None:
    """While workers go over one after the other, both stand on the topic."""
    rollup = second({})
    rollup.process([message(0, 5, 1, fact("call", AT)), message(1, 6, 3, fact("call", AT))], instant(AT))
    assert 1 == rollup.cut
    assert 0 == rollup.stats["facts"]

    rollup.process([message(2, 5, 2, fact("call", AT))], instant(AT))
    assert 1 == rollup.stats["facts"]
