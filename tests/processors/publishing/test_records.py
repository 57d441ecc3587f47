"""KPI records, as they are published."""

from typing import Any

import orjson
import pytest

from processors.calendar import Calendar
from processors.publishing.records import LATENESS_US, is_final, rfc3339
from schemas.kpi import kpi_key
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, Desk, fact, plan

AT = "2026-11-21T09:03:10Z"
MOST = 9_000_000_000_000_000_000
"""The largest amount of a deal, in millionths."""


def published(*facts: list[Any], own: str = "", at: str = AT) -> dict[str, Any]:
    """Return the records after these facts, by key."""
    desk = Desk(plan(own) if own else PLAN)
    desk.take(at, *facts)
    return {key: record for key, record in desk.tick(at).items() if record is not None}


def test_every_field() -> None:
    """A record says what it is of, when, and what came out; nothing else."""
    record = published(fact("call", AT))["calls|rolling_24h|rep=ann"]

    assert {
        "kpi": "calls", "window": "rolling_24h", "period": None, "dims": {"rep": "ann"}, "value": 1, "n": 1,
        "unit": "count", "start": "2026-11-20T09:05:00Z", "end": "2026-11-21T09:05:00Z",
        "as_of": "2026-11-21T09:03:10Z", "final": False, "revision": instant(AT) // 1000, "catalog": PLAN.name,
        "team_value": 1, "rank": 1, "of": 1,
    } == record  # fmt: skip


