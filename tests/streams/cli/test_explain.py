"""`crm-pulse explain` as a command: what it prints, and how it ends."""

from pathlib import Path

import orjson
import pytest

from streams.cli.main import run
from tests.oracle.telling import event, rep_updated

Captured = pytest.CaptureFixture[str]
DEAL = {"deal": "d", "rep": "ann"}
STORY = (
    event("deal.created", "09:00", id="1", stage="qualification", amount=12000, **DEAL),
    event("deal.won", "10:00", id="2", **DEAL),
    event("inquiry.received", "10:30", id="3", conversation="c", rep="ann"),
    event("inquiry.answered", "11:30", id="4", conversation="c", rep="ann"),
    rep_updated("08:00", "ann", "north"),
)
REOPENED = event("deal.reopened", "2026-04-01T10:00:00Z", id="5", **DEAL)


@pytest.fixture
def story(tmp_path: Path) -> str:
    """A file of events, with a line that can't be used."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join([*map(orjson.dumps, STORY), b"nonsense"]))
    return str(path)


@pytest.fixture
def later(tmp_path: Path) -> str:
    """The deal is reopened."""
    path = tmp_path / "b.jsonl"
    path.write_bytes(orjson.dumps(REOPENED))
    return str(path)


def cells(line: str) -> list[str]:
    """Return the cells of a table's line."""
    return [cell for cell in line.split("  ") if cell.strip()]


def test_a_ratio(story: str, capsys: Captured) -> None:
    """The formula with its parts' values, then each part with its facts; facts that were shown are not shown again."""
    assert 0 == run(["explain", "average_deal_size", story, "--dim", "rep=ann", "--window", "month"])

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:4] == [
        "as of 2026-03-04T11:30:00Z",
        "1 event can't be used: see crm-pulse replay",
        "",
        "average_deal_size|month:2026-03|rep=ann  12,000 EUR, n 1",
    ]
    assert "Average deal size = won_revenue (12,000 EUR, n 1) ÷ deals_won (1, n 1)" == lines[4]
    assert "deal_won: 1 fact of 1 account, in sum 12,000 EUR" in lines
    assert "deal_won: 1 fact of 1 account, in sum 12,000 EUR, as under won_revenue" == lines[-1]
    row = next(line for line in lines if line.startswith("2026-03-04T10:00:00Z"))
    assert [
        "2026-03-04T10:00:00Z",
        "12,000",
        "rep=ann team=north",
        "crm.deal.won crm/2",
        "acme",
        f"{story}:2",
    ] == [cell.strip() for cell in cells(row)]


def test_parts_that_are_private_and_facts_of_no_team(tmp_path: Path, capsys: Captured) -> None:
    """A part of an index has a value, though no record, and a price is nobody's: no team is named."""
    price = {"account": None, "product": "x"}
    prices = [
        event("price.observed", "2026-03-02T10:00:00Z", id=seller, **price, seller=seller, price=number)
        for seller, number in (("own", 9), ("other", 10))
    ]
    path = tmp_path / "prices.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, prices)))
    assert 0 == run(["explain", "price_index", str(path), "--dim", "product=x"])

    text = capsys.readouterr().out
    assert "price_index|now|product=x  0.9, n 1" in text
    assert "own_price|now|product=x  9 EUR, n 1, private" in text
    assert "own_price (9 EUR, n 1, private)" in text
    assert "  product=x  " in text
    assert "team=" not in text


def test_what_was_taken_back(story: str, later: str, capsys: Captured) -> None:
    """A value of 0 is explained by the event that took the fact back."""
    arguments = ["explain", "won_revenue", story, later, "--period", "2026-03"]
    assert 0 == run(arguments)

    lines = capsys.readouterr().out.splitlines()
    assert "won_revenue|month:2026-03|  0 EUR, n 0" in lines
    assert "deal_won, taken back: 1" in lines
    assert ["crm.deal.reopened crm/5", f"{later}:1"] == [cell.strip() for cell in cells(lines[-1])][-2:]
    assert 0 == run([*arguments, "--as-of", "2026-03-31T12:00:00Z"])
    assert "won_revenue|month:2026-03|  12,000 EUR, n 1" in capsys.readouterr().out


def test_a_duration_and_a_gauge(story: str, capsys: Captured) -> None:
    """Durations are read by people; a gauge's facts ended, nobody took them back."""
    assert 0 == run(["explain", "response_time_mean", story])
    out = capsys.readouterr().out
    assert "response_time_mean|all_time|  1h 00m, n 1" in out
    assert "response: 1 fact of 1 account, in sum 1h 00m" in out
    assert 0 == run(["explain", "open_inquiries", story])
    out = capsys.readouterr().out
    assert "open_inquiries|now|  0, n 0" in out
    assert "inquiry_open, ended: 1" in out


