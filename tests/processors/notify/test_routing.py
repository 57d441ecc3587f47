"""Which routes take an alert, and what a route has from those around it."""

import pytest

from processors.notify.routing import GROUP_WAIT_US, Router
from schemas.notify import load_notify
from tests.processors.notify.timeline import alert

FILE = """
receivers:
  sales: {type: slack, channel: "#sales", token_env: SLACK_TOKEN}
  pager: {type: pagerduty, routing_key_env: PAGER_KEY}
route:
  receivers: [sales]
  repeat_interval: 4h
  words: {title: "$subject", line: "$summary"}
  routes:
    pages: {match: {severity: critical}, receivers: [pager], continue: true, repeat_interval: never}
    north:
      match: {team: [north, "n-*"]}
      words: {line: "$rule"}
      routes:
        own: {match: {owner: "?nn"}, receivers: []}
"""


@pytest.fixture
def router() -> Router:
    """Return the tree above."""
    return Router(load_notify(FILE, "notify.yaml").route)


@pytest.mark.parametrize(
    ("more", "names", "why"),
    [
        ({}, ["default"], "nothing matches: the outermost takes it"),
        ({"team": "north"}, ["north"], "an exact text"),
        ({"team": "n-west"}, ["north"], "a pattern beside it"),
        ({"team": "north", "owner": "ann"}, ["own"], "the innermost that matches"),
        ({"severity": "critical"}, ["pages"], "a route that goes on, and none after it matches"),
        ({"severity": "critical", "team": "north"}, ["pages", "north"], "a route that goes on, and another"),
        ({"labels": {"team": "north"}}, ["north"], "a label is as good as a dimension"),
    ],
)
def test_an_alert_goes_to_its_routes(
    router: Router, more: dict[str, object], names: list[str], why: str
) -> None:
    """In their order."""
    assert [policy.name for policy in router.routes(alert(**more))] == names, why


def test_what_a_route_does_not_say_it_has_from_around_it(router: Router) -> None:
    """Words one by one; `never` is a word against it; an empty list is one too."""
    pages, north, own = (router.policies[name] for name in ("pages", "north", "own"))

    assert pages.repeat_interval_us is None
    assert north.repeat_interval_us == 4 * 3_600_000_000
    assert (north.words.title, north.words.line) == ("$subject", "$rule")
    assert own.receivers == ()
    assert own.group_wait_us == GROUP_WAIT_US
