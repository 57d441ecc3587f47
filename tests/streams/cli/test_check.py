"""What `crm-pulse check` accepts and refuses."""

from pathlib import Path

import pytest

from streams.cli.main import run

CATALOG = """\
extends: standard
catalog: mine
kpis:
  my_calls: {label: Calls, unit: count, count: call}
"""
RULES = """\
rules:
  busy: {kpi: my_calls, window: rolling_24h, above: 5}
"""


def files(directory: Path, **texts: str) -> list[str]:
    """Write files and return their paths."""
    paths = []
    for name, text in texts.items():
        path = directory / f"{name}.yaml"
        path.write_text(text)
        paths.append(str(path))
    return paths


def test_the_standard_catalog_and_rules_are_good(capsys: pytest.CaptureFixture[str]) -> None:
    """Without files it is what the worker would use that is checked."""
    assert run(["check"]) == 0

    text = capsys.readouterr().out
    assert "schemas/standard.yaml: catalog 'crm-standard'" in text
    assert "schemas/rules.yaml" in text


def test_rules_are_checked_against_the_catalog_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule on a KPI of one's own catalog is good together with it, and unknown without."""
    rules, catalog = files(tmp_path, rules=RULES, catalog=CATALOG)

    assert run(["check", rules, catalog]) == 0
    assert "1 rule: good" in capsys.readouterr().out
    assert run(["check", rules]) == 1
    assert f"{rules}:2: rules.busy.kpi: unknown KPI 'my_calls'" in capsys.readouterr().err


def test_every_mistake_is_listed_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two files with mistakes give all of them at once, and status 1."""
    first, second = files(tmp_path, a=CATALOG.replace("count: call", "count: cal"), b="kpis: [")

    assert run(["check", first, second]) == 1

    text = capsys.readouterr().err
    assert f"{first}:4: kpis.my_calls.count: unknown fact 'cal'" in text
    assert f"{second}:1:" in text
    assert "mistakes:" in text


def test_rules_beside_a_catalog_with_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are held against what can be read of it, and said to be; so all is told at once."""
    wrong = CATALOG.replace("count: call", "count: cal")
    rules, bad, catalog = files(
        tmp_path, rules=RULES, bad=RULES.replace("my_calls", "my_cals"), catalog=wrong
    )

    assert run(["check", rules, bad, catalog]) == 1

    captured = capsys.readouterr()
    assert f"{rules}: 1 rule: good, as far as the catalog can be read\n" == captured.out
    assert f"{bad}:2: rules.busy.kpi: unknown KPI 'my_cals', did you mean 'my_calls'?" in captured.err
    assert f"{catalog}:4: kpis.my_calls.count: unknown fact 'cal'" in captured.err


def test_boards_beside_a_catalog_with_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Likewise: a window of a KPI that can't be read may be any, its name is known."""
    board = "boards:\n  a:\n    title: A\n    tiles:\n      - {type: number, kpi: KPI, window: dya}\n"
    wrong = CATALOG.replace("count: call", "count: cal")
    good, bad, catalog = files(
        tmp_path, good=board.replace("KPI", "my_calls"), bad=board.replace("KPI", "my_cals"), catalog=wrong
    )

    assert run(["check", good, bad, catalog]) == 1

    captured = capsys.readouterr()
    assert f"{good}: 1 board: good, as far as the catalog can be read\n" == captured.out
    assert f"{bad}:5: boards.a.tiles[0].kpi: unknown KPI 'my_cals'" in captured.err


def test_rules_without_a_catalog_that_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Their names can't be looked up; silence would read as praise."""
    rules, catalog = files(tmp_path, rules=RULES, catalog="catalog: c\nkpis: 5\n")

    assert run(["check", rules, catalog]) == 1
    assert f"{rules}: not checked, for want of a catalog that can be read" in capsys.readouterr().err


