"""What is held back, and what lets go: silences, other alerts, hours, cool-down, rate, the time of a digest."""

import pytest

from schemas.notified import Held
from tests.processors.notify.timeline import FILE, Timeline, alert, at_us, silence


def test_a_silence_holds_everything_back_while_it_lasts() -> None:
    """What began and goes on is told when it ends; what ended meanwhile as well, and what came and went is not."""
    line = Timeline()
    line.at(0, alert("known", team="north"))
    line.wants(0.5, 0.6, "firing", "Rule known")
    line.at(5, silence("s", 5, 60, team="north"))
    line.at(10, alert("new", minute=10, began=10, team="north"))
    line.at(15, alert("brief", minute=15, began=15, team="north"))
    line.at(20, alert("known", state="resolved", minute=20, team="north"))
    line.at(25, alert("brief", state="resolved", minute=25, began=15, team="north"))
    line.wants(60, 60.2, "firing", "Rule new")
    line.wants(60, 60.2, "resolved", "Rule known")
    line.run(120)

    assert line.notifier.times_held == {Held.SILENCED: 3}
    assert not line.notifier.held_now


def test_a_silence_that_is_ended_early_lets_go_at_once() -> None:
    """The record with the earlier end is what counts."""
    line = Timeline()
    line.at(0, silence("s", 0, 600, rule="sl*"))
    line.at(1, alert(minute=1, began=1, team="north"))
    line.at(30.1, silence("s", 30, 30))
    line.wants(30, 30.15, "firing", "slow")
    line.run(60)


INHIBITS = FILE.replace("[rule, team]", "[rule]") + (
    "inhibit:\n  - {source: {rule: team-*}, target: {rule: rep-*}, equal: [team]}\n"
)


def test_a_teams_alert_keeps_its_reps_quiet() -> None:
    """Only those of that team, and only while it is open. Whose team a rep is in, the directory says."""
    line = Timeline(INHIBITS)
    for rep, team in (("ann", "north"), ("bob", "south")):
        line.notifier.take_rep(rep, team, at_us(0))
    line.at(0, alert("team-slow", team="north"), alert("rep-slow", rep="ann"), alert("rep-slow", rep="bob"))
    line.wants(0.5, 0.6, "firing", "Rule team-slow (team north)")
    line.wants(0.5, 0.6, "firing", "Rule rep-slow (rep bob)")
    line.at(30, alert("team-slow", state="resolved", minute=30, team="north"))
    line.wants(30.5, 30.6, "resolved", "Rule team-slow")
    line.wants(30, 30.1, "changed", "2 reps: Rule rep-slow")
    line.run(60)

    assert line.notifier.times_held[Held.INHIBITED] == 1


def test_a_rep_that_changes_teams_is_inhibited_by_the_new_one() -> None:
    """The directory's word counts from when it comes."""
    line = Timeline(INHIBITS)
    line.at(0, alert("team-slow", team="north"))
    line.wants(0.5, 0.6, "firing", "team-slow")
    line.at(1, lambda: line.notifier.take_rep("ann", "north", at_us(1)))
    line.at(2, alert("rep-slow", minute=2, began=2, rep="ann"))
    line.at(10, lambda: line.notifier.take_rep("ann", "south", at_us(10)))
    line.wants(10.5, 10.6, "firing", "Rule rep-slow (rep ann)")
    line.run(30)


def hours(now_us: int) -> bool:
    """From minute 60 on people are there."""
    return now_us >= at_us(60)


def test_outside_hours_messages_wait() -> None:
    """What is still so is told when the hours begin, what came and went is not."""
    line = Timeline(FILE + "  only_in: business\n", {"business": hours})
    line.at(0, alert(team="north"))
    line.at(5, alert(team="south", minute=5, began=5))
    line.at(10, alert(state="resolved", team="south", minute=10, began=5))
    line.wants(60, 60.2, "firing", "team north")
    line.run(120)

    assert line.notifier.times_held == {Held.MUTED: 2}


def test_an_alert_that_just_was_over_cools_down() -> None:
    """It is told again when it still is so after the time."""
    line = Timeline(FILE + "  cool_down: 20m\n")
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "slow")
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.wants(10.5, 10.6, "resolved", "slow")
    line.at(12, alert(minute=12, began=12, team="north"))
    line.at(14, alert(state="resolved", minute=14, began=12, team="north"))
    line.at(16, alert(minute=16, began=16, team="north"))
    line.wants(30.5, 30.7, "firing", "slow")
    line.run(90)

    first, _, again = (message for _, _, message in line.got)
    assert first.group != again.group
    assert first.revision < again.revision


def test_a_rules_cool_down_counts_from_when_it_was_told() -> None:
    """Only what people heard of makes them deaf for a while."""
    line = Timeline()
    line.at(0, alert(team="north", cool_down_s=1800.0))
    line.wants(0.5, 0.6, "firing", "slow")
    line.at(10, alert(state="resolved", minute=10, team="north", cool_down_s=1800.0))
    line.wants(10.5, 10.6, "resolved", "slow")
    line.at(12, alert(minute=12, began=12, team="north", cool_down_s=1800.0))
    line.wants(30.5, 30.7, "firing", "slow")
    line.run(90)


def test_a_rules_cool_down_goes_before_its_routes() -> None:
    """As its other times do: a rule that wants to be heard at once is not held up by a route that cools down."""
    line = Timeline(FILE + "  cool_down: 20m\n")
    line.at(0, alert(team="north", cool_down_s=0.0))
    line.wants(0.5, 0.6, "firing", "slow")
    line.at(10, alert(state="resolved", minute=10, team="north", cool_down_s=0.0))
    line.wants(10.5, 10.6, "resolved", "slow")
    line.at(12, alert(minute=12, began=12, team="north", cool_down_s=0.0))
    line.wants(12.5, 12.6, "firing", "slow")
    line.run(20)


