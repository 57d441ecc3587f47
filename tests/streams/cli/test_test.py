"""`crm-pulse test` as a command: what it prints, and how it ends."""

from pathlib import Path

import orjson
import pytest

from streams.cli.main import run

Captured = pytest.CaptureFixture[str]

GOOD = """\
examples:
  - name: Ann calls twice
    defaults: {rep: ann}
    events:
      - {at: day 1 09:00, type: call.logged}
      - {at: day 1 10:00, type: call.logged}
    expect:
      - {kpi: calls, window: day, dims: {rep: ann}, value: 2}
"""
BAD = GOOD.replace("Ann calls twice", "Ann calls thrice").replace("value: 2", "value: 3, n: 3")


def write(path: Path, text: str) -> str:
    """Write a file; return its path."""
    path.write_text(text, "utf-8", errors="surrogateescape")
    return str(path)


def test_examples_that_hold(tmp_path: Path, capsys: Captured) -> None:
    """A line a file and the sum; status 0."""
    assert 0 == run(["test", write(tmp_path / "a.yaml", GOOD)])

    lines = capsys.readouterr().out.splitlines()
    assert ["1", "0", "1"] == lines[-2].split()[-3:]
    assert "1 example holds" == lines[-1]


def test_an_example_that_fails(tmp_path: Path, capsys: Captured) -> None:
    """Its name, the line of what was expected, what came; the others run all the same; status 1."""
    bad, good = write(tmp_path / "bad.yaml", BAD), write(tmp_path / "good.yaml", GOOD)
    assert 1 == run(["test", bad, good])

    out = capsys.readouterr().out
    assert out.startswith(
        "FAILED  Ann calls thrice\n"
        f"  {bad}:8: calls|day:2026-06-01|rep=ann at 2026-06-01T10:00:00Z\n"
        "    expected  value 3, n 3\n"
        "    found     value 2, n 2\n"
    )
    assert out.endswith("1 of 2 examples failed\n")


def test_mistakes_come_all_at_once(tmp_path: Path, capsys: Captured) -> None:
    """Of all files: what the grammar says, names, what the catalog doesn't have, what an event can't be."""
    first = write(
        tmp_path / "a.yaml",
        GOOD.replace("day 1 09:00", "day one").replace("call.logged}", "call.logged, duration_s: long}"),
    )
    second = write(tmp_path / "b.yaml", GOOD.replace("kpi: calls", "kpi: cals").replace("value", "valeu"))
    assert 1 == run(["test", first, second])

    said = capsys.readouterr().err
    for part in (
        f"{first}:5: examples[0].events[0].at: expected a time",
        f"{first}:5: examples[0].events[0]: crm.call.logged: data.duration_s ",
        f"{first}:6: examples[0].events[1]: crm.call.logged: ",
        f"{second}:8: examples[0].expect[0].kpi: unknown KPI 'cals'",
        f"{second}:8: examples[0].expect[0].valeu: unknown field",
    ):
        assert part in said, said


def test_dimensions_that_nothing_has_do_not_pass_for_absent(tmp_path: Path, capsys: Captured) -> None:
    """A slip in a name would hold for ever, and so would a group in which nothing is kept."""
    path = write(
        tmp_path / "a.yaml",
        GOOD.replace("dims: {rep: ann}, value: 2", "dims: {reep: ann}, absent: true")
        + "      - {kpi: calls, window: day, dims: {rep: ann, channel: web}, absent: true}\n"
        + "    expect_alerts:\n      - {rule: quiet-rep, dims: {team: north}, absent: true}\n"
        + "      - {rule: inquiry-unanswered, dims: {rp: ann, team: north}, absent: true}\n",
    )
    assert 1 == run(["test", path])

    said = capsys.readouterr().err
    for part in (
        f"{path}:8: examples[0].expect[0].dims.reep: unknown dimension of calls 'reep', did you mean 'rep'?",
        f"{path}:9: examples[0].expect[1].dims: calls has no records by channel and rep; it has by company, team, rep,",
        f"{path}:11: examples[0].expect_alerts[0].dims.team: unknown dimension of quiet-rep 'team'; known: rep",
        f"{path}:12: examples[0].expect_alerts[1].dims.rp: unknown dimension of inquiry-unanswered 'rp', did you mean",
    ):
        assert part in said, said


