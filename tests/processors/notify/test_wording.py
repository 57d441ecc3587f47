"""The words of a message."""

from zoneinfo import ZoneInfo

import pytest

from processors.notify import wording
from processors.notify.routing import Policy, Router
from schemas.alert import Alert, Reason
from schemas.message import Occasion
from schemas.notify import load_notify
from tests.processors.notify.timeline import FILE, alert

BERLIN = ZoneInfo("Europe/Berlin")


def policy(words: str = "") -> Policy:
    """Return a route with words of its own."""
    return Router(load_notify(FILE + (f"  words: {words}\n" if words else ""), "notify.yaml").route).policies[
        "default"
    ]


@pytest.mark.parametrize(
    ("alerts", "subject"),
    [
        ([alert("a", team="north")], "Rule a (team north)"),
        ([alert("a", summary="Nobody answers.")], "A"),
        ([alert("a", account="acme", rep="ann")], "Rule a (rep ann, account acme)"),
        ([alert("a", rep="ann"), alert("a", rep="bob")], "2 reps: Rule a"),
        ([alert("a", rep="ann"), alert("a", team="north")], "2 alerts: Rule a"),
        ([alert(rule) for rule in "abcd"], "4 alerts: a, b, c, …"),
        ([alert("a", dims={"lost_reason": one}) for one in "bc"], "2 lost reasons: Rule a"),
        ([alert("a", dims={"country": one}) for one in ("NL", "DE")], "2 countries: Rule a"),
        ([alert("a", dims={"day": one}) for one in "bc"], "2 days: Rule a"),
        ([], "alerts that are no longer reported"),
    ],
)
def test_a_subject_says_what_it_is_about(alerts: list[Alert], subject: str) -> None:
    """The rule's title and whom it is about; of many, how many."""
    assert wording.subject_of(alerts) == subject


SLOW = "Response time p90 over the last 24 hours for team north"


@pytest.mark.parametrize(
    ("summary", "subject"),
    [
        pytest.param(
            f"{SLOW} is 3 h, above 2 h: critical now.", "Slow answers", id="no title: the rule's name"
        ),
        pytest.param(
            f"North: too slow: {SLOW} is 3 h, above 2 h.", "North: too slow", id="a title with a colon"
        ),
        pytest.param(
            f"Slow: {SLOW.replace('Response time p90', 'Answers: 90 % within')} is 3 h.",
            "Slow: Answers",
            id="a label with a colon",
        ),
        pytest.param(f"{'x' * 81}: {SLOW} is 3 h.", "Slow answers", id="a title that is too long"),
        pytest.param(
            f"The rule was removed. {SLOW} was 3 h when last judged.", "Slow answers", id="it is gone"
        ),
    ],
)
def test_a_title_is_what_stands_before_the_sentence(summary: str, subject: str) -> None:
    """Of two alerts the subject has not the one's value: what happened may have a colon as well."""
    told = alert("slow-answers", team="north", summary=summary)

    assert wording.subject_of([told]) == f"{subject} (team north)"
    assert wording.subject_of([told, told]) == f"2 teams: {subject}"


@pytest.mark.parametrize(
    ("occasion", "title"),
    [
        (Occasion.FIRING, "Critical: Rule a"),
        (Occasion.WORSE, "Now critical: Rule a"),
        (Occasion.CHANGED, "Update, critical: Rule a"),
        (Occasion.REMINDER, "Still critical: Rule a"),
        (Occasion.DIGEST, "Digest: 1 open, 1 over: Rule a"),
    ],
)
def test_a_title_says_why_it_comes(occasion: Occasion, title: str) -> None:
    """And what is worst; of what is over it says nothing."""
    alerts = [alert("a", severity="critical"), alert("b", state="resolved")]

    assert wording.title(policy(), occasion, alerts, 1, {}) == title


