"""Selectors against the standard catalog and its calendar."""

import pytest

from processors.serving.board_document import board_selectors
from processors.serving.selecting import Selecting, earliest, exactly
from schemas.board import load_boards
from schemas.catalog import load_catalog
from schemas.selector import Selector, SelectorError

NOON_US = 1_795_262_400_000_000
"""2026-11-21T12:00:00Z, a Saturday."""
DAY_US = 86_400_000_000


@pytest.fixture(scope="module")
def selecting() -> Selecting:
    """The standard catalog's, in UTC."""
    return Selecting(load_catalog())


@pytest.mark.parametrize(
    ("text", "bucket"),
    [
        ("calls|rolling_24h|", "calls|rolling_24h"),
        ("won_revenue|day|", "won_revenue|day:2026-11-21"),
        ("won_revenue|week|team", "won_revenue|week:2026-W47"),
        ("won_revenue|month|", "won_revenue|month:2026-11"),
        ("won_revenue|month:2026-10|", "won_revenue|month:2026-10"),
        ("won_revenue|quarter|", "won_revenue|quarter:2026-Q4"),
        ("won_revenue|year|", "won_revenue|year:2026"),
        ("won_revenue|all_time|", "won_revenue|all_time"),
        ("open_deals|now|stage", "open_deals|now"),
    ],
)
def test_where_records_are(selecting: Selecting, text: str, bucket: str) -> None:
    """A calendar window without a period is the one that runs."""
    one = selecting.parse(text)

    assert selecting.resolve(one.kpi, one.window, one.period, NOON_US).bucket == bucket


def test_when_the_period_moves_on(selecting: Selecting) -> None:
    """A running day began at midnight and ends at the next; what is for ever does neither."""
    midnight_us = NOON_US - DAY_US // 2

    assert selecting.resolve("calls", "day", None, NOON_US)[1:] == (midnight_us, midnight_us + DAY_US)
    assert selecting.resolve("calls", "day", "2026-11-20", NOON_US)[1:] == (None, None)
    assert selecting.resolve("calls", "rolling_24h", None, NOON_US)[1:] == (None, None)


def test_days_are_those_of_the_catalogs_time_zone() -> None:
    """In Auckland it is tomorrow already."""
    text = "catalog: nz\nextends: standard\ncalendar: {timezone: Pacific/Auckland}\nkpis: {}\n"
    there = Selecting(load_catalog(text.replace("kpis: {}\n", ""), "nz.yaml"))

    assert there.resolve("calls", "day", None, NOON_US).bucket == "calls|day:2026-11-22"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cals|day|", "unknown KPI 'cals', did you mean 'calls'"),
        ("calls|now|", "calls is not kept in a window 'now'; it is in rolling_24h"),
        ("calls|month:2026-13|", "there is no month '2026-13'"),
        ("calls|rolling_24h:2026-11|", "there is no rolling_24h '2026-11'"),
        ("calls|day|stage", "calls is not kept by stage; it is by none, team, rep, channel"),
        ("calls|day|rep,team", "calls is not kept by rep,team"),
        ("calls|day", "a selector is"),
    ],
)
def test_what_is_no_selector_of_this_catalog(selecting: Selecting, text: str, said: str) -> None:
    """The message says what there is."""
    with pytest.raises(SelectorError, match=said.replace("|", r"\|")):
        selecting.parse(text)


def test_private_kpis_have_no_records() -> None:
    """They are unknown here."""
    catalog = load_catalog()
    private = [name for name, kpi in catalog.kpis.items() if kpi.private]

    assert not {*private} & {*Selecting(catalog).windows}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("calls|day|", ""), ("calls|day|rep", None), ("calls|day|rep=a%2Cb", "rep=a%2Cb"),
        ("stage_transitions|day|to_stage=won,from_stage=", "from_stage=,to_stage=won"),
        ("stage_transitions|day|to_stage=won,from_stage", None),
    ],
)  # fmt: skip
def test_selectors_that_take_one_key(text: str, key: str | None) -> None:
    """Those that give every dimension a value; in the key's spelling."""
    assert exactly(Selector.parse(text)) == key


def test_the_earliest_of_several() -> None:
    """Of those that there are."""
    assert (earliest([3, None, 2]), earliest([None]), earliest([])) == (2, None, None)


def test_standard_boards_ask_for_what_there_is(selecting: Selecting) -> None:
    """Every selector of every board is one of the catalog."""
    catalog = load_catalog()
    for board in load_boards(catalog).values():
        for text in board_selectors(board, catalog):
            selecting.parse(text)


@pytest.mark.parametrize(
    ("kpis", "names", "said"),
    [
        (["calls"], ["channel"], ""),
        (["calls"], [], ""),
        (["calls", "won_revenue"], ["channel"], ""),
        (["calls"], ["chanel"], "unknown dimension 'chanel', did you mean 'channel'?"),
        (["calls"], ["stage"], "unknown dimension 'stage'; known: channel, rep, team"),
        (["calls"], ["team", "rep"], "no KPI that is asked for is kept by rep and team together"),
    ],
    ids=str,
)
def test_dimensions_that_some_kpi_is_kept_by(
    selecting: Selecting, kpis: list[str], names: list[str], said: str
) -> None:
    """By one of them is enough."""
    if not said:
        selecting.check_dims(kpis, names)
        return
    with pytest.raises(SelectorError) as caught:
        selecting.check_dims(kpis, names)
    assert str(caught.value) == said
