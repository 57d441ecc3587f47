"""The records that `crm-pulse silence` and `ack` publish, and what is refused."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from processors.reading.event_time import decode_time
from processors.silences.records import (
    KEPT_US,
    LONGEST_US,
    acknowledgement,
    acknowledgement_id,
    ended,
    silence,
)
from schemas.alert import AlertState
from tests.processors.alerts_told import ELEVEN, NINE, NOON, TEN, alert, holds

NOW_US = decode_time(TEN)
UNTIL_US = decode_time(ELEVEN)


def made(**fields: Any) -> Any:
    """Return a silence of team north for an hour from now, or what it is with other fields."""
    given: dict[str, Any] = {
        "id": "s1", "matchers": {"team": "north"}, "from_us": NOW_US, "until_us": UNTIL_US, "author": "kim",
        "comment": "stock-taking", "now_us": NOW_US,
    }  # fmt: skip
    return silence(**given | fields)


def test_a_silence_says_who_until_when_and_why() -> None:
    """Everything that was given stands in it, times in UTC."""
    assert msgspec.to_builtins(made()) == {
        "id": "s1",
        "kind": "silence",
        "matchers": {"team": "north"},
        "alert": None,
        "episode": None,
        "severity": None,
        "starts_at": TEN,
        "ends_at": ELEVEN,
        "author": "kim",
        "comment": "stock-taking",
        "created_at": TEN,
        "revision": NOW_US // 1000,
    }


def test_the_record_on_the_page_is_one() -> None:
    """docs/alerts.md shows what is published."""
    page = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text("utf-8")
    shown = re.search(r"<!-- example: silence -->\n```json\n(.*?)```", page, re.DOTALL)
    assert shown is not None

    noon_us = NOW_US + 2 * 3_600_000_000
    assert msgspec.json.decode(shown[1]) == msgspec.to_builtins(made(id="5f0c9d2be1a44c07", until_us=noon_us))


def test_one_that_is_planned_ahead_may_last_as_long_from_its_beginning() -> None:
    """Stock-taking a month from now."""
    from_us = NOW_US + LONGEST_US
    assert made(from_us=from_us, until_us=from_us + LONGEST_US).ends_at > made().ends_at


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"matchers": {}}, "needs at least one matcher"),
        ({"matchers": {"team": "*", "rule": "**"}}, "must name something"),
        ({"matchers": {f"l{number}": "x" for number in range(21)}}, "20 matchers at most, found 21"),
        ({"until_us": NOW_US}, "must lie after the beginning"),
        ({"from_us": NOW_US - 2, "until_us": NOW_US - 1}, "and after now"),
        ({"until_us": NOW_US + LONGEST_US + 1}, "90 days at most"),
        ({"author": " "}, "an author is needed"),
        ({"author": "k" * 1001}, "the author may have 1000 characters"),
        ({"comment": "c" * 1001}, "the comment may have 1000 characters"),
        ({"matchers": {"team": "t" * 1001}}, "the matcher team may have 1000 characters at most, found 1001"),
        ({"matchers": {"team": "\ud83d"}}, "the matcher team holds half of a surrogate pair"),
        ({"matchers": {"\udcff": "north"}}, "the name of a matcher holds half of a surrogate pair"),
        ({"author": "\udcff"}, "the author holds half of a surrogate pair"),
        ({"comment": "\udcff"}, "the comment holds half of a surrogate pair"),
    ],
)
def test_what_makes_no_silence(fields: dict[str, Any], said: str) -> None:
    """A sentence says what is wrong."""
    with pytest.raises(ValueError, match=said):
        made(**fields)


def test_an_acknowledgement_is_of_the_episode_as_bad_as_it_is() -> None:
    """It holds this episode back, not what is worse, and not the next one."""
    said = acknowledgement(alert(), UNTIL_US, "kim", "", NOW_US)

    assert (said.alert, said.episode, said.severity) == ("a1", NINE, "warning")
    assert holds(said, alert(), NOW_US)
    assert not holds(said, alert(severity="critical"), NOW_US)
    assert not holds(said, alert(starts_at=TEN), NOW_US)


def test_an_alert_that_is_over_can_not_be_acknowledged() -> None:
    """There is nothing to take care of."""
    over = alert(state=AlertState.RESOLVED, ends_at=TEN)
    with pytest.raises(ValueError, match=f"alert a1 is over since {TEN}"):
        acknowledgement(over, UNTIL_US, "kim", "", NOW_US)


def test_acknowledging_again_is_the_same_acknowledgement() -> None:
    """It has a new end, author and severity; when somebody first took care stays, since times are taken from it."""
    first = acknowledgement(alert(), UNTIL_US, "kim", "", NOW_US)
    again = acknowledgement(
        alert(severity="critical"), decode_time(NOON), "lee", "", NOW_US + 5_000_000, first
    )

    assert first.id == again.id == acknowledgement_id(alert())
    assert (again.created_at, again.ends_at, again.author, again.severity) == (TEN, NOON, "lee", "critical")
    assert again.revision > first.revision


def test_another_episode_has_another_acknowledgement() -> None:
    """The id follows from alert and episode."""
    assert acknowledgement_id(alert()) != acknowledgement_id(alert(starts_at=TEN))


def test_revisions_rise_though_a_clock_is_behind() -> None:
    """What is said last counts, whichever machine says it."""
    ahead = made(now_us=NOW_US + 60_000_000)

    assert ended(ahead, NOW_US).revision == ahead.revision + 1
    assert acknowledgement(alert(), UNTIL_US, "kim", "", NOW_US, ahead).revision == ahead.revision + 1


def test_ending() -> None:
    """One that holds ends now, one that has not begun never begins, one that is over stays as it is."""
    assert ended(made(), NOW_US + 1_000_000).ends_at == "2026-11-21T10:00:01Z"
    assert not holds(ended(made(), NOW_US), alert(), NOW_US)

    to_come = ended(made(from_us=UNTIL_US, until_us=decode_time(NOON)), NOW_US)
    assert (to_come.starts_at, to_come.ends_at) == (ELEVEN, ELEVEN)
    with pytest.raises(ValueError, match=f"silence s1 is over since {ELEVEN}"):
        ended(made(), UNTIL_US)


def test_records_are_kept_as_long_as_the_history_that_tells_of_them() -> None:
    """The alerts' history is of 30 days."""
    assert KEPT_US > 30 * 86_400_000_000
