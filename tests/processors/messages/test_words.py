"""What every channel says of a message."""

from typing import Any

import pytest

from processors.messages import words
from schemas.alert import CLOSED, AlertState, Reason
from schemas.message import Occasion
from tests.processors.messages.told import alert, group, message, resolved


@pytest.mark.parametrize(
    ("changes", "status", "icon"),
    [
        pytest.param({}, "critical", "🔴", id="what is new is as severe as it is"),
        pytest.param({"severity": "warning"}, "warning", "🟠", id="a warning is not as red"),
        pytest.param({"severity": "info"}, "info", "🔵", id="information is blue"),
        pytest.param(
            {"severity": "odd"}, "odd", "🔵", id="a severity that nobody knows is no reason to fail"
        ),
        pytest.param({"occasion": Occasion.WORSE}, "critical, worse", "🔴", id="it became worse"),
        pytest.param({"occasion": Occasion.CHANGED}, "critical, changed", "🔴", id="others belong to it now"),
        pytest.param({"occasion": Occasion.REMINDER}, "critical, still so", "🔴", id="it goes on"),
        pytest.param({"occasion": Occasion.DIGEST}, "digest", "📋", id="a digest is for reading"),
    ],
)
def test_status(changes: dict[str, Any], status: str, icon: str) -> None:
    """Each occasion has its words and its sign."""
    told = message(**changes)

    assert (words.status(told), words.icon(told)) == (status, icon)


def test_what_is_over_is_not_severe() -> None:
    """Well again, or only closed: its period ended, its rule is gone, or others are told of it now."""
    elsewhere = message(occasion=Occasion.RESOLVED)

    assert (words.status(resolved()), words.icon(resolved())) == ("resolved", "✅")
    for told in (*map(resolved, CLOSED), elsewhere, resolved(alerts=())):
        assert (words.status(told), words.icon(told)) == ("closed", "⚪")
    mixed = (*resolved().alerts, *resolved(Reason.PERIOD_OVER).alerts)
    assert words.status(resolved(alerts=mixed)) == "resolved"


@pytest.mark.parametrize(
    ("changes", "whose"),
    [
        pytest.param({}, "team north", id="a dimension"),
        pytest.param({"dims": {}}, "company", id="none is the company"),
        pytest.param(
            {"dims": {"from_stage": None, "to_stage": "offer"}},
            "from stage none, to stage offer",
            id="stages",
        ),
        pytest.param(
            {"dims": {"rep": "ann"}, "entity": "c-17", "account": "acme"},
            "c-17 of acme (rep ann)",
            id="an inquiry",
        ),
        pytest.param({"dims": {}, "entity": "d-1"}, "d-1", id="an entity alone"),
        pytest.param({"dims": {"team": "a\nb"}}, "team a b", id="a name is one line"),
    ],
)
def test_whose(changes: dict[str, Any], whose: str) -> None:
    """Whom an alert is about is said in a few words."""
    assert words.whose(alert(**changes)) == whose


def test_facts_are_there_only_where_they_say_something() -> None:
    """No target, no sample of a count, no end before it ended."""
    counted = alert(unit="count", value=12, threshold=10, target=None, owner="")

    assert [*words.facts(counted, "Europe/Berlin")] == [
        ("Value", "12"), ("Limit", "10"), ("Since", "2026-11-21 10:10 CET"),
    ]  # fmt: skip
    assert ("Until", "2026-11-21 11:30 UTC") in [*words.facts(resolved().alerts[0], "UTC")]
    assert dict(words.facts(alert(value=None, state=AlertState.NO_DATA), "UTC"))["Value"] == "unknown"


def test_a_limit_that_is_no_value_is_said_in_words() -> None:
    """Nobody is to read that the limit of revenue is 3 EUR, when it is a place."""
    ranked = alert(unit="EUR", threshold=3, limit="in the last 3, place 9 of 9")

    assert dict(words.facts(ranked, "UTC"))["Limit"] == words.limit(ranked) == "in the last 3, place 9 of 9"


def test_only_a_single_alert_has_a_trend() -> None:
    """Bars of one KPI say nothing about twelve."""
    assert words.trend(message()) == "30 min ▁▂▃▃▅█ 1 h 33 min"
    assert words.trend(message(more=1)) == ""
    assert words.trend(group(history=(1, 2))) == ""


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://a.example/\nBcc: b", "", None])
def test_a_link_can_be_clicked_on_or_is_none(link: str | None) -> None:
    """Anything but a web address is left out."""
    assert words.link(message(link=link)) is None


def test_more() -> None:
    """How many are not shown is said when there are any."""
    assert (words.more(message()), words.more(group(more=9_988))) == ("", "and 9,988 more")


def test_long_texts_are_cut() -> None:
    """A title of a novel's length is cut where it can be seen."""
    assert words.title(message(title="x" * 5_000)) == "x" * 199 + "…"
    assert words.rules(message(alerts=tuple(alert(rule=f"r{n}") for n in range(9)))) == "r0, r1, r2, r3, r4"
