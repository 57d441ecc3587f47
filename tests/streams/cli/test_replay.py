"""`crm-pulse replay` as a command; its numbers are tested with the processors and against the oracle."""

import gzip
import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from processors.replay import Replay
from streams.cli import replay as command
from streams.cli.main import run
from tests.oracle.telling import event, rep_updated

CALL = event("call.logged", "10:00", rep="ann")
LATER = event("call.logged", "11:00", rep="ann")
Captured = pytest.CaptureFixture[str]


def write(path: Path, *lines: dict[str, Any] | bytes) -> str:
    """Write events and raw lines to a file; return its path."""
    path.write_bytes(
        b"".join((one if isinstance(one, bytes) else orjson.dumps(one)) + b"\n" for one in lines)
    )
    return str(path)


def records(text: str | bytes) -> dict[str, dict[str, Any]]:
    """Return the records that were written, by key."""
    found = {}
    for line in text.splitlines():
        record = orjson.loads(line)
        period = f":{record['period']}" if record["period"] else ""
        dims = ",".join(f"{name}={value or ''}" for name, value in sorted(record["dims"].items()))
        key = f"{record['kpi']}|{record['window']}{period}|{dims}"
        assert key not in found
        found[key] = record
    return found


def test_records_on_standard_output(tmp_path: Path, capsys: Captured) -> None:
    """Records as JSON Lines, nothing else; what there was to say on standard error."""
    assert 0 == run(["replay", write(tmp_path / "a.jsonl", CALL, LATER, CALL)])

    captured = capsys.readouterr()
    found = records(captured.out)
    assert (2, "2026-03-04T11:00:00Z") == (
        found["calls|day:2026-03-04|rep=ann"]["value"],
        found["calls|all_time|"]["as_of"],
    )
    assert "3 read: 2 events, 1 duplicate, dead letters: none\n" == captured.err


@pytest.mark.parametrize(
    ("as_of", "value", "said"),
    [
        ("2026-03-04T11:00:00Z", 2, "2 read: 2 events, 0 duplicates, dead letters: none\n"),
        ("2026-03-04T12:00:00+01:00", 2, "2 read: 2 events, 0 duplicates, dead letters: none\n"),
        (
            "2026-03-04T10:59:59.999999Z",
            1,
            "2 read: 1 event, 0 duplicates, dead letters: none, 1 after 2026-03-04T10:59:59.999999Z\n",
        ),
    ],
)
def test_as_of(tmp_path: Path, capsys: Captured, as_of: str, value: int, said: str) -> None:
    """An event at exactly the moment counts, a later one is left out and said so."""
    assert 0 == run(["replay", write(tmp_path / "a.jsonl", CALL, LATER), "--as-of", as_of])

    captured = capsys.readouterr()
    assert (value, said) == (records(captured.out)["calls|all_time|"]["value"], captured.err)


def test_periods(tmp_path: Path, capsys: Captured) -> None:
    """The running periods; with `all` the past ones too."""
    path = write(tmp_path / "a.jsonl", event("call.logged", "2026-01-15T10:00:00Z"), CALL)
    found = []
    for more in ([], ["--periods", "running"], ["--periods", "all"]):
        assert 0 == run(["replay", path, *more])
        found.append(records(capsys.readouterr().out))

    assert found[0] == found[1]
    assert {"day:2026-01-15", "week:2026-W03", "month:2026-01"} == {
        key.split("|")[1] for key in found[2].keys() - found[0].keys()
    }
    assert found[2]["calls|month:2026-01|"]["final"]


