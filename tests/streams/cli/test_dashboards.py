"""`crm-pulse dashboards`: files for Grafana."""

import json
from pathlib import Path

import pytest

from streams.cli.main import run


def test_it_writes_the_dashboards_of_a_catalog(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file that it names is JSON, and the catalog's own KPI is in it."""
    (tmp_path / "own.yaml").write_text(
        "catalog: own\nextends: standard\nkpis: {chats: {label: Chats, unit: count, count: call}}\n"
    )
    (tmp_path / "rules.yaml").write_text(
        "rules: {few: {title: Few chats, kpi: chats, window: day, below: 3}}\n"
    )
    out = tmp_path / "boards"
    options = [
        "--out",
        str(out),
        "--catalog",
        str(tmp_path / "own.yaml"),
        "--rules",
        str(tmp_path / "rules.yaml"),
    ]

    assert run(["dashboards", *options]) == 0
    names = [Path(line) for line in capsys.readouterr().out.split()]
    assert sorted(names) == sorted(out.iterdir())
    boards = {path.name: json.loads(path.read_text("utf-8")) for path in names}
    assert "Few chats" in [panel["title"] for panel in boards["alerts.json"]["panels"]]
    assert 'kpi=\\"chats\\"' in json.dumps(boards["team.json"])


def test_a_bad_catalog_and_a_place_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both end with 2 and a sentence."""
    (tmp_path / "bad.yaml").write_text("catalog: x\nextends: standard\nkpis: {calls: {labl: X}}\n")
    (tmp_path / "file").write_text("")

    assert run(["dashboards", "--out", str(tmp_path / "a"), "--catalog", str(tmp_path / "bad.yaml")]) == 2
    assert "bad.yaml:3" in capsys.readouterr().err
    assert run(["dashboards", "--out", str(tmp_path / "file" / "a")]) == 2
    assert "can't be written" in capsys.readouterr().err
