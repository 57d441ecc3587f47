"""How an alert's step is published."""

import msgspec

from processors.alerts.sends import alert_sends
from processors.partition import Send
from schemas.alert import Alert, Reason
from tests.processors.notify.timeline import alert

TOPICS = ("alerts", "history")


def test_a_step_stands_on_both_topics() -> None:
    """The same under the same key."""
    told = alert("slow")
    latest, history = alert_sends("a1", told, told.reason, told.revision, TOPICS)

    assert (("alerts", b"a1"), ("history", b"a1")) == (
        (latest.topic, latest.key),
        (history.topic, history.key),
    )
    assert latest.value is not None
    assert latest.value == history.value
    assert told == msgspec.json.decode(latest.value, type=Alert)


def test_what_is_withdrawn_leaves_a_tombstone_with_its_reason() -> None:
    """On the compacted topic only; which step it was stands in the headers."""
    headers = (("reason", b"expired"), ("revision", b"7"))

    assert (Send("alerts", None, b"a1", None, headers),) == alert_sends("a1", None, Reason.EXPIRED, 7, TOPICS)