def test_out_and_summary(tmp_path: Path, capsys: Captured) -> None:
    """Records and summary go into files when named; the summary has every count."""
    path = write(
        tmp_path / "a.jsonl", CALL, CALL, b"nonsense", LATER, event("call.logged", "soon and very soon")
    )
    out, summary = tmp_path / "out.jsonl", tmp_path / "summary.json"
    arguments = ["--out", str(out), "--summary", str(summary), "--as-of", "2026-03-04T10:30:00Z"]
    assert 0 == run(["replay", path, *arguments])

    assert "" == capsys.readouterr().out
    assert 1 == records(out.read_bytes())["calls|all_time|"]["value"]
    assert {
        "read": 5, "events": 1, "duplicates": 1, "dead_letters": {"bad_json": 1, "bad_time": 1},
        "targets_refused": {}, "left_out": 1, "late_corrections": 0, "as_of": "2026-03-04T10:30:00Z",
    } == orjson.loads(summary.read_bytes())  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [(["--out", "-"], '"kpi":"calls"'), (["--out", "kpis.jsonl", "--summary", "-"], '"read": 1')],
)
def test_a_dash_is_standard_output(
    arguments: list[str], shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """As a name of a file to write it is no file of that name."""
    monkeypatch.chdir(tmp_path)
    assert 0 == run(["replay", write(tmp_path / "a.jsonl", CALL), *arguments])

    assert shown in capsys.readouterr().out
    assert not Path("-").exists()


def test_targets_that_can_show_nowhere_are_told(tmp_path: Path, capsys: Captured) -> None:
    """With file and line, as what can't be used; their events count."""
    said = {"kpi": "won_revenu", "window": "month", "period": "2026-03", "dims": {}, "value": 100}
    path = write(tmp_path / "a.jsonl", CALL, event("target.set", "09:00", **said))
    assert 0 == run(["replay", path, "--out", str(tmp_path / "out.jsonl")])

    assert [
        f'{path}:2: bad_field: crm.target.set: data.kpi is "won_revenu", which is no KPI of the catalog',
        "2 read: 2 events, 0 duplicates, dead letters: none, 1 target that can show nowhere",
    ] == capsys.readouterr().err.splitlines()


def test_garbage_is_named(tmp_path: Path, capsys: Captured) -> None:
    """What can't be used is told with file and line, the first ten in full, and changes nothing."""
    clean = write(tmp_path / "clean.jsonl", CALL, LATER)
    dirty = write(tmp_path / "dirty.jsonl", CALL, *[b"nonsense"] * 12, LATER | {"id": "x", "data": {}}, LATER)
    assert 0 == run(["replay", clean])
    wanted = records(capsys.readouterr().out)
    assert 0 == run(["replay", dirty])
    captured = capsys.readouterr()

    assert wanted == records(captured.out)
    lines = captured.err.splitlines()
    assert [f"{dirty}:{number}: bad_json: " in line for number, line in enumerate(lines[:10], 2)] == [
        True
    ] * 10
    assert "… and 3 more that can't be used" == lines[10]
    assert "15 read: 2 events, 0 duplicates, dead letters: 12 bad_json, 1 missing_field" == lines[11]


def test_updates_of_the_directory_come_first(tmp_path: Path, capsys: Captured) -> None:
    """Wherever they stand, in whatever file, they explain the activity."""
    update = rep_updated("09:00", "ann", "north")
    paths = [write(tmp_path / "a.jsonl", CALL), write(tmp_path / "b.jsonl", LATER, update)]
    assert 0 == run(["replay", *paths])

    assert 2 == records(capsys.readouterr().out)["calls|all_time|team=north"]["value"]


def test_compressed_files(tmp_path: Path, capsys: Captured) -> None:
    """A file may be gzip, told by its bytes."""
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(orjson.dumps(CALL) + b"\n"))

    assert 0 == run(["replay", str(path)])
    assert 1 == records(capsys.readouterr().out)["calls|all_time|"]["value"]


def test_standard_input(tmp_path: Path) -> None:
    """`-` in a pipe, with updates that come last, as a process of its own."""
    value = b"\n".join(map(orjson.dumps, [CALL, rep_updated("09:00", "ann", "north")]))
    command = [sys.executable, "-m", "streams.cli.main", "replay", "-"]
    done = subprocess.run(
        command, input=value + b"\nnonsense\n", capture_output=True, timeout=60, check=False
    )

    assert 0 == done.returncode, done.stderr
    assert 1 == records(done.stdout)["calls|all_time|team=north"]["value"]
    assert b"3 read: 2 events, 0 duplicates, dead letters: 1 bad_json" in done.stderr


