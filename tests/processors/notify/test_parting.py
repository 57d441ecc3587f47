"""Another file of routes while alerts go on: who was told hears the end, who is told now hears what goes on."""

from typing import Any

import pytest

from schemas.notify import load_notify
from tests.processors.notify.timeline import FILE, Timeline, alert, silence

BY_ID = FILE.replace("[rule, team]", "[id]")
PAGER = BY_ID.replace("receivers: [sales]", "receivers: [pager]")
BOTH = BY_ID.replace("receivers: [sales]", "receivers: [sales, pager]")
NAMED = BY_ID + "  routes: {slow: {match: {rule: slow}}}\n"
RENAMED = NAMED.replace("routes: {slow:", "routes: {tardy:")
DIGEST = BY_ID + '  digest: "23:00"\n'
NOBODY = BY_ID.replace("receivers: [sales]", "receivers: []")


def told_of(file: str) -> Timeline:
    """Return an installation whose receivers were told of an alert in the first minute."""
    line = Timeline(file)
    line.publish(alert(team="north"))
    for receiver in ("sales", "pager"):
        if receiver in line.file.route.receivers:
            line.wants(0.5, 0.6, "firing", "north", to=receiver)
    line.run(1)
    return line


def change(line: Timeline, file: str) -> None:
    """Start again, with another file."""
    line.file = load_notify(file, "notify.yaml")
    line.start()


@pytest.mark.parametrize("file", [FILE, RENAMED], ids=["grouped otherwise", "another name"])
def test_what_is_told_in_another_group_is_closed_where_it_was_told(file: str) -> None:
    """An incident of the old group would be open for ever."""
    line = told_of(NAMED)
    change(line, file)
    line.wants(1, 1.1, "resolved", "Closed: Rule slow (team north)")
    line.wants(1, 1.6, "firing", "north")
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.wants(10, 16, "resolved", "Resolved: Rule slow (team north)")
    line.run(30)

    threads = [message.group for _, _, message in line.got]
    assert threads[0] == threads[1] != threads[2] == threads[3]
    assert line.notified == {}


@pytest.mark.parametrize("ended", [alert(state="resolved", minute=1, team="north"), None])
def test_what_ended_meanwhile_is_said_to_be_over(ended: Any) -> None:
    """Nobody else would say so, since it is in no group of the new file."""
    line = told_of(NAMED)
    line.alerts.clear()
    if ended is None:
        line.wants(1, 1.1, "resolved", "no longer reported")
    else:
        line.publish(ended)
        line.wants(1, 1.1, "resolved", "Resolved: Rule slow (team north)")
    change(line, RENAMED)
    line.run(10)

    assert line.notified == {}


def test_another_receiver_hears_what_goes_on_and_the_old_one_that_it_is_not_his() -> None:
    """The first word that the new one hears is not how it ends."""
    line = told_of(BY_ID)
    change(line, PAGER)
    line.wants(1, 1.1, "resolved", "Closed: Rule slow", to="sales")
    line.wants(1, 1.6, "firing", "Warning: Rule slow", to="pager")
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.wants(10, 16, "resolved", "Resolved: Rule slow", to="pager")
    line.run(30)

    assert line.notified == {}


def test_one_receiver_more_hears_what_goes_on() -> None:
    """The other, who knows it, hears nothing again; both hear the end."""
    line = told_of(BY_ID)
    change(line, BOTH)
    line.wants(1, 6, "firing", "Warning: Rule slow", to="pager")
    line.run(10)
    change(line, BOTH)
    line.at(20, alert(state="resolved", minute=20, team="north"))
    line.wants(20, 26, "resolved", "Resolved: Rule slow", to="sales")
    line.wants(20, 26, "resolved", "Resolved: Rule slow", to="pager")
    line.run(30)


def test_who_was_told_nothing_hears_no_end() -> None:
    """What a silence holds back from one who came later, and then is over, is no news."""
    line = told_of(BY_ID)
    line.publish(silence("s", 1, 15, rule="slow"))
    change(line, BOTH)
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.wants(15, 21, "resolved", "Resolved: Rule slow", to="sales")
    line.run(30)


def test_one_receiver_less_hears_that_it_is_told_elsewhere() -> None:
    """The other goes on in his thread."""
    line = told_of(BOTH)
    change(line, BY_ID)
    line.wants(1, 1.1, "resolved", "Closed: Rule slow", to="pager")
    line.at(10, alert(state="resolved", minute=10, team="north"))
    line.wants(10, 16, "resolved", "Resolved: Rule slow", to="sales")
    line.run(30)

    assert len({message.group for _, _, message in line.got}) == 1


@pytest.mark.parametrize("file", [DIGEST, NOBODY], ids=["a digest", "nobody"])
def test_who_is_told_once_a_day_or_never_hears_that_nothing_more_comes(file: str) -> None:
    """And no record of what was told stays behind."""
    line = told_of(BY_ID)
    change(line, file)
    line.wants(1, 1.1, "resolved", "Closed: Rule slow")
    line.run(30)

    assert all(b'"told":{}' in value for value in line.notified.values())


def test_records_that_do_not_say_whom_are_taken_for_told_to_those_of_the_route() -> None:
    """Nobody is told again since the engine is a newer one."""
    line = told_of(BOTH)
    line.notified = {
        key: value.replace(b'"whom":["sales","pager"]', b'"whom":[]') for key, value in line.notified.items()
    }
    line.start()
    line.run(30)