def test_a_share(story: str, capsys: Captured) -> None:
    """Which facts are in it; for programs as a field."""
    assert 0 == run(["explain", "response_within_1h", story])
    out = capsys.readouterr().out
    assert "response: 1 fact of 1 account, 1 of 1 in the share, in sum 1h 00m" in out
    head, row = (cells(line) for line in out.splitlines()[-2:])
    assert "yes" == row[head.index("in the share")]

    assert 0 == run(["explain", "response_within_1h", story, "--json"])
    assert orjson.loads(capsys.readouterr().out)["facts"][0]["in_share"]


def test_json(story: str, later: str, capsys: Captured) -> None:
    """One object with record, facts and parts."""
    assert 0 == run(["explain", "average_deal_size", story, later, "--period", "2026-03", "--json"])

    found = orjson.loads(capsys.readouterr().out)
    assert ("average_deal_size", "won_revenue ÷ deals_won", None, "2026-04-01T10:00:00Z") == (
        found["kpi"], found["formula"], found["record"]["value"], found["as_of"],
    )  # fmt: skip
    (lost,) = found["parts"][0]["taken_back"]
    origin = {
        "type": "crm.deal.won",
        "source": "crm",
        "id": "2",
        "time": "2026-03-04T10:00:00Z",
        "account": "acme",
        "at": f"{story}:2",
    }
    assert {
        "kind": "deal_won", "time": "2026-03-04T10:00:00Z", "value": 12000, "rep": "ann", "team": "north",
        "dims": {"product": None, "segment": None, "region": None}, "event": origin,
    } == {name: value for name, value in lost.items() if name != "taken_back_by"}  # fmt: skip
    assert "5" == lost["taken_back_by"]["id"]


def test_many_facts(tmp_path: Path, capsys: Captured) -> None:
    """The latest are shown, and how many there are."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b"\n".join(orjson.dumps(event("call.logged", f"10:{n % 60:02}", rep="ann")) for n in range(70))
    )
    assert 0 == run(["explain", "calls", str(path), "--dim", "rep=ann"])

    out = capsys.readouterr().out
    assert 50 == out.count("crm.call.logged")
    assert "call: 70 facts of 1 account\n" in out
    assert "… and 20 before these: --json" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["cals", "a.jsonl"], "unknown KPI 'cals', did you mean 'calls'?"),
        (["calls", "a.jsonl", "--window", "moth"], "unknown window of calls 'moth', did you mean 'month'?"),
        (["calls", "a.jsonl", "--dim", "rep"], "--dim rep: expected NAME=VALUE, such as rep=ann"),
        (["calls", "a.jsonl", "--window", "month", "--period", "2026"], "--period 2026: expected one of the window month, as 2026-11"),
        (["calls", "a.jsonl", "--window", "rolling_24h", "--period", "2026"], "--period 2026: expected one of the window rolling_24h: it has none"),
        (["calls", "a.jsonl", "--as-of", "now"], "--as-of now: expected a time with an offset"),
        (["calls", "none.jsonl"], "none.jsonl: no such file"),
        (["calls", "a.jsonl"], "no record calls|all_time|, nor any other of calls"),
        (["won_revenue", "a.jsonl", "--dim", "rep=bob"], "no record won_revenue|all_time|rep=bob; there are won_revenue|all_time|"),
        (["calls", "empty.jsonl"], "no record calls, nor any other of calls"),
        (["calls"], "files"),
    ],
)  # fmt: skip
def test_wrong_use(
    arguments: list[str],
    sentence: str,
    story: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    """Status 2 and a sentence, no traceback; where there is no record, those that there are."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.jsonl").touch()
    assert 2 == run(["explain", *arguments])
    err = capsys.readouterr().err
    assert sentence in err.replace("\n", " ")
    assert "Traceback" not in err


def test_events_that_can_not_be_used_are_told_where_nothing_is_found(
    tmp_path: Path, capsys: Captured
) -> None:
    """They may be why: each with its line and reason, as `replay` tells them."""
    path = tmp_path / "bad.jsonl"
    path.write_bytes(b'nonsense\n{"specversion":"1.0"}\n')

    assert 2 == run(["explain", "calls", str(path)])

    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"{path}:1: bad_json: ")
    assert lines[1].startswith(f"{path}:2: bad_envelope: ")
    assert (
        "crm-pulse: no record calls, nor any other of calls; not used: 1 bad_json, 1 bad_envelope" == lines[2]
    )