@pytest.mark.parametrize(
    ("rules", "over", "title"),
    [
        ("a", 1, "Digest: 0 open, 1 over: Rule a (team north)"),
        ("aa", 1, "Digest: 1 open, 1 over: Rule a (team north)"),
        ("aa", 0, "Digest: 2 open, 0 over: 2 teams: Rule a"),
        ("abcd", 0, "Digest: 4 open, 0 over: a, b, c, …"),
    ],
)
def test_a_digest_says_what_it_is_about(rules: str, over: int, title: str) -> None:
    """Those of several groups come at the same minute: with numbers only they would all be called the same."""
    alerts = [alert(rule, team="north") for rule in rules]

    assert wording.title(policy(), Occasion.DIGEST, alerts, over, {}) == title


@pytest.mark.parametrize(
    ("alerts", "title"),
    [
        ([alert("a", state="resolved")], "Resolved: Rule a"),
        ([alert("a", state="resolved", reason=Reason.PERIOD_OVER)], "Closed: Rule a"),
        ([alert("a")], "Closed: Rule a"),
        ([alert("a", state="resolved"), alert("a", state="resolved", reason=Reason.KPI_GONE)], "Resolved: 2 alerts: Rule a"),
        ([], "Closed: alerts that are no longer reported"),
    ],
)  # fmt: skip
def test_only_what_is_well_again_is_resolved(alerts: list[Alert], title: str) -> None:
    """A month that ended without its quota is over, no more; so is what others are told of now."""
    assert wording.title(policy(), Occasion.RESOLVED, alerts, len(alerts), {}) == title


def test_a_route_has_words_of_its_own() -> None:
    """Names are filled in; what goes into a link is escaped."""
    own = policy(
        '{title: "$$ $occasion/$group/$count", line: "$state|$whose|$value of $threshold|$n", link: "https://x.example/?t=$team&r=$rep"}'
    )
    alerts = [alert(team="a & b")]

    assert (
        wording.title(own, Occasion.FIRING, alerts, 0, {"team": "a & b", "rep": ""})
        == "$ firing/team a & b/1"
    )
    assert wording.text(own, alerts, 0, 0, 0, BERLIN) == "warning|team a & b|1 h 30 min of 1 h|31"
    assert wording.link(own, alerts) == "https://x.example/?t=a%20%26%20b&r="
    assert wording.link(own, [*alerts, alert(team="c")]) == "https://x.example/?t=&r="
    assert wording.link(policy(), alerts) is None
    ranked = alert(limit="in the last 3", threshold=3)
    assert wording.text(policy("{line: $threshold}"), [ranked], 0, 0, 0, BERLIN) == "in the last 3"
    began = alert(starts_at="2026-11-21T09:10:00.5Z")
    assert wording.text(policy("{line: $since}"), [began], 0, 0, 0, BERLIN) == "2026-11-21 10:10 CET"


def test_a_line_says_how_it_stands() -> None:
    """Open, without data, over, or told to others now."""
    alerts = [alert("a"), alert("b", state="no_data"), alert("c", state="resolved"), alert("d")]

    assert wording.text(policy(), alerts, 2, 3, 2, BERLIN).splitlines() == [
        "[warning] Rule a: of company.",
        "[warning, no data] Rule b: of company.",
        "[over] Rule c: of company.",
        "[told elsewhere now] Rule d: of company.",
        "… and 3 more",
        "2 alerts are no longer reported",
    ]


@pytest.mark.parametrize("words", ["", "{line: '$summary $whose $owner $account $entity'}"])
def test_a_name_begins_no_line(words: str) -> None:
    """What a name holds can't look like another alert's line, in the title neither, nor steer a terminal."""
    forged = alert(
        "a",
        summary="Rule a: t\n[critical] Payroll: x\x1b[2J",
        team="t\n[critical] Payroll",
        account="c\u2028d",
    )

    body = wording.text(policy(words), [forged], 0, 0, 0, BERLIN)
    assert body.splitlines() == [body]
    assert "\x1b" not in body
    title = wording.title(policy(), Occasion.FIRING, [forged], 0, {"team": "t\n"})
    assert title == "Warning: Rule a (team t [critical] Payroll, account c d)"
