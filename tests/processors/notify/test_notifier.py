"""Time lines as a person reads them: this happens at minute t, and is told between t1 and t2, and nothing else."""

import pytest

from schemas.notified import Held
from tests.processors.notify.timeline import FILE, Timeline, acknowledgement, alert, at_us, silence


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


DIGEST = FILE + '  digest: "10:00"\n'


def test_a_digest_comes_once_a_day() -> None:
    """At its time, with what is open and what was resolved since; nothing when there is nothing."""
    line = Timeline(DIGEST.replace("[rule, team]", "[]"))
    line.at(0, alert(team="north"), alert("old", team="north"))
    line.at(10, alert("old", state="resolved", minute=10, team="north"))
    line.wants(60, 60.1, "digest", "Digest: 1 open, 1 over")
    line.at(100, alert(state="resolved", minute=100, team="north"))
    line.wants(60 + 1440, 60.1 + 1440, "digest", "Digest: 0 open, 1 over")
    line.run(60 + 3 * 1440)

    first, second = (message for _, _, message in line.got)
    assert first.group != second.group
    assert [one.rule for one in first.alerts] == ["slow", "old"]


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


def test_a_restart_says_nothing_again() -> None:
    """What was told is remembered; what changed meanwhile is told."""
    line = Timeline()
    line.at(0, alert(team="north"), alert(team="south"))
    line.wants(0.5, 0.6, "firing", "north")
    line.wants(0.5, 0.6, "firing", "south")
    line.run(10)
    line.alerts[alert(team="south").id] = (
        line.alerts[alert(team="south").id][0].replace(b'"firing"', b'"resolved"'),
        at_us(9.9),
    )
    line.start()
    line.wants(10, 10.5, "resolved", "south")
    line.run(30)
    line.start()
    line.run(60)


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


def test_what_is_not_written_is_not_sent() -> None:
    """A crash before the write must find that nothing was said; one after it sends what was decided."""
    line = Timeline()
    line.publish(alert(team="north"))
    line.now_us = at_us(1)
    line.decide()
    assert line.attempt("sales") is None
    line.notifier.unsaved()
    assert line.attempt("sales") is None
    line.start()
    line.decide()
    line.save()
    line.start()
    item = line.attempt("sales")

    assert item is not None
    assert item.queued.message.title == "Warning: Rule slow (team north)"


def test_a_crash_repeats_a_message_under_its_id() -> None:
    """What was on its way when the process was killed is sent again, in the same words."""
    line = Timeline()
    line.publish(alert(team="north"))
    line.now_us = at_us(1)
    line.decide()
    line.save()
    first = line.attempt("sales")
    line.start()
    line.decide()
    line.save()
    again = line.attempt("sales")

    assert first is not None
    assert again is not None
    assert first.queued == again.queued
    assert line.notifier.thread_of("sales", again) is None


def test_updates_go_into_the_thread_that_the_receiver_named() -> None:
    """Also after a restart; what begins anew begins a thread."""
    line = Timeline()
    line.publish(alert(team="north"))
    line.now_us = at_us(1)
    line.decide()
    line.save()
    item = line.attempt("sales")
    assert item is not None
    line.notifier.delivered("sales", item, "171.25")
    line.save()
    line.start()
    line.publish(alert(state="resolved", minute=20, team="north"))
    line.now_us = at_us(30)
    line.decide()
    line.save()
    item = line.attempt("sales")
    assert item is not None

    assert line.notifier.thread_of("sales", item) == "171.25"


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


def test_newer_words_replace_older_ones_that_were_not_delivered() -> None:
    """But never that it began: the end would come out of nothing."""
    line = Timeline(FILE.replace("[rule, team]", "[]"))
    for minute, news in (
        (0, alert("a")),
        (10, alert("b", minute=10, began=10)),
        (20, alert("b", severity="critical", minute=20, began=10)),
        (30, alert("c", minute=30, began=30)),
    ):
        line.now_us = at_us(minute)
        line.publish(news)
        line.now_us = at_us(minute + 6)
        line.decide()
        line.save()

    waiting = [one.message for group in line.notifier._book for one in group.memory.queued]
    assert [(one.occasion.value, len(one.alerts)) for one in waiting] == [("firing", 1), ("worse", 3)]
    assert len(line.notifier.queues["sales"]) == 2


def test_who_is_told_late_hears_of_it_before_its_end() -> None:
    """An escalation that was not delivered is not replaced by the end of what its receivers never heard of."""
    line = Timeline(ESCALATES)
    line.publish(alert(team="north"))
    for minute in (1, 40):
        line.now_us = at_us(minute)
        line.decide()
        line.save()
    line.publish(alert(state="resolved", minute=40, team="north"))
    line.now_us = at_us(60)
    line.decide()
    line.save()

    (group,) = line.notifier._book
    told = [(one.receiver, one.message.occasion.value) for one in group.memory.queued]
    assert told == [("sales", "firing"), ("pager", "reminder"), ("sales", "resolved"), ("pager", "resolved")]
