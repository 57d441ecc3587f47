"""Who is in which team now, in whatever order it was said."""

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from processors.decode import decode
from processors.roster import Change, Entry, Roster, update_fact
from schemas.fact import route_of, route_text
from tests.examples import EVENTS
from tests.processors.event_records import dump

Update = tuple[int, str, str, bool]
"""time, id, team, active"""


def told(roster: Roster, rep: str, update: Update, timezone: str | None = None) -> list[Change]:
    """Tell a roster an update of the directory; return who changed by it."""
    t_us, id_, team, active = update
    roster.take(t_us, int(active), (rep, team, "", timezone, "crm", id_))
    return roster.take_changes()


def place_of(roster: Roster, rep: str) -> tuple[str | None, bool]:
    """Return a rep's team now, and whether he sells."""
    return roster.team_of(rep), rep in dict(roster.active())


def test_an_event_on_its_way() -> None:
    """From the event to a row, through a route's text, into the roster."""
    said = {**EVENTS["crm.rep.updated"], "source": "hr|eu"}
    said["data"] = {"rep": "ann", "team": "north", "active": True, "timezone": "Europe/Amsterdam"}
    kind, sign, t_us, value, *names = update_fact(decode(dump(said)))
    text = route_text(kind, [*names[:2], *names[3:]], names[2])
    roster = Roster()
    kind_read, marks, names_read = route_of(text)
    rep, team, *dims = names_read
    roster.take(t_us, value, [rep, team, marks, *dims])
    (change,) = roster.take_changes()

    assert ("@rep", 1) == (kind_read, sign)
    assert (None, "hr|eu", {"north"}) == (change.before, change.now.source, change.teams)
    assert ("north", True, "Europe/Amsterdam") == (change.now.team, change.now.active, change.now.timezone)
    assert ("north", True) == place_of(roster, "ann")


def test_the_last_update_counts_in_any_order() -> None:
    """By time, then id; a copy is no news."""
    updates: list[Update] = [(1, "9", "north", True), (2, "1", "west", True), (2, "2", "south", False)]
    for order in permutations([*updates, updates[2]]):
        roster = Roster()
        for update in order:
            told(roster, "ann", update)
        assert ("south", False) == place_of(roster, "ann")
        assert [(0, []), (0, []), (0, ["ann"])] == [
            (roster.active_reps(team), [*roster.reps_of(team)]) for team in ("north", "west", "south")
        ]


def test_who_is_active() -> None:
    """Of reps who left nothing is said."""
    roster = Roster()
    told(roster, "bob", (1, "1", "north", True))
    told(roster, "cem", (1, "2", "north", False))
    roster.see("ann", "south", 1)

    assert [("bob", "north"), ("ann", "south")] == [*roster.active()]


def test_a_move_tells_both_teams() -> None:
    """Whoever changes team or activity makes the records of both teams due; who only moves house does not."""
    roster = Roster()
    told(roster, "bob", (1, "1", "north", True))
    told(roster, "ann", (1, "2", "north", True))
    assert 2 == roster.active_reps("north")

    (change,) = told(roster, "ann", (2, "3", "south", True))
    assert {"north", "south"} == change.teams
    assert (1, 1) == (roster.active_reps("north"), roster.active_reps("south"))
    assert [] == told(roster, "ann", (3, "4", "south", True), "Asia/Tokyo")
    (change,) = told(roster, "ann", (4, "5", "south", False))
    assert change.before is not None
    assert "Asia/Tokyo" == change.before.timezone
    assert ({"south"}, 0, ["ann"]) == (change.teams, roster.active_reps("south"), [*roster.reps_of("south")])


def test_nobody_knows_him() -> None:
    """Of a rep nothing is known of, nothing is said; a team that nobody is in has no one."""
    roster = Roster()

    assert (None, False) == place_of(roster, "x")
    assert (0, []) == (roster.active_reps("y"), [*roster.reps_of("y")])


def test_facts_stand_in_for_a_missing_directory() -> None:
    """Without an update a rep is where his latest fact is; with one, facts say nothing any more."""
    roster = Roster()
    for team, t_us in (("north", 5), ("south", 7), ("west", 6), ("east", 7)):
        roster.see("ann", team, t_us)
    assert ("south", True) == place_of(roster, "ann")

    told(roster, "ann", (1, "1", "north", False))
    roster.see("ann", "west", 100)
    assert [] == roster.take_changes()
    assert ("north", False) == place_of(roster, "ann")


SAID = st.tuples(
    st.sampled_from(["ann", "bob"]), st.booleans(), st.integers(0, 3), st.sampled_from("12"),
    st.sampled_from(["north", "south"]),
)  # fmt: skip


def tell(roster: Roster, said: tuple[Any, ...]) -> None:
    """Tell a roster an update or a fact. What an update says follows from its identity, as it must."""
    rep, updated, t_us, id_, team = said
    if updated:
        told(roster, rep, (t_us, id_, f"{id_}{t_us % 2}", (t_us + int(id_)) % 3 > 0))
    else:
        roster.see(rep, team, t_us)


@given(st.lists(SAID, max_size=12), st.randoms(use_true_random=False), st.integers(0, 12))
def test_order_and_restarts_do_not_matter(said: list[tuple[Any, ...]], rng: Any, cut: int) -> None:
    """Any order, with a restart in between from a changelog in any order, gives the same roster."""
    one, other = Roster(), Roster()
    for entry in said:
        tell(one, entry)
    shuffled = rng.sample(said, len(said))
    log = []
    for entry in shuffled[:cut]:
        tell(other, entry)
        log += other.snapshot(0)
    other = Roster()
    for key, value in rng.sample(log, len(log)):
        other.restore(key, value)
    assert [] == other.snapshot(0)
    for entry in shuffled[cut:]:
        tell(other, entry)

    for rep in ("ann", "bob"):
        assert place_of(one, rep) == place_of(other, rep)
    for team in ("north", "south", "10", "11", "20", "21"):
        assert one.active_reps(team) == other.active_reps(team)
        assert set(one.reps_of(team)) == set(other.reps_of(team))


def test_only_what_changed_is_written() -> None:
    """A snapshot has the reps that were updated since the last."""
    roster = Roster()
    told(roster, "ann", (1, "1", "north", True))
    told(roster, "bob", (1, "2", "north", True))
    assert [b"r|ann", b"r|bob"] == [key for key, _ in roster.snapshot(0)]
    told(roster, "bob", (2, "3", "south", True))
    told(roster, "ann", (0, "4", "south", True))

    assert [b"r|bob"] == [key for key, _ in roster.snapshot(0)]
    assert [] == roster.snapshot(0)


def test_entries_are_in_the_order_of_events() -> None:
    """What a fact says comes before whatever the directory says."""
    assert Entry(False, 9, "", "", "z", True) < Entry(True, 1, "a", "1", "a", False)


def test_a_team_has_another_version_when_who_is_in_it_changes() -> None:
    """Who joins, leaves, begins or stops; not who is said again, and not for other teams."""
    roster, seen = Roster(), []
    for update in [
        (1, "a", "north", True),
        (2, "b", "north", True),
        (3, "c", "south", True),
        (4, "d", "south", False),
    ]:
        told(roster, "ann", update)
        seen.append((roster.version_of("north"), roster.version_of("south")))

    north, south = zip(*seen, strict=True)
    assert north[0] == north[1] != north[2] == north[3]
    assert south[0] == south[1] != south[2] != south[3]
    assert roster.version_of("east") == 0
