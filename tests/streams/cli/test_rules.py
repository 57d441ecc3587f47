"""`crm-pulse rules replay` as a command; what it computes is tested with the processors."""

import io
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.cli.main import run
from tests.processors.past import RESTLESS, inquiries

Captured = pytest.CaptureFixture[str]
RULES = """\
rules:
  many:
    title: Too much to do
    kpi: open_inquiries
    window: now
    for_each: team
    above: 2
  none:
    kpi: calls
    window: day
    above: 1000
"""
LINES = b"".join(orjson.dumps(one) + b"\n" for one in inquiries(RESTLESS))


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """Events and rules in files."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "events.jsonl").write_bytes(LINES)
    return [str(tmp_path / "events.jsonl"), "--rules", str(tmp_path / "rules.yaml")]


def lines(capsys: Captured) -> list[dict[str, Any]]:
    """Return what was printed as JSON Lines."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_a_rule_and_what_would_have_calmed_it(options: list[str], capsys: Captured) -> None:
    """Numbers, the settings as they are written in the file, and what they would have cost."""
    assert run(["rules", "replay", *options]) == 0

    text = capsys.readouterr().out
    many = next(line for line in text.splitlines() if line.startswith("many"))
    assert many.split() == ["many", "warning", "6", "3", "1", "0", "0", "2", "10m", "00s", "50m", "00s"]
    assert "many began again within 1h of its end 2 times out of 3." in text
    assert (
        "  for: 15m instead of 0s: 0 times out of 1; 2 alerts would not have been told, the longest of 10m 00s."
    ) in text
    assert "  recover: 1 instead of 2: 0 times out of 1." in text
    assert "events until 2026-03-04T10:40:00Z" in text


def test_once_is_one_time(options: list[str], capsys: Captured) -> None:
    """The sentence agrees with its number."""
    assert run(["rules", "replay", *options, "--since", "2026-03-04T09:35:00Z"]) == 0
    assert "many began again within 1h of its end 1 time out of 1." in capsys.readouterr().out


def test_every_message_on_demand(options: list[str], capsys: Captured) -> None:
    """In its order, with the sentence that it would have had."""
    assert run(["rules", "replay", *options, "--messages", "--rule", "many"]) == 0

    text = capsys.readouterr().out
    assert text.count("Too much to do: Open inquiries now for team north are 3, above 2.") == 3
    assert "none " not in text


def test_as_json(options: list[str], capsys: Captured) -> None:
    """Messages, if asked for, and the rules."""
    assert run(["rules", "replay", *options, "--json", "--messages", "--since", "2026-03-04T09:35:00Z"]) == 0

    found = lines(capsys)
    assert [one["updated_at"][11:16] for one in found if one["kind"] == "message"] == [
        "09:40", "09:50", "10:40",
    ]  # fmt: skip
    many = next(one for one in found if one["kind"] == "rule" and one["rule"] == "many")
    assert (many["fired"], many["flapped"]) == (1, 1)


def test_absence_rules_are_not_tried(options: list[str], capsys: Captured) -> None:
    """And that is said: who misses one need not take it for one that never fires."""
    file = Path(options[2])
    file.write_text(f"{RULES}absences: {{late: {{kind: inquiry, limits: {{warning: 5m}}}}}}\n", "utf-8")

    assert run(["rules", "replay", *options]) == 0
    assert "not tried: absence rules (late); crm-pulse test runs them on examples" in capsys.readouterr().out
    assert run(["rules", "replay", *options, "--rule", "late"]) == 2
    assert "late is an absence rule, and these are not tried on history" in capsys.readouterr().err


def test_from_standard_input_until_a_moment(
    options: list[str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events after it are left out."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LINES)))

    assert run(["rules", "replay", "-", *options[1:], "--as-of", "2026-03-04T09:25:00Z", "--json"]) == 0

    assert {one["rule"]: one["fired"] for one in lines(capsys)} == {"many": 1, "none": 0}


def test_events_that_can_not_be_used_are_told_and_counted(options: list[str], capsys: Captured) -> None:
    """With their place, as in `replay`; the rest goes on."""
    with Path(options[0]).open("ab") as file:
        file.write(b"{\n" * 11)

    assert run(["rules", "replay", *options]) == 0

    said = capsys.readouterr()
    assert said.err.count("events.jsonl:") == 10
    assert "… and 1 more that can't be used" in said.err
    assert "not used: 11 bad_json" in said.out


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (["--rule", "mny"], 2, "unknown rule 'mny', did you mean 'many'?"),
        (["--within", "soon"], 2, "--within: expected a duration"),
        (["--since", "soon"], 2, "--since soon: expected a time"),
        (["--as-of", "2020-01-01T00:00:00Z"], 2, "no event that can be used"),
    ],
)
def test_wrong_use(options: list[str], more: list[str], status: int, said: str, capsys: Captured) -> None:
    """The option is named."""
    assert run(["rules", "replay", *options, *more]) == status
    assert said in capsys.readouterr().err
