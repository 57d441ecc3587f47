"""Which alerts keep which others quiet."""

from processors.notify.inhibition import Inhibitor
from schemas.notify import Inhibition
from tests.processors.notify.timeline import alert

TEAM = Inhibition(source={"rule": "team-*"}, target={"rule": "rep-*"}, equal=("team",))
SLOW = Inhibition(source={"rule": "*-slow"}, target={"rule": "rep-*"})
ANY = Inhibition(source={"severity": "critical"}, target={"severity": ("critical", "warning")})


def test_only_where_what_must_be_equal_is() -> None:
    """A team's alert is of no account to the reps of another."""
    inhibitor = Inhibitor([TEAM])
    rep = alert("rep-slow", labels={"team": "north"}, rep="ann")

    assert not inhibitor.inhibits(rep)
    assert inhibitor.take(alert("team-slow", team="south"))
    assert not inhibitor.inhibits(rep)
    assert inhibitor.take(alert("team-slow", team="north"))
    assert inhibitor.inhibits(rep)
    assert not inhibitor.inhibits(alert("other", team="north"))


def test_only_while_it_is_open() -> None:
    """And where it is now."""
    inhibitor = Inhibitor([TEAM])
    source, rep = alert("team-slow", team="north"), alert("rep-slow", labels={"team": "north"})
    inhibitor.take(source)
    assert inhibitor.drop(source.id)
    assert not inhibitor.inhibits(rep)
    assert not inhibitor.drop(source.id)
    assert not inhibitor.take(rep)


def test_two_that_are_source_and_target_alike_are_both_told() -> None:
    """None keeps itself quiet, and not each the other."""
    inhibitor = Inhibitor([ANY])
    one, other = alert("a", severity="critical"), alert("b", severity="critical")
    inhibitor.take(one)
    inhibitor.take(other)

    assert not inhibitor.inhibits(one)
    assert not inhibitor.inhibits(other)
    assert inhibitor.inhibits(alert("c"))


def test_what_is_source_and_target_is_kept_quiet_by_what_is_source_alone() -> None:
    """A rep's alert by the team's, though not by another rep's."""
    inhibitor = Inhibitor([SLOW])
    for source in (alert("rep-slow", rep="ann"), alert("rep-slow", rep="bob")):
        inhibitor.take(source)
    assert not inhibitor.inhibits(alert("rep-slow", rep="ann"))
    inhibitor.take(alert("team-slow"))

    assert inhibitor.inhibits(alert("rep-slow", rep="ann"))
    assert not inhibitor.inhibits(alert("team-slow"))