@pytest.mark.parametrize(
    ("window", "period", "start", "end"),
    [
        ("rolling_7d", None, "2026-11-14T10:00:00Z", "2026-11-21T10:00:00Z"),
        ("rolling_365d", None, "2025-11-21T23:00:00Z", "2026-11-21T23:00:00Z"),
        ("day", "2026-11-21", "2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z"),
        ("week", "2026-W47", "2026-11-15T23:00:00Z", "2026-11-22T23:00:00Z"),
        ("month", "2026-11", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"),
        ("quarter", "2027-Q3", "2026-09-30T22:00:00Z", "2026-12-31T23:00:00Z"),
        ("year", "2027", "2026-03-31T22:00:00Z", "2027-03-31T22:00:00Z"),
        ("all_time", None, None, None),
    ],
)
def test_windows(window: str, period: str | None, start: str | None, end: str | None) -> None:
    """Start and end are the window's, in UTC; all time has neither."""
    records = published(
        fact("call", AT), own="calendar: {timezone: Europe/Amsterdam, fiscal_year_start_month: 4}\n"
    )
    record = records[kpi_key("calls", window, period, {})]

    assert (period, start, end) == (record["period"], record["start"], record["end"])


def test_the_window_now_has_no_bounds() -> None:
    """A gauge is the state as of the record."""
    record = published(fact("inquiry_open", "2026-11-01T00:00:00Z"))["open_inquiries|now|"]

    assert (None, None, False, 1) == (record["start"], record["end"], record["final"], record["value"])


def test_keys_escape_their_values() -> None:
    """Whatever a name is made of, key and dims say it, in their own ways."""
    records = published(fact("call", AT, rep='a|b,c=d%"\\é', team="north"))

    assert {"rep": 'a|b,c=d%"\\é'} == records['calls|day:2026-11-21|rep=a%7Cb%2Cc%3Dd%25"\\é']["dims"]


def test_a_null_stage() -> None:
    """A creation is a transition from `null`: JSON null in dims, empty in the key."""
    record = published(fact("stage_transition", AT, to_stage="new"))[
        "stage_transitions|day:2026-11-21|from_stage=,to_stage=new"
    ]

    assert {"from_stage": None, "to_stage": "new"} == record["dims"]


@pytest.mark.parametrize(
    ("amounts", "text"),
    [
        ([0], b'"value":0,'),
        ([10_000_000], b'"value":10,'),
        ([10_100_000, 200_000], b'"value":10.3,'),
        ([1], b'"value":1e-06,'),
        ([MOST] * 4, b'"value":36000000000000,'),
        ([MOST, 1], b'"value":9000000000000.0,'),
    ],
)
def test_money(amounts: list[int], text: bytes) -> None:
    """Sums are exact: whole where they are whole, else the nearest number, of any size."""
    desk = Desk()
    desk.take(AT, *(fact("deal_won", AT, amount) for amount in amounts))
    sent = {send.key: send.value for send in desk.rollup.tick(instant(AT)) if send.topic == "kpis"}
    value = sent[b"won_revenue|all_time|"]

    assert value is not None
    assert text in value
    assert "currency" == orjson.loads(value)["unit"]


def test_records_and_their_history() -> None:
    """Each record goes out under its key on both topics, a tombstone on the compacted one only."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    sends = desk.rollup.tick(instant(AT))
    by_topic = [
        {(send.partition, send.key, send.value) for send in sends if send.topic == topic}
        for topic in ("kpis", "history")
    ]
    assert by_topic[0] == by_topic[1]
    while desk.rollup.tick(instant(AT)):
        pass

    moved = desk.rollup.tick(instant("2026-11-29T09:00:00Z"))
    gone = {(send.topic, send.key) for send in moved if send.value is None}
    assert ("kpis", b"calls|rolling_24h|") in gone
    assert {"kpis"} == {topic for topic, _ in gone}


def test_which_keys_exist() -> None:
    """A key is there once a fact of its numerator or denominator is; other KPIs are not spoken of."""
    day = "day:2026-11-21|"
    of_a_win = {
        "deals_won",
        "won_revenue",
        "average_deal_size",
        "win_rate",
        "win_rate_decided",
        "sales_growth",
    }
    of_a_deal = {"deals_created", "win_rate", "win_rate_cohort"}

    for kind, kpis in (("deal_won", of_a_win), ("deal_created", of_a_deal)):
        assert kpis == {key.split("|")[0] for key in published(fact(kind, AT)) if key.endswith(f"|{day}")}


@pytest.mark.parametrize(
    ("name", "day", "end"),
    [("day", "2026-03-29", "2026-03-29T22:00:00Z"), ("month", "2026-03-29", "2026-03-31T22:00:00Z")],
)
def test_final(name: str, day: str, end: str) -> None:
    """A period is final from exactly one hour after its end."""
    calendar = Calendar("Europe/Amsterdam")
    noon = instant(f"{day}T12:00:00Z") // 300_000_000
    (period,) = [one for one in calendar.periods_of(calendar.day_of_pane(noon)) if one.name == name]

    assert not is_final(period, instant(end) + LATENESS_US - 1)
    assert is_final(period, instant(end) + LATENESS_US)
    assert not is_final(calendar.all_time, instant(end) * 2)


@pytest.mark.parametrize(
    ("t_us", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_000, "1970-01-01T00:00:00.001Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (1_795_251_790_123_000, "2026-11-21T09:03:10.123Z"),
    ],
)
def test_times(t_us: int, text: str) -> None:
    """Times have as many digits as they need."""
    assert text == rfc3339(t_us)


def test_an_expression_of_now_is_told_of_what_runs() -> None:
    """When its day is over, its record goes; no day gets the values of later ones, nor is it compared with one."""
    coverage = "{label: C, unit: number, expression: open_deals@now / calls, n: calls, windows: [day]}"
    desk = Desk(plan(f"kpis:\n  coverage: {coverage}\n"))
    desk.take(
        "2026-03-04T10:00:00Z",
        fact("call", "2026-03-04T10:00:00Z"),
        fact("open_deal", "2026-03-04T10:00:00Z", 5),
    )
    desk.tick("2026-03-04T10:00:01Z")
    assert desk.shown("coverage|day:2026-03-04|") == (1, 1)

    desk.take(
        "2026-03-05T10:00:00Z",
        fact("call", "2026-03-05T10:00:00Z"),
        fact("open_deal", "2026-03-05T10:00:00Z", 5),
    )
    desk.tick("2026-03-05T10:00:01Z")
    assert "coverage|day:2026-03-04|" not in desk.kpis
    assert desk.shown("calls|day:2026-03-04|") == (1, 1)
    assert desk.shown("coverage|day:2026-03-05|") == (2, 1)
    assert "previous" not in desk.kpis["coverage|day:2026-03-05|"]
    assert desk.kpis["calls|day:2026-03-05|"]["previous"] == 1
