"""A catalog of one's own by example: spans, conversions, working time, crosses and caps, from YAML alone."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from processors.compile import Plan
from processors.virtual_time.example_story import Story, stories
from processors.virtual_time.examples import Examples
from schemas.catalog import load_catalog
from schemas.example import Example, read_examples
from schemas.examples.names import catalog_faults
from streams.cli.main import run
from tests.oracle.telling import event

FOLDER = Path(__file__).parent / "own"
CATALOG = FOLDER / "catalog.yaml"
PLAN = Plan(load_catalog(CATALOG.read_bytes(), str(CATALOG)))
EXAMPLES = Examples(PLAN, [], 7 * 86_400_000_000)
READS = [
    read_examples(path.read_bytes(), path.name) for path in sorted(FOLDER.glob("*.yaml")) if path != CATALOG
]
CASES = [
    pytest.param(example, story, id=example.name)
    for read in READS
    for example, story in zip(read.content.examples, stories(read, PLAN.calendar.zone), strict=True)
]
FRIDAY = "2026-05-29T17:50:00+02:00"
MONDAY = "2026-06-01T09:10:00+02:00"


@pytest.mark.parametrize(("example", "story"), CASES)
def test_the_engine_agrees(example: Example, story: Story) -> None:
    """What a person computed is what comes out."""
    assert () == EXAMPLES.run(story).failures


def test_names_are_those_of_the_catalog() -> None:
    """No example asks for what there is not; every KPI of the file has one."""
    assert [] == [
        fault
        for read in READS
        for fault in catalog_faults(read.document.data, PLAN.catalog.known, PLAN.catalog.groups, {})
    ]
    own = set(load_catalog(CATALOG.read_bytes(), "own.yaml").kpis) - set(load_catalog().kpis)
    assert own <= {kpi for read in READS for example in read.content.examples for kpi in example.kpis}


def test_as_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`crm-pulse check` finds it good, `crm-pulse test` runs the files beside it."""
    assert 0 == run(["check", str(CATALOG)])
    assert 0 == run(["test", *[str(path) for path in sorted(FOLDER.glob("*.yaml")) if path != CATALOG]])
    assert "examples hold" in capsys.readouterr().out


def replayed(tmp_path: Path, catalog: str, *events: dict[str, Any]) -> dict[str, Any]:
    """Return the values of `crm-pulse replay` under a catalog, by KPI and window, of the company."""
    (tmp_path / "own.yaml").write_text(catalog, "utf-8")
    (tmp_path / "events.jsonl").write_bytes(b"\n".join(map(orjson.dumps, events)))
    files = [str(tmp_path / name) for name in ("events.jsonl", "own.yaml", "out.jsonl")]
    assert 0 == run(["replay", files[0], "--catalog", files[1], "--out", files[2]])
    records = map(orjson.loads, (tmp_path / "out.jsonl").read_bytes().splitlines())
    return {f"{one['kpi']}|{one['window']}": one["value"] for one in records if not one["dims"]}


@pytest.mark.parametrize(("holidays", "seconds"), [("{}", 1200), ('{extra: ["2026-06-01"]}', 600)])
def test_working_time_in_replay(tmp_path: Path, holidays: str, seconds: int) -> None:
    """Friday 17:50 to Monday 9:10 took 20 minutes of working time, and 10 where Monday is free; laid over the standard.

    The standard catalog's own KPIs go on by the clock, and a standard one may be changed to working time.
    """
    found = replayed(
        tmp_path,
        "catalog: own\nextends: standard\n"
        f"calendar: {{timezone: Europe/Amsterdam, working_hours: '09:00-18:00', holidays: {holidays}}}\n"
        "kpis:\n"
        "  worked: {label: W, unit: seconds, mean: {of: response, business: true}}\n"
        "  quote_worked: {label: W, unit: seconds, mean: {of: quote_turnaround, business: true}}\n"
        "  response_time_p90: {percentile: {of: response, q: 0.9, business: true}}\n",
        event("inquiry.received", FRIDAY, conversation="c"),
        event("quote.requested", FRIDAY, quote="q"),
        event("inquiry.answered", MONDAY, conversation="c"),
        event("quote.sent", MONDAY, quote="q"),
    )

    assert (seconds, seconds, 228_000) == (
        found["worked|day"], found["quote_worked|month"], found["response_time_mean|rolling_24h"],
    )  # fmt: skip
    assert abs(found["response_time_p90|day"] - seconds) <= seconds / 100


def test_spans_in_replay(tmp_path: Path) -> None:
    """A span and a conversion from a file of events."""
    found = replayed(
        tmp_path,
        "catalog: own\nextends: standard\n"
        "spans: {wait: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}\n"
        "kpis:\n"
        "  wait_mean: {label: W, unit: seconds, mean: wait}\n"
        "  held: {label: H, unit: ratio,\n"
        "    conversion: {base: crm.meeting.scheduled, reached: crm.meeting.held, entity: meeting}}\n",
        event("meeting.held", "11:00", meeting="m"),
        event("meeting.scheduled", "09:00", meeting="m"),
        event("meeting.scheduled", "09:00", meeting="n"),
    )

    assert (7200, 0.5) == (found["wait_mean|day"], found["held|day"])
