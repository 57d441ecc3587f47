"""What is written, sent and remembered: over restarts, crashes, and receivers that are away."""

from tests.processors.notify.timeline import FILE, Timeline, alert, at_us


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
    assert line.notifier.fates.thread_of("sales", again) is None


def test_updates_go_into_the_thread_that_the_receiver_named() -> None:
    """Also after a restart; what begins anew begins a thread."""
    line = Timeline()
    line.publish(alert(team="north"))
    line.now_us = at_us(1)
    line.decide()
    line.save()
    item = line.attempt("sales")
    assert item is not None
    line.notifier.fates.delivered("sales", item, "171.25")
    line.save()
    line.start()
    line.publish(alert(state="resolved", minute=20, team="north"))
    line.now_us = at_us(30)
    line.decide()
    line.save()
    item = line.attempt("sales")
    assert item is not None

    assert line.notifier.fates.thread_of("sales", item) == "171.25"


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
    line = Timeline(FILE + "  escalate_after: 30m\n  escalate_to: [pager]\n")
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
