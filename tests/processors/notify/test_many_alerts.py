"""Ten thousand alerts at once."""

import tracemalloc

from processors.notify.notifier import SLICE_MAX
from tests.processors.notify.timeline import FILE, Timeline, alert, at_us

MANY = 10_000


def test_they_are_one_message_where_they_are_one_group() -> None:
    """With the worst by name, and the rest counted; and one when they are over."""
    line = Timeline(FILE.replace("[rule, team]", "[rule]"))
    line.at(0, *(alert("behind", rep=f"rep{number}") for number in range(MANY)))
    line.wants(0.5, 0.6, "firing", "10000 reps: Rule behind")
    line.at(10, *(alert("behind", state="resolved", minute=10, rep=f"rep{number}") for number in range(MANY)))
    line.wants(10.5, 10.6, "resolved", "10000 reps: Rule behind")
    line.run(11)

    fired = line.got[0][2]
    assert (len(fired.alerts), fired.more) == (50, MANY - 50)
    assert line.notified == {}


def test_they_keep_to_their_routes_rate() -> None:
    """One by one, sixty a minute and no more in any minute; a tick looks at a slice, so that others get their turn."""
    line = Timeline(FILE.replace("[rule, team]", "[id]") + "  rate_limit: {messages: 60, per: 1m}\n")
    for number in range(MANY):
        line.publish(alert("behind", rep=f"rep{number}"))
    line.now_us = at_us(0.5)
    assert line.notifier.tick(line.now_us)
    assert line.notifier.held_now.total() <= SLICE_MAX
    line.decide()
    line.save()
    for minute in range(1, 6):
        assert len(line.notifier.queues["sales"]) == 60 * minute
        line.now_us = at_us(0.5 + minute)
        line.decide()
        line.save()


def test_memory_is_flat() -> None:
    """Alerts that come and go leave nothing behind, wave after wave."""
    line = Timeline(FILE)
    sizes = []
    tracemalloc.start()
    for wave in range(4):
        minute = wave * 60
        for number in range(1_000):
            line.at(
                minute,
                alert("behind", minute=minute, began=minute, rep=f"rep{number}", team=f"t{number % 50}"),
            )
            line.at(
                minute + 10,
                alert(
                    "behind",
                    state="resolved",
                    minute=minute + 10,
                    began=minute,
                    rep=f"rep{number}",
                    team=f"t{number % 50}",
                ),
            )
        line.now_us = at_us(minute)
        for at_minute in (minute, minute + 1, minute + 10, minute + 11, minute + 20):
            line.now_us = at_us(at_minute)
            for begun, what in [one for one in line._script if one[0] <= at_minute]:
                line.publish(what)
                line._script.remove((begun, what))
            line.decide()
            line.save()
            while (item := line.attempt("sales")) is not None:
                line.notifier.fates.delivered("sales", item, None)
            line.save()
        line.alerts.clear()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()

    assert line.notifier.groups == 0
    assert line.notified == {}
    # A thousand alerts that stayed would take a megabyte; readers of times and patterns keep a little.
    assert sizes[-1] < sizes[0] + 300_000
