"""What of a catalog is shown, and in which words."""

import pytest

from schemas.catalog import load_catalog
from schemas.rule import load_rules
from streams.grafana.queries import COMPANY, EACH_TEAM
from streams.grafana.shown import Shown, window_in_words
from streams.grafana.thresholds import NEUTRAL

STANDARD = load_catalog()
SHOWN = Shown(STANDARD, load_rules(STANDARD))
SMALL = """\
catalog: small
pipelines: {}
rolling: [rolling_24h]
prometheus: {windows: [now]}
kpis:
  chats: {label: Chats, unit: count, count: call}
  waiting: {label: Waiting, unit: count, direction: down, gauge: inquiry_open}
"""


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("rolling_24h", "last 24 h"),
        ("rolling_7d", "last 7 d"),
        ("month", "this month"),
        ("today", "today (own time zone)"),
        ("all_time", "all time"),
    ],
)
def test_windows_in_words(window: str, words: str) -> None:
    """As people call them."""
    assert window_in_words(window) == words


def test_a_kpi_follows_the_chosen_window_where_it_has_all_of_them() -> None:
    """Another says in its title which one it is."""
    assert (SHOWN.window("calls"), SHOWN.title("calls")) == ("$window", "Calls")
    assert (SHOWN.window("open_deals"), SHOWN.title("open_deals")) == ("now", "Open deals")
    assert (SHOWN.window("churn_rate"), SHOWN.title("churn_rate")) == ("month", "Churn rate, this month")
    assert SHOWN.title("clv") == "Customer lifetime value, all time"


def test_descriptions_say_which_way_is_better() -> None:
    """And under which sample a value says little."""
    assert SHOWN.description("response_time_p90") == (
        "90th percentile of those response times, nearest rank, relative error at most 1 %. Less is better. "
        "With fewer than 10 samples it says little. (`response_time_p90`)"
    )


def test_targets_and_quotas_are_known() -> None:
    """What attainment is of has targets by its nature; those of the catalog come first."""
    text = "catalog: own\nextends: standard\ntargets: [{kpi: calls, window: day, value: 30}]\n"
    own = Shown(load_catalog(text, "own.yaml"), {})

    assert SHOWN.with_targets == {"won_revenue": "month"}
    assert own.with_targets == {"calls": "day", "won_revenue": "month"}


def test_a_small_catalog_has_headlines_too() -> None:
    """Of each area the first, where there is none of the usual ones; without windows nothing is to choose."""
    small = Shown(load_catalog(SMALL, "small.yaml"), {})

    assert [name for name, _ in small.headlines("company")] == ["chats", "waiting"]
    assert small.windows == ()
    assert small.window("chats") in small.choice.windows["chats"]


def test_rules_colour_what_they_watch() -> None:
    """Each team's open inquiries, not the company's."""
    assert SHOWN.steps("open_inquiries", EACH_TEAM) == (("green", None), ("yellow", 30), ("orange", 50))
    assert SHOWN.steps("open_inquiries", COMPANY) == NEUTRAL