def test_words_for_what_is_not_there(tmp_path: Path, capsys: Captured) -> None:
    """A record that should not be, one that is not, a null, an event that can't be used."""
    text = GOOD.replace("value: 2}", "absent: true}") + (
        "      - {kpi: calls, window: day, dims: {rep: bob}, value: null, final: true}\n"
    )
    text = text.replace(
        "    expect:", "      - {at: 2020-01-01 09:00, arrives: day 1 10:00, type: call.logged}\n    expect:"
    )
    assert 1 == run(["test", write(tmp_path / "a.yaml", text)])

    out = capsys.readouterr().out
    assert "    expected  nothing\n    found     value 2, n 2\n" in out
    assert (
        "    expected  value null, final true\n    found     nothing; there are calls|day:2026-06-01|" in out
    )
    assert "a.yaml:7: crm.call.logged\n    can't be used: too_late: " in out


def test_json(tmp_path: Path, capsys: Captured) -> None:
    """One example a line, with all that is said of it."""
    assert 1 == run(["test", "--json", write(tmp_path / "a.yaml", GOOD), write(tmp_path / "b.yaml", BAD)])

    first, second = map(orjson.loads, capsys.readouterr().out.splitlines())
    assert {
        "file": str(tmp_path / "a.yaml"), "line": 2, "name": "Ann calls twice", "holds": True, "checks": 1, "failures": [],
    } == first  # fmt: skip
    assert [
        {
            "line": 8, "what": "calls|day:2026-06-01|rep=ann", "at": "2026-06-01T10:00:00Z",
            "expected": {"value": 3, "n": 3}, "found": {"value": 2, "n": 2}, "hint": "",
        }
    ] == second["failures"]  # fmt: skip


def test_a_catalog_and_rules_beside_the_file(tmp_path: Path, capsys: Captured) -> None:
    """Paths start from the file that names them."""
    (tmp_path / "deep").mkdir()
    write(
        tmp_path / "mine.yaml",
        "catalog: mine\nextends: standard\nkpis:\n  talks: {label: T, unit: count, count: [call, meeting_held]}\n",
    )
    write(tmp_path / "rules.yaml", "rules:\n  loud: {kpi: talks, window: day, above: 1}\n")
    text = f"catalog: ../mine.yaml\nrules: ../rules.yaml\n{GOOD.replace('calls,', 'talks,')}" + (
        "    expect_alerts:\n      - {rule: loud, state: firing, value: 2}\n"
    )
    path = write(tmp_path / "deep" / "a.yaml", text)
    assert 0 == run(["test", path]), capsys.readouterr()
    assert 0 == run(
        ["test", path, "--catalog", str(tmp_path / "mine.yaml"), "--rules", str(tmp_path / "rules.yaml")]
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "catalog: mine\nextends: standard\nkpis: {}\n",
            "3: kpis: this is a catalog, not a file of examples",
        ),
        ("rules:\n  loud: {kpi: calls}\n", "1: rules: this is a file of rules, not a file of examples"),
    ],
)
def test_a_file_of_another_kind(text: str, said: str, tmp_path: Path, capsys: Captured) -> None:
    """Told by its sections, with the command for it: wrong use."""
    path = write(tmp_path / "a.yaml", text)

    assert 2 == run(["test", path])
    assert f"crm-pulse: {path}:{said}: crm-pulse check checks it\n" == capsys.readouterr().err


@pytest.mark.parametrize("field", ["catalog", "rules"])
def test_a_file_that_is_named_and_not_there(field: str, tmp_path: Path, capsys: Captured) -> None:
    """The line that names it is told."""
    path = write(
        tmp_path / "a.yaml",
        f"{field}: b.yaml\n{GOOD}    expect_alerts: [{{rule: quiet-rep, absent: true}}]\n",
    )

    assert 2 == run(["test", path])
    assert f"crm-pulse: {path}:1: {field}: {tmp_path / 'b.yaml'}: no such file\n" == capsys.readouterr().err


