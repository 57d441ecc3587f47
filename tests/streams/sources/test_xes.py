"""XES events as CloudEvents."""

import io
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

import orjson
import pytest

from processors.decode import decode
from streams.sources.open_file import open_file
from streams.sources.xes import read_xes
from streams.sources.xes_mapping import parse_xes_mapping
from tests.real_data import real_data

HEAD = (
    'name: n\nsource: s\nindex_digits: 3\nrep: who\ntimezone: Europe/Berlin\nid: "{case}/{index}"\nrules:\n'
)

Attributes = dict[str, str]


def log(*traces: tuple[Attributes, list[Attributes]]) -> bytes:
    def attributes(found: Attributes) -> str:
        return "".join(f'<string key="{key}" value="{value}"/>' for key, value in found.items())

    text = ""
    for own, events in traces:
        inside = "".join(f"<event>{attributes(event)}</event>" for event in events)
        text += f"<trace>{attributes(own)}{inside}</trace>"
    return f"<log>{text}</log>".encode()


def event(activity: str, minute: int, lifecycle: str = "complete", **more: str) -> Attributes:
    time = f"2026-01-01T10:{minute:02}:00.500+01:00"
    return {"concept:name": activity, "lifecycle:transition": lifecycle, "time:timestamp": time, **more}


def convert(rules: str, *traces: tuple[Attributes, list[Attributes]]) -> list[dict[str, Any]]:
    mapping = parse_xes_mapping(HEAD + rules, "m.yaml")
    return [orjson.loads(raw.value) for raw in read_xes(io.BytesIO(log(*traces)), "l.xes", mapping)]


def data_of(rules: str, *events: Attributes, **trace: str) -> list[dict[str, Any]]:
    return [found["data"] for found in convert(rules, ({"concept:name": "7", **trace}, list(events)))]


def test_an_event_is_a_cloudevent_with_account_and_rep() -> None:
    """The id has the event's place in its trace, those that no rule matches counted too."""
    rules = '  - {activity: A, type: crm.deal.canceled, data: {deal: "d{case}"}}\n'

    expected = {
        "specversion": "1.0",
        "source": "s",
        "type": "crm.deal.canceled",
        "id": "7/001",
        "time": "2026-01-01T10:01:00.500+01:00",
        "data": {"account": "7", "rep": "ann", "deal": "d7"},
    }
    assert [expected] == convert(rules, ({"concept:name": "7"}, [event("B", 0), event("A", 1, who="ann")]))


def test_the_first_rule_that_matches_counts() -> None:
    """Activities with a star stand for many; a rule without a lifecycle takes any; some match nothing."""
    rules = (
        "  - {activity: A, lifecycle: start, type: crm.customer.registered}\n"
        '  - {activity: "A*", lifecycle: complete, type: crm.customer.activated}\n'
        "  - {activity: A.C, type: crm.customer.canceled}\n"
    )
    events = [event("A", 0, "start"), event("A.C", 1), event("A.C", 2, "start"), event("AxC", 3, "start")]
    found = convert(rules, ({"concept:name": "7"}, events))

    assert [one["type"].rpartition(".")[2] for one in found] == ["registered", "activated", "canceled"]


@pytest.mark.parametrize(
    ("pattern", "activity", "matches"),
    [
        ("A*", "A_SUBMITTED", True),
        ("*ED", "A_SUBMITTED", True),
        ("A*MM*D", "A_SUBMITTED", False),
        ("A*M*T*D", "A_SUBMITTED", True),
        ("*", "any\\nthing", True),
        ("a*ab*b", "aab", False),
        ("a*ab*b", "axabxb", True),
        ("a.c", "abc", False),
        ("*a" * 40 + "*c", "a" * 200 + "b", False),
    ],
)
def test_stars_stand_for_anything(pattern: str, activity: str, matches: bool) -> None:
    """Also many of them, in a text in which they could stand in more ways than anybody has time for."""
    rule = f'{{activity: "{pattern}", lifecycle: complete, type: crm.call.logged}}'

    assert len(data_of(f"  - {rule}\n", event(activity, 0))) == matches


def test_nth_counts_the_events_of_a_rule_in_a_trace() -> None:
    """From 1, anew in each trace: the n-th offer selected is the n-th offer sent."""
    rules = (
        '  - {activity: A, type: crm.quote.requested, data: {quote: "{case}-{nth}"}}\n'
        '  - {activity: B, type: crm.quote.sent, data: {quote: "{case}-{nth}"}}\n'
    )
    events = [event("A", 0), event("A", 1), event("B", 2)]
    found = convert(rules, ({"concept:name": "7"}, events), ({"concept:name": "8"}, events[:1]))

    assert [one["data"]["quote"] for one in found] == ["7-1", "7-2", "7-1", "8-1"]


def test_values_come_from_trace_and_event_in_the_kind_asked_for() -> None:
    """What is no number stays a text, so that it ends in the dead letters and not unseen."""
    rules = (
        "  - {activity: A, type: crm.order.placed, data: {order: {event: no}, "
        "amount: {trace: SUM, as: number}, cost: {event: cost, as: number}, region: {trace: R}}}\n"
    )
    found = data_of(
        rules, event("A", 0, no="17", cost="12.5"), event("A", 1, no="18", cost="1e999"), SUM="200", R=""
    )

    assert found == [
        {"account": "7", "order": "17", "amount": 200, "cost": 12.5},
        {"account": "7", "order": "18", "amount": 200, "cost": "1e999"},
    ]


