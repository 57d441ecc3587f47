"""Events for PagerDuty."""

import pytest

from processors.messages.pagerduty import dedup_key, pagerduty_event
from schemas.message import Occasion
from tests.processors.messages.told import MESSAGES, alert, golden, group, message, pretty


@pytest.mark.parametrize("name", MESSAGES)
def test_golden(name: str) -> None:
    """Each message gives what it gave when somebody read it."""
    assert pretty(pagerduty_event(MESSAGES[name], "key")) == golden(f"pagerduty-{name}.json")


@pytest.mark.parametrize("occasion", Occasion)
def test_actions(occasion: Occasion) -> None:
    """What is over resolves the incident, a digest is none, all else triggers it."""
    event = pagerduty_event(message(occasion=occasion), "key")

    expected = {Occasion.RESOLVED: "resolve", Occasion.DIGEST: None}.get(occasion, "trigger")
    assert (event and event["event_action"]) == expected


def test_a_group_is_one_incident() -> None:
    """Messages of a group have its key, however long its name is."""
    assert dedup_key(message()) == dedup_key(message(id="other", revision=2)) == "slow-response|team=north"
    long, longer = (dedup_key(message(group="g" * length)) for length in (256, 257))
    assert long != longer
    assert len(long) == len(longer) == 64


def test_an_event_is_not_too_large() -> None:
    """A thousand alerts with long summaries stay well below PagerDuty's 512 KB."""
    many = tuple(alert(summary="s" * 5_000) for _ in range(1_000))
    event = pagerduty_event(group(alerts=many, text="t" * 10**6), "key")

    assert event is not None
    assert event["payload"]["custom_details"]["more"] == 959
    assert len(pretty(event)) < 300_000