def test_garbage_on_standard_input_is_named_so(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """A line of standard input is not said to stand in some temporary file."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"nonsense\n")))
    assert 0 == run(["replay", "-"])

    assert capsys.readouterr().err.startswith("<stdin>:1: bad_json: ")


def test_nothing_at_all(tmp_path: Path, capsys: Captured) -> None:
    """An empty file gives no records, and that is no error."""
    assert 0 == run(["replay", write(tmp_path / "a.jsonl")])

    captured = capsys.readouterr()
    assert ("", "0 read: 0 events, 0 duplicates, dead letters: none\n") == (captured.out, captured.err)


def test_a_catalog_of_ones_own(tmp_path: Path, capsys: Captured) -> None:
    """The KPIs are the catalog's, one of its own too, and records say whose they are."""
    catalog = tmp_path / "own.yaml"
    catalog.write_text(
        "catalog: own\nextends: standard\ncalendar: {timezone: Pacific/Auckland}\n"
        "kpis:\n  calls: null\n  talks: {label: T, unit: count, count: [call, meeting_held]}\n"
    )
    assert 0 == run(["replay", write(tmp_path / "a.jsonl", CALL, LATER), "--catalog", str(catalog)])

    found = records(capsys.readouterr().out)
    of_calls = {"value_added_calls", "value_added_share", "call_duration_mean"}
    assert {"talks", "activities", *of_calls} == {record["kpi"] for record in found.values()}
    assert (1, "own@") == (found["talks|day:2026-03-05|"]["value"], found["talks|all_time|"]["catalog"][:4])


XES = b"""<log><trace><string key="concept:name" value="7"/>
<event><string key="concept:name" value="A"/><string key="org:resource" value="ann"/>
<date key="time:timestamp" value="2026-03-04T10:00:00.000+01:00"/></event></trace></log>"""
MAPPING = """name: log
source: xes/log
id: "{case}-{index}"
account: "{case}"
timezone: Europe/Amsterdam
rep: org:resource
stages: [one, two]
rules:
  - {activity: A, type: crm.deal.created, data: {deal: "{case}", stage: one}}
"""


def test_an_xes_log(tmp_path: Path, capsys: Captured) -> None:
    """A log with its mapping; without a catalog, its stages and time zone are the mapping's."""
    (tmp_path / "log.xes").write_bytes(XES)
    (tmp_path / "map.yaml").write_text(MAPPING)
    assert 0 == run(["replay", str(tmp_path / "log.xes"), "--mapping", str(tmp_path / "map.yaml")])

    found = records(capsys.readouterr().out)
    assert "2026-03-03T23:00:00Z" == found["deals_created|day:2026-03-04|rep=ann"]["start"]
    assert 1 == found["stage_conversion|all_time|from_stage=one,to_stage=two"]["n"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.jsonl"], "none.jsonl: no such file"),
        (["log.xes"], "needs a mapping file"),
        (["log.xes", "--mapping", "none.yaml"], "none.yaml: can't be read: No such file"),
        (["calls.jsonl", "--mapping", "wrong.yaml"], "wrong.yaml:1: "),
        (["calls.jsonl", "--catalog", "none.yaml"], "none.yaml: can't be read: No such file"),
        (["calls.jsonl", "--catalog", "wrong.yaml"], "wrong.yaml:1: "),
        (["calls.jsonl", "--as-of", "yesterday"], "--as-of yesterday: expected a time with an offset"),
        (["calls.jsonl", "--as-of", "2026-03-04T10:00:00"], "expected a time with an offset"),
        (["calls.jsonl", "--periods", "some"], "--periods some: expected running or all"),
        (["calls.jsonl", "--out", "none/out.jsonl"], "--out none/out.jsonl: there is no directory none"),
        (
            ["calls.jsonl", "--summary", "none/summary.json"],
            "--summary none/summary.json: there is no directory none",
        ),
        (["calls.jsonl", "--out", "calls.jsonl"], "--out calls.jsonl: would overwrite calls.jsonl"),
        (["calls.jsonl", "--summary", "./calls.jsonl"], "--summary calls.jsonl: would overwrite"),
        (["calls.jsonl", "--summary", "-"], "--summary -: the records go to standard output"),
        (["-", "-"], "standard input (-) can be read only once"),
        ([], "files"),
        (["calls.jsonl", "--speed", "5"], "--speed"),
        (["."], ".: a directory, not a file"),
    ],
)
def test_wrong_use(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """Missing files, mistakes in them and wrong options end with status 2 and a sentence, no traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    write(tmp_path / "calls.jsonl", CALL)
    (tmp_path / "log.xes").write_bytes(XES)
    (tmp_path / "wrong.yaml").write_text("wrong: true\n")

    assert 2 == run(["replay", *arguments])
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert "Traceback" not in captured.err


def test_what_a_replay_has_in_memory_goes_with_the_process(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To free it takes longer than to write what is asked for; see `streams.process.leaving`."""
    held: list[object] = []
    monkeypatch.setattr(command, "LEAVING", SimpleNamespace(hold=held.append))

    assert run(["replay", write(tmp_path / "events.jsonl", CALL)]) == 0
    assert records(capsys.readouterr().out)
    assert [Replay] == [type(one) for one in held]
