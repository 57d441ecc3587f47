"""What gets worse or better, or moves to somebody else: who hears of it."""

from tests.processors.notify.timeline import FILE, Timeline, alert


def test_worse_is_told_at_the_next_chance() -> None:
    """From warning to critical is a message; back to warning is none; critical again within the episode is none."""
    line = Timeline()
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "Warning: Rule slow")
    line.at(10, alert(severity="critical", minute=10, team="north"))
    line.wants(10.5, 10.6, "worse", "Now critical: Rule slow")
    line.at(20, alert(minute=20, team="north"))
    line.at(30, alert(severity="critical", minute=30, team="north"))
    line.at(40, alert(state="resolved", minute=40, team="north"))
    line.wants(40.5, 40.6, "resolved", "Rule slow")
    line.run(60)


SEVERE = FILE + "  routes: {pages: {match: {severity: critical}, receivers: [pager]}}\n"


def test_what_gets_worse_is_told_where_it_was_told_and_where_it_belongs_now() -> None:
    """Nobody may take it for over; when it is, both hear it."""
    line = Timeline(SEVERE)
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "Warning")
    line.at(10, alert(severity="critical", minute=10, team="north"))
    line.wants(10.5, 10.6, "worse", "Now critical")
    line.wants(10.5, 10.6, "firing", "Critical", to="pager")
    line.at(30, alert(severity="critical", state="resolved", minute=30, team="north"))
    line.wants(30.5, 30.6, "resolved", "Rule slow")
    line.wants(30.5, 30.6, "resolved", "Rule slow", to="pager")
    line.run(60)


def test_what_gets_better_is_over_where_only_the_worst_is_told() -> None:
    """The pager is told that it is no longer critical; who gets warnings is told that there is one."""
    line = Timeline(SEVERE)
    line.at(0, alert(severity="critical", team="north"))
    line.wants(0.5, 0.6, "firing", "Critical", to="pager")
    line.at(10, alert(minute=10, team="north"))
    line.wants(10.5, 10.6, "resolved", "Rule slow", to="pager")
    line.wants(10.5, 10.6, "firing", "Warning")
    line.run(60)

    assert "[told elsewhere now]" in line.got[1][2].text + line.got[2][2].text


def test_an_owners_alert_moves_with_its_owner() -> None:
    """Who had it hears that it is no longer his, who has it hears of it."""
    line = Timeline(FILE.replace("[rule, team]", "[owner]"))
    line.at(0, alert(owner="ann"))
    line.wants(0.5, 0.6, "firing", "Rule slow")
    line.at(10, alert(owner="bob", minute=10))
    line.wants(10.5, 10.6, "resolved", "Rule slow")
    line.wants(10.5, 10.6, "firing", "Rule slow")
    line.run(60)