def test_booleans_and_contacts() -> None:
    """`as: boolean` reads XES's booleans; a contact has only the fields that are filled."""
    rules = (
        "  - {activity: A, type: crm.call.logged, data: {value_added: {event: ok, as: boolean}}}\n"
        '  - {activity: B, type: crm.lead.created, data: {lead: "{case}"},'
        " contact: {name: {event: name}, email: {trace: mail}}}\n"
    )
    found = data_of(rules, event("A", 0, ok="true"), event("A", 1, ok="False"), event("B", 2, name="Kim"))

    assert [found[0]["value_added"], found[1]["value_added"]] == [True, False]
    assert found[2] == {"account": "7", "lead": "7", "contact": {"name": "Kim"}}


def test_since_takes_the_latest_start_once() -> None:
    """Of the same activity and trace; a second end without a start of its own gets nothing."""
    rule = '{activity: "W*", lifecycle: complete, type: crm.call.logged, data: {duration_s: {since: start}}}'
    found = data_of(
        f"  - {rule}\n",
        event("W1", 0),
        event("W1", 1, "start"),
        event("W1", 2, "start"),
        event("W2", 3),
        event("W1", 4),
        event("W1", 5),
        event("W2", 6, "start"),
        event("W2", 5),
    )

    assert [one.get("duration_s") for one in found] == [None, None, 120.0, None, None]


def test_what_a_log_lacks_is_left_out() -> None:
    """An event without time or case comes without, and the dead letters count it."""
    rules = '  - {activity: A, type: crm.deal.canceled, data: {deal: "{case}"}}\n'

    assert convert(rules, ({}, [{"concept:name": "A"}])) == [
        {"specversion": "1.0", "source": "s", "type": "crm.deal.canceled", "data": {}}
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-01T10:00:00.5Z", "2026-07-01T10:00:00.5Z"),
        ("2026-07-01T10:00:00.123456789-03:30", "2026-07-01T10:00:00.123456789-03:30"),
        ("2026-07-01T10:00:00+0200", "2026-07-01T10:00:00+02:00"),
        ("2026-07-01T10:00:00", "2026-07-01T10:00:00+02:00"),
        ("2026-01-01 10:00:00", "2026-01-01T10:00:00+01:00"),
        ("yesterday", "yesterday"),
    ],
)
def test_times_have_an_offset(text: str, expected: str) -> None:
    """Kept as they are where they have one; else they are local; what is no time stays what it is."""
    rules = "  - {activity: A, type: crm.customer.canceled}\n"
    found = convert(rules, ({"concept:name": "7"}, [{"concept:name": "A", "time:timestamp": text}]))

    assert expected == found[0]["time"]


def test_a_real_log_gives_what_was_counted_from_it() -> None:
    """BPI Challenge 2012: events, calls, durations, wins and quote times against an independent count."""
    expected = orjson.loads(real_data("bpi2012-expected.json").read_bytes())
    mapping = parse_xes_mapping(real_data("bpi2012-mapping.yaml").read_bytes(), "mapping")
    with open_file(str(real_data("BPI_Challenge_2012.xes.gz"))) as opened:
        raws = list(read_xes(opened.stream, opened.name, mapping))
    events = [orjson.loads(raw.value) for raw in raws]

    known = {
        (kpi["kpi"], tuple(kpi["dims"].items())): (kpi["value"], kpi["n"])
        for kpi in expected["kpis"]
        if kpi["window"] == "all_time"
    }
    types = Counter(event["type"] for event in events)
    assert expected["events_converted"] == len(events) == len({event["id"] for event in events})
    assert known["calls", ()][0] == types["crm.call.logged"]
    assert known["deals_won", ()][0] == types["crm.deal.won"]
    assert known["deals_lost", ()][0] == types["crm.deal.lost"]
    assert known["replies", ()][0] == types["crm.email.replied"]
    won = [event["data"] for event in events if event["type"] == "crm.deal.won"]
    assert known["won_revenue", ()] == (sum(data["amount"] for data in won), len(won))
    assert known["deals_won", (("rep", "10138"),)][0] == sum(data.get("rep") == "10138" for data in won)
    durations = [event["data"]["duration_s"] for event in events if "duration_s" in event["data"]]
    assert known["call_duration_mean", ()] == (pytest.approx(sum(durations) / len(durations)), len(durations))
    quotes: defaultdict[str, list[datetime]] = defaultdict(list)
    for event in events:
        if event["type"].startswith("crm.quote."):
            quotes[event["data"]["quote"]].append(datetime.fromisoformat(event["time"]))
    turnarounds = [(sent - requested).total_seconds() for requested, sent in quotes.values()]
    mean = sum(turnarounds) / len(turnarounds)
    assert known["quote_turnaround_mean", ()] == (pytest.approx(mean), len(turnarounds))
    as_of = max(decode(raw.value).t_us for raw in raws)
    assert datetime.fromisoformat(expected["as_of"]).timestamp() == as_of / 1_000_000
