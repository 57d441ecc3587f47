"""The README's picture is the demo's view, drawn from the real pipeline in virtual time."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from streams.cli.demo_picture import PAGE, Floor, main, picture
from tests.docs.pages import ROOT


def _words(svg: str) -> str:
    return " ".join("".join(ElementTree.fromstring(svg).itertext()).replace("\xa0", " ").split())


def test_the_floor_gives_kpis_and_the_picture_shows_them() -> None:
    """After two seconds teams, leaderboard and stages have values, and the picture fetches nothing."""
    model = Floor().run(2)
    svg = picture(model)

    teams = ["east", "north", "south", "west"]
    # Orders and leads without a rep count for nobody's team, which no column is about.
    assert sorted([*teams, "unassigned"]) == model.values_of("team")
    assert model.engine.events_total > 4_000
    assert model.engine.events_per_s > 0
    assert model.engine.dead_letters == 0
    words = _words(svg)
    for shown in ("CRM Pulse", "Leaderboard", "qualification → di", *teams):
        assert shown in words
    assert "unassigned" not in words
    assert "url(http" not in svg
    assert "@font-face" not in svg


def test_the_picture_in_the_tree_has_an_alert_and_is_in_the_readme() -> None:
    """`make docs` was run at a time when the alert fires."""
    assert "firing" in _words(PAGE.read_text("utf-8"))
    assert f"({PAGE.relative_to(ROOT)})" in (ROOT / "README.md").read_text("utf-8")


def test_main_writes_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module's own entry writes one file."""
    monkeypatch.setattr("streams.cli.demo_picture.LENGTH_S", 1)
    main(tmp_path / "demo.svg")

    assert (tmp_path / "demo.svg").read_text("utf-8").startswith("<svg")