def test_a_route_sends_no_more_than_it_may_and_the_worst_first() -> None:
    """Two in ten minutes: the critical one goes before those that came before it; others say what is so then."""
    line = Timeline(FILE.replace("[rule, team]", "[id]") + "  rate_limit: {messages: 2, per: 10m}\n")
    for number in range(4):
        line.at(number / 60, alert(f"r{number}", minute=number / 60))
    line.wants(0.5, 0.6, "firing", "Rule r0")
    line.wants(0.5, 0.6, "firing", "Rule r1")
    line.at(5, alert("bad", severity="critical", minute=5, began=5))
    line.at(6, alert("r2", state="resolved", minute=6))
    line.wants(10.5, 10.6, "firing", "Rule bad")
    line.wants(10.5, 10.6, "firing", "Rule r3")
    line.run(60)

    assert line.notifier.times_held[Held.RATE_LIMITED] == 3


@pytest.mark.parametrize("resolved", ["whole", "each"])
def test_what_began_anew_and_is_held_back_does_not_leave_an_incident_open(resolved: str) -> None:
    """It is the same incident until that is over as well, and then it is closed."""
    quiet = "inhibit: [{source: {rule: bad}, target: {rule: slow}}]\n"
    line = Timeline(FILE + f"  resolved: {resolved}\n" + quiet)
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "slow")
    line.at(10, alert("bad", minute=10, began=10))
    line.wants(10.5, 10.6, "firing", "bad")
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.at(10.2, alert(minute=10.2, began=10.2, team="north"))
    line.at(20, alert(state="resolved", minute=20, began=10.2, team="north"))
    line.wants(20.5, 20.6, "resolved", "slow")
    line.run(60)

    (began, _, ended) = (message for _, _, message in line.got)
    assert began.group == ended.group


DIGEST = FILE + '  digest: "10:00"\n'


def test_a_digest_comes_once_a_day() -> None:
    """At its time, with what is open and what was resolved since, the worst first; nothing when there is nothing."""
    line = Timeline(DIGEST.replace("[rule, team]", "[]"))
    line.at(
        0, alert(team="north"), alert("old", team="north"), alert("bad", team="north", severity="critical")
    )
    line.at(10, alert("old", state="resolved", minute=10, team="north"))
    line.at(20, alert("bad", state="resolved", minute=20, team="north", severity="critical"))
    line.wants(60, 60.1, "digest", "Digest: 1 open, 2 over")
    line.at(100, alert(state="resolved", minute=100, team="north"))
    line.wants(60 + 1440, 60.1 + 1440, "digest", "Digest: 0 open, 1 over")
    line.run(60 + 3 * 1440)

    first, second = (message for _, _, message in line.got)
    assert first.group != second.group
    assert [one.rule for one in first.alerts] == ["slow", "bad", "old"]


def test_what_began_and_ended_between_two_digests_is_in_the_next() -> None:
    """Also where nothing else of its group is open, and nobody was told of it."""
    line = Timeline(DIGEST)
    line.at(0, alert(team="north"))
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.wants(60, 60.1, "digest", "Digest: 0 open, 1 over")
    line.run(61 + 1440)


@pytest.mark.parametrize("restarts", [False, True])
def test_what_ended_before_a_digest_and_was_heard_of_after_it_is_in_the_next(restarts: bool) -> None:
    """A worker that was away, or whose clock is behind, tells late when it ended; then it is in one digest, not in two."""
    line = Timeline(DIGEST)
    line.at(1, alert(team="north"))
    line.wants(60, 60.1, "digest", "Digest: 1 open, 0 over")
    line.at(70, alert(state="resolved", minute=50, team="north"))
    line.run(71)
    if restarts:
        line.start()
    line.wants(60 + 1440, 60.1 + 1440, "digest", "Digest: 0 open, 1 over")
    line.run(61 + 1440)
    line.start()
    line.run(61 + 2 * 1440)


def test_a_restart_after_a_day_without_a_digest_brings_none() -> None:
    """That there was nothing to say at its time is remembered: what begins later waits for the next."""
    line = Timeline(DIGEST)
    line.at(0, alert(team="north"))
    line.at(30, alert(state="resolved", minute=30, team="north"))
    line.wants(60, 60.1, "digest", "Digest: 0 open, 1 over")
    line.at(1600, alert(minute=1600, began=1600, team="north"))
    line.at(1700, line.start)
    line.wants(60 + 2 * 1440, 60.1 + 2 * 1440, "digest", "Digest: 1 open, 0 over")
    line.run(61 + 2 * 1440)


def test_a_digest_leaves_out_what_is_silenced() -> None:
    """As every message does."""
    line = Timeline(DIGEST.replace("[rule, team]", "[]"))
    line.at(0, alert(team="north"), alert("other", team="north"), silence("s", 0, 600, rule="other"))
    line.wants(60, 60.1, "digest", "Digest: 1 open, 0 over")
    line.run(100)


@pytest.mark.parametrize("down", ["09:59 to 10:30", "not at all"])
def test_a_digest_is_not_missed_for_a_restart(down: str) -> None:
    """Who starts after its time sends it at once; who sent it does not send it again."""
    line = Timeline(DIGEST)
    line.at(0, alert(team="north"))
    line.run(59)
    if down != "not at all":
        line.now_us = at_us(90)
    line.start()
    line.wants(60, 90.1, "digest", "Digest")
    line.run(100)
    line.start()
    line.run(200)
