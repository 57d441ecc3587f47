"""A feed: what is collected for its clients, and what its viewer is told of alerts."""

import orjson

from processors.serving.selecting import Selecting
from processors.serving.viewing import Viewer
from streams.web.api.feed import Feed, Question
from tests.streams.cli.records import alert_record
from tests.streams.web.api.listening import parse
from tests.streams.web.api.serving import CATALOG, NOON_US

SELECTING = Selecting(CATALOG)
NORTH = Viewer(frozenset({"north"}), company=False)


def feed(viewer: Viewer, *selectors: str) -> Feed:
    """Return a feed with alerts."""
    made = Feed(Question(tuple(SELECTING.parse(text) for text in selectors), True, viewer))
    made.resolve(SELECTING, NOON_US)
    return made


def alert(**dims: str) -> bytes:
    """Return an alert's record."""
    return orjson.dumps(alert_record(dims=dims))


def test_a_key_that_changes_often_is_told_once() -> None:
    """With its latest record, byte for byte the one that came."""
    one = feed(Viewer(), "calls|day|")
    for record in (b'{"v":1}', b'{"v": 2}'):
        one.put("calls|day:2026-11-21|", "", record, {})
    one.put("calls|day:2026-11-21|x", "", None, {})

    (event,) = one.flush("7")
    assert event == b'event: kpis\nid: 7\ndata: {"records":[{"v": 2}],"gone":["calls|day:2026-11-21|x"]}\n\n'
    assert one.flush("8") == []


def test_the_running_periods_say_how_long_it_holds() -> None:
    """Until the first of them is over, since the last of them began."""
    one = feed(Viewer(), "calls|day|", "calls|month|", "calls|rolling_24h|")

    assert one.from_us == NOON_US - 43_200_000_000
    assert one.until_us == NOON_US + 43_200_000_000
    assert [wanted.bucket for wanted in one.wanted] == [
        "calls|day:2026-11-21", "calls|month:2026-11", "calls|rolling_24h",
    ]  # fmt: skip


def test_a_restricted_viewer_hears_of_its_own_alerts_only() -> None:
    """Also that they are over, or have become somebody else's; of others not even that."""
    one, team_of = feed(NORTH), {"ann": "north"}
    assert one.shows("a", alert(team="south"), team_of) is None
    assert one.shows("a", None, team_of) is None
    assert one.shows("b", alert(rep="ann"), team_of) is not None
    assert one.shows("b", alert(rep="cem"), team_of) == (None,)
    assert one.shows("b", None, team_of) is None
    assert one.shows("c", alert(team="north"), team_of) is not None
    assert one.shows("c", None, team_of) == (None,)


def test_everybody_else_hears_of_all() -> None:
    """Whether it was told before or not."""
    assert feed(Viewer()).shows("a", None, {}) == (None,)


def test_who_comes_back_is_told_what_it_missed_once() -> None:
    """Its keys only, the latest of each."""
    one = feed(Viewer(), "calls|day|rep")
    kpis: list[tuple[str, bytes | None]] = [
        ("calls|day:2026-11-21|rep=ann", b"1"), ("calls|day:2026-11-21|rep=ann", b"2"),
        ("calls|day:2026-11-21|", b"3"), ("calls|day:2026-11-20|rep=ann", b"4"), ("calls|day:2026-11-21|rep=bob", None),
    ]  # fmt: skip

    kpi_event, alert_event = parse(b"".join(one.missed(kpis, [("a", b"5"), ("a", None)], "9", {})))
    assert (kpi_event.name, kpi_event.id, kpi_event.data) == (
        "kpis", None, {"records": [2], "gone": ["calls|day:2026-11-21|rep=bob"]},
    )  # fmt: skip
    assert (alert_event.name, alert_event.id, alert_event.data) == (
        "alerts",
        "9",
        {"alerts": [], "gone": ["a"]},
    )
