"""Receivers that take for over what they don't hear of."""

from tests.processors.notify.timeline import FILE, Timeline, acknowledgement, alert

PROMETHEUS = FILE.replace(
    'sales: {type: slack, channel: "#sales", token_env: SLACK_TOKEN}',
    'sales: {type: alertmanager, urls: ["http://am:9093"], resend_every: 2m}',
).replace("[rule, team]", "[]")


def test_what_is_open_is_sent_again_until_it_is_over() -> None:
    """Every two minutes, acknowledged or not; what began meanwhile with it, once it was told."""
    line = Timeline(PROMETHEUS)
    fired = alert("a")
    line.at(0, fired, acknowledgement(fired, 1))
    line.wants(0.5, 0.6, "firing", "Rule a")
    for minute, subject in ((2, "Rule a"), (4, "Rule a"), (6, "2 alerts")):
        line.wants(minute, minute + 0.05, "reminder", f"Still open: {subject}")
    line.at(1, alert("b", minute=1, began=1))
    line.wants(5.5, 5.6, "changed", "Rule b")
    line.at(6.5, alert("a", state="resolved", minute=6.5), alert("b", state="resolved", minute=6.5))
    line.wants(10.5, 10.6, "resolved", "2 alerts")
    line.run(30)

    assert line.notified == {}


def test_more_than_fit_into_one_message_go_into_several() -> None:
    """None is left out: Alertmanager would end it."""
    line = Timeline(PROMETHEUS)
    line.at(0, *(alert(f"r{number}") for number in range(1_200)))
    line.wants(0.5, 0.6, "firing", "1200 alerts")
    for _ in range(3):
        line.wants(2, 2.05, "reminder", "Still open")
    line.run(3)

    assert sum(len(message.alerts) for _, _, message in line.got[1:]) == 1_200
