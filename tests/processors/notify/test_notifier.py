"""Time lines as a person reads them: this happens at minute t, and is told between t1 and t2, and nothing else."""

from schemas.notified import Held
from tests.processors.notify.timeline import FILE, Timeline, alert


def test_one_message_when_it_goes_wrong_another_when_it_is_right_again() -> None:
    """And none in between, whatever the record says meanwhile."""
    line = Timeline()
    line.at(1, alert(state="pending", minute=1, began=1, team="north"))
    line.at(2, alert(minute=2, began=1, team="north"))
    line.wants(2.5, 2.6, "firing", "Rule slow (team north)")
    line.at(10, alert(state="no_data", minute=10, began=1, team="north"))
    line.at(20, alert(minute=20, began=1, value=9000, team="north"))
    line.at(40, alert(state="resolved", minute=40, began=1, team="north"))
    line.wants(40.5, 40.6, "resolved", "Rule slow (team north)")
    line.run(90)

    fired, resolved = (message for _, _, message in line.got)
    assert fired.group == resolved.group
    assert fired.id != resolved.id
    assert fired.revision < resolved.revision
    assert line.notifier.groups == 0
    assert line.notified == {}


def test_times_are_those_of_the_people_who_are_told() -> None:
    """A message says in which zone they are, for who puts it into words."""
    line = Timeline(zone="Europe/Berlin")
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "Rule slow (team north)")
    line.run(2)

    assert [message.timezone for _, _, message in line.got] == ["Europe/Berlin"]


def test_what_came_to_nothing_is_not_told() -> None:
    """A pending alert that is withdrawn, and one that resolves before anybody was told."""
    line = Timeline()
    pending = alert(state="pending", team="north")
    line.at(0, pending)
    line.at(3, lambda: line.withdraw(pending.id))
    line.at(5, alert(minute=5, began=5, team="south"))
    line.at(5.2, alert(state="resolved", minute=5.2, began=5, team="south"))
    line.run(60)


def test_twelve_reps_are_one_message() -> None:
    """What comes within the group's wait is told together; who comes later joins after the interval."""
    line = Timeline(FILE.replace("[rule, team]", "[rule]"))
    for number in range(12):
        line.at(number / 30, alert("behind", minute=number / 30, began=0, rep=f"rep{number}"))
    line.wants(0.5, 0.6, "firing", "12 reps: Rule behind")
    line.at(1, alert("behind", minute=1, began=1, rep="late"))
    line.wants(5.5, 5.6, "changed", "13 reps: Rule behind")
    line.run(60)

    message = line.got[0][2]
    assert len(message.alerts) == 12
    assert len(message.text.splitlines()) == 12


def test_groups_are_told_apart() -> None:
    """Teams have messages of their own, and threads of their own."""
    line = Timeline()
    line.at(0, alert(team="north"), alert(team="south"))
    line.wants(0.5, 0.6, "firing", "team north")
    line.wants(0.5, 0.6, "firing", "team south")
    line.run(30)

    assert len({message.group for _, _, message in line.got}) == 2


def test_a_group_is_over_when_all_of_it_is() -> None:
    """That one of two is over is told with the next message only, unless the route wants each."""
    for resolved, told in (("whole", False), ("each", True)):
        line = Timeline(FILE.replace("[rule, team]", "[rule]") + f"  resolved: {resolved}\n")
        line.at(0, alert(team="north"), alert(team="south"))
        line.wants(0.5, 0.6, "firing", "2 teams: Rule slow")
        line.at(10, alert(state="resolved", minute=10, team="north"))
        if told:
            line.wants(10.5, 10.6, "changed", "Rule slow (team south)")
        line.at(20, alert(state="resolved", minute=20, team="south"))
        line.wants(20.5, 20.6, "resolved", "Rule slow" if told else "2 teams: Rule slow")
        line.run(60)


def test_nobody_hears_of_the_end_where_the_route_says_so() -> None:
    """`resolved: never`; the next episode is told."""
    line = Timeline(FILE + "  resolved: never\n")
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "north")
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.at(20, alert(minute=20, began=20, team="north"))
    line.wants(20.5, 20.6, "firing", "north")
    line.run(60)


def test_a_route_without_receivers_is_for_what_nobody_wants_to_hear() -> None:
    """It is counted, once."""
    line = Timeline(FILE + "  routes: {quiet: {match: {severity: info}, receivers: []}}\n")
    line.at(0, alert(severity="info", team="north"))
    line.at(1, alert(severity="info", team="north", minute=1, value=3))
    line.run(10)

    assert line.notifier.times_held == {Held.NOT_ROUTED: 1}
    assert line.notifier.held_now == {Held.NOT_ROUTED: 1}


def test_what_is_withdrawn_is_over() -> None:
    """Also when nobody was there when it resolved: its record may be gone by then."""
    line = Timeline()
    fired = alert(team="north")
    line.at(0, fired)
    line.wants(0.5, 0.6, "firing", "slow")
    line.run(1)
    line.alerts.clear()
    line.start()
    line.wants(5.4, 5.6, "resolved", "alerts that are no longer reported")
    line.run(10)

    assert line.got[-1][2].text == "1 alert is no longer reported"


def test_records_that_cannot_be_read_are_counted() -> None:
    """Of alerts and of silences; nothing else follows from them."""
    line = Timeline()
    line.at(0, lambda: line.notifier.take_alert("a", b"{", line.now_us))
    line.at(0, lambda: line.notifier.take_silence("s", b"[]"))
    line.run(10)

    assert line.notifier.unreadable == 2


def test_a_message_names_so_many_alerts_and_counts_the_rest() -> None:
    """`alerts_max`; the worst are named."""
    line = Timeline(FILE.replace("[rule, team]", "[]") + "  alerts_max: 2\n")
    line.at(0, alert("a"), alert("b"), alert("c", severity="critical"))
    line.wants(0.5, 0.6, "firing", "Critical: 3 alerts: c, a, b")
    line.run(1)

    message = line.got[0][2]
    assert [one.rule for one in message.alerts] == ["c", "a"]
    assert message.more == 1
    assert message.severity == "critical"
    assert message.text.endswith("\n… and 1 more")


def test_an_older_record_changes_nothing() -> None:
    """As a crash of the worker, or a reader that reads again, brings them."""
    line = Timeline()
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "slow")
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.wants(10.5, 10.6, "resolved", "slow")
    line.at(1, alert(minute=-1, state="resolved", team="north"))
    line.run(60)


def test_the_next_episode_is_news_also_when_nobody_heard_the_end_of_the_last() -> None:
    """It was over and is there again before the group's next message."""
    line = Timeline()
    line.at(0, alert(team="north"))
    line.wants(0.5, 0.6, "firing", "slow")
    line.at(2, alert(state="resolved", minute=2, team="north"))
    line.at(3, alert(minute=3, began=3, team="north"))
    line.wants(5.5, 5.6, "changed", "slow")
    line.at(20, alert(state="resolved", minute=20, began=3, team="north"))
    line.wants(20.5, 20.6, "resolved", "slow")
    line.run(60)