def test_a_catalog_instead(tmp_path: Path, capsys: Captured) -> None:
    """`--catalog` puts the same examples to a changed catalog."""
    catalog = write(
        tmp_path / "mine.yaml", "catalog: mine\nextends: standard\nkpis: {calls: {count: [meeting_held]}}\n"
    )
    assert 1 == run(["test", write(tmp_path / "a.yaml", GOOD), "--catalog", catalog])
    assert "found     nothing; no record of calls at all" in capsys.readouterr().out


def test_mistakes_in_a_catalog_and_in_examples(tmp_path: Path, capsys: Captured) -> None:
    """All are told at once, as far as the examples are not about the catalog; status 2."""
    catalog = write(tmp_path / "mine.yaml", "catalog: mine\nextends: standard\nkpis: {calls: {count: cal}}\n")
    path = write(tmp_path / "a.yaml", GOOD.replace("name:", "nme:", 1))

    assert 2 == run(["test", path, "--catalog", catalog])
    said = capsys.readouterr().err
    assert "kpis.calls.count: unknown fact 'cal'" in said
    assert "unknown field 'nme', did you mean 'name'?" in said


def test_mistakes_in_examples(tmp_path: Path, capsys: Captured) -> None:
    """Grammar, names that the catalog lacks, and events the engine would not take: every one at once; status 1."""
    text = GOOD.replace("kpi: calls", "kpi: cals") + (
        "      - {kpi: calls, window: dya, value: 1}\n"
        "    expect_alerts:\n      - {rule: quite-rep, state: firing}\n"
    )
    text = text.replace("09:00, type: call.logged", "09:00, type: call.logged, duration_s: -1")
    path = write(tmp_path / "a.yaml", text)
    assert 1 == run(["test", path])

    err = capsys.readouterr().err
    assert f"{path}:5: examples[0].events[0]: crm.call.logged: " in err
    assert f"{path}:8: examples[0].expect[0].kpi: unknown KPI 'cals', did you mean 'calls'?" in err
    assert (
        f"{path}:9: examples[0].expect[1].window: unknown window of calls 'dya', did you mean 'day'?" in err
    )
    assert (
        f"{path}:11: examples[0].expect_alerts[0].rule: unknown rule 'quite-rep', did you mean 'quiet-rep'?"
        in err
    )
    assert 1 == run(["test", write(tmp_path / "b.yaml", GOOD.replace("events", "evnets"))])
    assert "unknown field 'evnets', did you mean 'events'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "none.yaml: No such file"),
        ("# caf\udce9\n", "a.yaml:1: not UTF-8"),
        (f"catalog: other.yaml\n{GOOD}", "other.yaml: no such file"),
        (f"catalog: wrong.yaml\n{GOOD}", "wrong.yaml:1: "),
    ],
)
def test_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, text: str | None, sentence: str
) -> None:
    """Files that can't be read, and mistakes in the catalog that is put to the test: status 2, no traceback."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "wrong.yaml", "wrong: true\n")
    if text is not None:
        write(tmp_path / "a.yaml", text)
    assert 2 == run(["test", "none.yaml" if text is None else "a.yaml"])

    err = capsys.readouterr().err
    assert sentence in err
    assert "Traceback" not in err


def test_the_standard_examples(tmp_path: Path, capsys: Captured) -> None:
    """Without files they are run, on a catalog of one's own those of its KPIs."""
    catalog = write(
        tmp_path / "mine.yaml",
        "catalog: mine\npipelines: {sales: {stages: [a, b]}}\nkpis:\n"
        "  meetings_held: {label: M, unit: count, count: meeting_held, by: [channel]}\n"
        "  calls: {label: C, unit: count, count: call, by: [channel]}\n",
    )
    assert 0 == run(["test", "--catalog", catalog, "--json"])
    shown = [orjson.loads(line)["name"] for line in capsys.readouterr().out.splitlines()]
    assert "A call that is delivered twice counts once" in shown
    assert "A meeting is an activity when it is held, not when it is arranged" not in shown
