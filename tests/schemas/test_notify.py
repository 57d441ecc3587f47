"""The delivery file: what it may say, and every mistake with its line."""

import pytest

from schemas.files.document import Faults
from schemas.notify import load_notify, walk

GOOD = """\
receivers:
  sales: {type: slack, channel: "#sales", token_env: SLACK_TOKEN}
  pager: {type: pagerduty, routing_key_env: PAGER_KEY}
route:
  receivers: [sales]
  group_by: [rule, team]
  group_wait: 30s
  repeat_interval: 4h
  rate_limit: {messages: 20, per: 1h}
  words: {title: "$severity: $subject", line: "$whose $value", link: "https://example.com/?team=$team"}
  routes:
    pages:
      match: {severity: critical, team: [north, "south*"]}
      receivers: [pager]
      continue: true
      repeat_interval: never
      rate_limit: none
    daily: {match: {severity: info}, digest: "08:00", only_in: office}
inhibit:
  - {source: {rule: team-slow}, target: {rule: rep-slow}, equal: [team]}
hours:
  office: {timezone: Europe/Amsterdam, working_hours: "09:00-17:00"}
"""


def faults(text: str) -> list[str]:
    """Return what is wrong with a file."""
    with pytest.raises(Faults) as wrong:
        load_notify(text, "notify.yaml")
    return [str(fault) for fault in wrong.value.faults]


def test_a_good_file_says_what_it_says() -> None:
    """Routes in their order, durations in microseconds."""
    found = load_notify(GOOD, "notify.yaml")

    assert [name for _, name, _ in walk(found.route)] == ["default", "pages", "daily"]
    assert found.route.repeat_interval_us == 4 * 3_600_000_000
    assert found.route.routes["pages"].repeat_interval_us == "never"
    assert found.route.routes["pages"].goes_on
    assert found.inhibit[0].equal == ("team",)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("receivers: [sales]", "receivers: [salse]", "5: route.receivers[0]: unknown receiver 'salse', did you mean 'sales'?"),
        ("receivers: [pager]", "receivers: [papa]", "14: route.routes.pages.receivers[0]: unknown receiver 'papa'; known: pager, sales"),
        ("only_in: office", "only_in: offices", "18: route.routes.daily.only_in: unknown hours 'offices', did you mean 'office'?"),
        ("group_wait: 30s", "group_wait: 30", "7: route.group_wait: expected a duration such as 90s, 5m, 1h 30m or 2d, found 30"),
        ("$severity: $subject", "$severty", "10: route.words.title: unknown name 'severty', did you mean 'severity'?"),
        ("$whose $value", "5 $ $value", "10: route.words.line: a $ begins no name; write $$ for the sign itself"),
        ("route:\n", "route:\n  match: {severity: info}\n", "5: route.match: the outermost route takes everything: match belongs in one of its routes"),
        ("  office:", "  business:", "22: hours.business: business are the catalog's working hours; choose another name"),
        ("    daily: {", "    default: {", "18: route.routes.default: there are two routes called 'default'; choose another name"),
        ('digest: "08:00"', 'receivers: [pager], digest: "08:00"', "18: route.routes.daily.receivers: pager: PagerDuty takes no digests"),
        ("receivers: [sales]", "receivers: [sales, pager]", "18: route.routes.daily.digest: pager: PagerDuty takes no digests"),
        ("receivers: [sales]", 'digest: "09:00"\n  receivers: [sales]', "15: route.routes.pages.receivers: pager: PagerDuty takes no digests"),
        ("group_by", "groupby", "6: route.groupby: unknown field 'groupby', did you mean 'group_by'?"),
        ('digest: "08:00"', 'digest: "8 am"', "18: route.routes.daily.digest: "),
        ("token_env: SLACK_TOKEN", "token: xoxb-1", "2: receivers.sales"),
        ("{rule: rep-slow}", "{}", "20: inhibit[0].target: must have at least 1 entry"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_line(before: str, after: str, fault: str) -> None:
    """One by one; all at once are the models' business."""
    assert before in GOOD

    assert any(found.startswith(f"notify.yaml:{fault}") for found in faults(GOOD.replace(before, after, 1)))


def test_a_secret_is_never_repeated() -> None:
    """Who wrote one into the file is told so, without it."""
    assert "xoxb-1" not in "\n".join(faults(GOOD.replace("token_env: SLACK_TOKEN", "token: xoxb-1")))


def test_mistakes_come_all_at_once() -> None:
    """A receiver that the grammar refuses hides neither what else is wrong with one, nor a name in a route."""
    text = """\
receivers:
  crm: {type: webhok}
  web: {type: webhook, url: "http://example.com/"}
route:
  receivers: [crmm]
  group_wait: 1
  only_in: busness
  routes:
    a: {receivers: [crm, wbe], escalate_to: [nobody], only_in: [x]}
"""
    assert [found.split(": ")[0].removeprefix("notify.yaml:") + " " + found.split(": ")[1] for found in faults(text)] == [
        "2 receivers.crm.type", "3 receivers.web", "3 receivers.web.url", "5 route.receivers[0]", "6 route.group_wait",
        "7 route.only_in", "9 route.routes.a.escalate_to[0]", "9 route.routes.a.only_in", "9 route.routes.a.receivers[1]",
    ]  # fmt: skip


def test_names_of_what_cannot_be_read_are_not_missed() -> None:
    """A misspelt section of receivers is one mistake, not one for each place that names a receiver; so are hours."""
    with pytest.raises(Faults) as failure:
        load_notify("recievers: {}\nhours: []\nroute: {receivers: [sales], only_in: office}\n", "notify.yaml")

    assert [str(fault) for fault in failure.value.faults] == [
        "notify.yaml:1: receivers: missing",
        "notify.yaml:1: recievers: unknown field 'recievers', did you mean 'receivers'?",
        "notify.yaml:2: hours: expected fields (name: value), found a list",
    ]
