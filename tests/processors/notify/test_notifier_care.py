"""Reminders until somebody takes care, and others who are told when nobody does."""

from schemas.notified import Held
from tests.processors.notify.timeline import FILE, Timeline, acknowledgement, alert


def test_reminders_come_until_somebody_takes_care() -> None:
    """Every `repeat_interval`; an acknowledgement ends them, and does not hide the end."""
    line = Timeline(FILE + "  repeat_interval: 1h\n")
    fired = alert(team="north")
    line.at(0, fired)
    line.wants(0.5, 0.6, "firing", "Warning: Rule slow")
    line.wants(60.5, 60.7, "reminder", "Still warning: Rule slow")
    line.wants(120.5, 120.8, "reminder", "Still warning: Rule slow")
    line.at(130, acknowledgement(fired, 130))
    line.at(300, alert(state="resolved", minute=300, team="north"))
    line.wants(300.5, 300.7, "resolved", "Rule slow")
    line.run(400)

    assert line.notifier.times_held[Held.ACKNOWLEDGED] == 1


def test_an_acknowledgement_is_of_one_episode_and_one_severity() -> None:
    """What is worse is told, and so is the next time."""
    line = Timeline()
    fired = alert(team="north")
    line.at(0, fired)
    line.wants(0.5, 0.6, "firing", "Warning")
    line.at(1, acknowledgement(fired, 1))
    line.at(10, alert(severity="critical", minute=10, team="north"))
    line.wants(10.5, 10.6, "worse", "Now critical")
    line.at(20, alert(state="resolved", severity="critical", minute=20, team="north"))
    line.wants(20.5, 20.6, "resolved", "slow")
    line.at(30, alert(minute=30, began=30, team="north"))
    line.wants(30.5, 30.6, "firing", "Warning")
    line.run(60)


def test_a_rule_says_how_often_it_is_told_again() -> None:
    """Its `renotify` is worth more than the route's interval."""
    line = Timeline()
    line.at(0, alert(team="north", renotify_s=1200.0), alert(team="south"))
    line.wants(0.5, 0.6, "firing", "north")
    line.wants(0.5, 0.6, "firing", "south")
    line.wants(20.5, 20.6, "reminder", "north")
    line.wants(40.5, 40.7, "reminder", "north")
    line.run(50)


ESCALATES = FILE + "  escalate_after: 30m\n  escalate_to: [pager]\n"


def test_what_nobody_takes_care_of_is_escalated() -> None:
    """Once, to more people; they hear how it ends, and not of the next time unless that lasts as well."""
    line = Timeline(ESCALATES)
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "Rule slow")
    line.wants(30.5, 30.6, "reminder", "Still warning")
    line.wants(30.5, 30.6, "reminder", "Still warning", to="pager")
    line.at(60, alert(state="resolved", minute=60, team="north"))
    line.wants(60.5, 60.6, "resolved", "slow")
    line.wants(60.5, 60.6, "resolved", "slow", to="pager")
    line.at(70, alert(minute=70, began=70, team="north"))
    line.wants(70.5, 70.6, "firing", "slow")
    line.at(80, alert(state="resolved", minute=80, began=70, team="north"))
    line.wants(80.5, 80.6, "resolved", "slow")
    line.run(120)


def test_what_somebody_takes_care_of_is_not_escalated() -> None:
    """An acknowledgement before the time is up."""
    line = Timeline(ESCALATES)
    fired = alert(team="north")
    line.at(0, fired)
    line.wants(0.5, 0.6, "firing", "Rule slow")
    line.at(20, acknowledgement(fired, 20))
    line.run(120)