def test_mistakes_in_rules_and_in_absence_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are in one file, so both are told at once."""
    (rules,) = files(
        tmp_path,
        rules=f"{RULES}absences:\n  busy: {{kind: lead, limits: {{warning: 1h}}}}\n".replace(
            "my_calls", "cals"
        ),
    )

    assert run(["check", rules]) == 1
    said = capsys.readouterr().err
    assert "rules.busy.kpi: unknown KPI 'cals'" in said
    assert "absences.busy: there is a rule of that name already" in said


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named; status 2, since nothing was checked."""
    assert run(["check", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml: can't be read: No such file" in capsys.readouterr().err


def test_a_file_that_is_not_there_hides_no_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can be read is checked all the same; rules are not held against a catalog that may not be theirs."""
    catalog, rules = files(tmp_path, a=CATALOG.replace("count: call", "count: cal"), b=RULES)
    none = str(tmp_path / "none.yaml")

    assert run(["check", none, catalog]) == 2
    said = capsys.readouterr().err
    assert f"{catalog}:4: kpis.my_calls.count: unknown fact 'cal'" in said
    assert f"{none}: can't be read: No such file" in said
    assert run(["check", none, rules]) == 2
    captured = capsys.readouterr()
    assert "not checked, for want of a catalog that can be read" in captured.err
    assert "unknown KPI" not in captured.err
    assert "good" not in captured.out


def test_examples_are_for_another_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Told by their section, though they name rules and a catalog; nothing else is praised in their place."""
    (path,) = files(tmp_path, a="catalog: x.yaml\nrules: y.yaml\nexamples: []\n")

    assert run(["check", path]) == 1
    captured = capsys.readouterr()
    assert (
        f"{path}:3: examples: this is a file of examples: crm-pulse test checks and runs it" in captured.err
    )
    assert captured.out == ""


def test_what_is_good_is_told_with_its_size_and_oddities(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A definition that nothing uses is a warning with its line, and no mistake; the records are estimated."""
    unused = "spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}\n"
    (catalog,) = files(tmp_path, catalog=CATALOG + unused)

    assert run(["check", catalog]) == 0

    text = capsys.readouterr().out
    assert f"warning: {catalog}:5: spans.demo: no KPI uses this span\n" in text
    assert "200 reps in 20 teams have" in text
    assert "of a rep by window: rolling_24h" in text


def test_the_configured_catalog_is_told_in_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without files the configured one is checked, mistakes and all."""
    good, bad = files(tmp_path, good=CATALOG, bad=CATALOG.replace("count: call", "count: cal"))

    monkeypatch.setenv("CRM_PULSE_CATALOG", good)
    assert run(["check"]) == 0
    assert f"{good}: catalog 'mine'" in capsys.readouterr().out
    monkeypatch.setenv("CRM_PULSE_CATALOG", bad)
    assert run(["check"]) != 0
    assert "unknown fact 'cal'" in capsys.readouterr().err


def test_routes_are_compared_with_the_rules_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule that they name and the file of rules does not have; alone, nobody knows which rules there are."""
    delivery = (
        "receivers: {ops: {type: webhook, url: https://example.com/, secret_env: KEY}}\n"
        "route: {receivers: [ops], routes: {a: {match: {rule: bussy}}}}\n"
    )
    catalog, rules, routes = files(tmp_path, catalog=CATALOG, rules=RULES, routes=delivery)

    assert run(["check", routes, catalog, rules]) == 0
    said = f"warning: {routes}:2: route.routes.a.match.rule: unknown rule 'bussy', did you mean 'busy'?"
    assert said in capsys.readouterr().out.splitlines()
    assert run(["check", routes, catalog]) == 0
    assert "bussy" not in capsys.readouterr().out


def test_boards_are_checked_against_the_catalog_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A KPI of one's own is known, a wrong one is told with its line."""
    board = "boards:\n  a:\n    title: A\n    tiles:\n      - {type: number, kpi: my_calls, window: day}\n"
    catalog, good = files(tmp_path, catalog=CATALOG, boards=board)
    assert run(["check", catalog, good]) == 0
    assert f"{good}: 1 board: good" in capsys.readouterr().out

    assert run(["check", good]) == 1
    assert f"{good}:5: boards.a.tiles[0].kpi: unknown KPI 'my_calls'" in capsys.readouterr().err


SLIP = "\nrest: .nan"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (CATALOG.replace("count: call", "count: cal"), "4: kpis.my_calls.count: unknown fact 'cal'"),
        (RULES, "2: rules.busy.kpi: unknown KPI 'my_calls'"),
        ("absences:\n  quiet: {of: calls}", "2: absences.quiet"),
        ("boards:\n  floor: {tiles: []}", "2: boards.floor.tiles"),
        ("route: {receiver: x}\nreceivers:\n  y: {}", "3: receivers.y"),
        ("tokens:\n  a: {scope: x}", "2: tokens.a.scope"),
    ],
)
def test_slips_of_the_text_hide_no_mistake(
    text: str, fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number that is none is told with all else, whatever kind of file it is in."""
    (path,) = files(tmp_path, a=text.rstrip() + SLIP)

    assert run(["check", path]) == 1

    told = capsys.readouterr().err
    assert "rest: .nan is no finite number" in told
    assert f"{path}:{fault}" in told


def test_the_mapping_of_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its rules are no rules about KPIs: it is told by its source."""
    text = "name: loans\nsource: bank\nrules:\n  - {activity: A, type: crm.call.logged}\n"
    good, bad = files(tmp_path, good=text, bad=text.replace("type: crm", "typ: crm"))

    assert run(["check", good]) == 0
    assert capsys.readouterr().out == f"{good}: mapping 'loans', 1 rule: good\n"
    assert run(["check", bad]) == 1
    assert f"{bad}:4: rules[0].typ: unknown field 'typ', did you mean 'type'?" in capsys.readouterr().err
