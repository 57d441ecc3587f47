"""Where a command is to write."""

import os
from pathlib import Path

import pytest

from streams.cli.failure import CommandError
from streams.cli.main import run
from streams.cli.writable import make_usable, refuse_unwritable


def test_what_can_be_written(tmp_path: Path) -> None:
    """New files, files that are there, devices, and nothing."""
    there = tmp_path / "a"
    there.write_text("x")

    refuse_unwritable({"--out": tmp_path / "b", "--summary": there, "--x": Path("/dev/null"), "--y": None})


@pytest.mark.parametrize(
    ("path", "said"),
    [("none/a", "--out .*none/a: there is no directory .*none"), ("", "--out .*: is a directory")],
)
def test_what_can_not_be(path: str, said: str, tmp_path: Path) -> None:
    """The option is named, and why."""
    with pytest.raises(CommandError, match=said):
        refuse_unwritable({"--out": tmp_path / path})


def test_what_may_not_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of somebody else's; as the system says, since tests may run as one who is refused nothing."""
    (tmp_path / "a").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: not (path == tmp_path / "a" and mode == os.W_OK))
    with pytest.raises(CommandError, match="permission denied"):
        refuse_unwritable({"--out": tmp_path / "a"})


@pytest.mark.parametrize("option", ["--out", "--summary"])
def test_it_is_found_before_the_work(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file without end would never get there."""
    assert 2 == run(["replay", "/dev/zero", option, str(tmp_path / "none" / "a")])
    assert f"{option} {tmp_path}/none/a: there is no directory" in capsys.readouterr().err


def test_a_directory_is_made_with_its_rooms(tmp_path: Path) -> None:
    """Also where it is there already."""
    for _ in range(2):
        make_usable("HERE", tmp_path / "a" / "b", ["c"])

    assert (tmp_path / "a" / "b" / "c").is_dir()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("file", "HERE = .*file: is no directory"),
        ("file/a", "HERE = .*file/a: can't be made: not a directory"),
        ("full", "HERE = .*full: .*full/room: is no directory"),
    ],
)
def test_a_directory_that_can_not_be(path: str, said: str, tmp_path: Path) -> None:
    """The setting is named, and why."""
    (tmp_path / "file").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "room").touch()
    with pytest.raises(CommandError, match=said):
        make_usable("HERE", tmp_path / path, ["room"])


def test_a_directory_that_may_not_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of somebody else's."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CommandError, match="permission denied"):
        make_usable("HERE", tmp_path)


def test_the_demo_names_its_directory_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before it starts anything, and without a word of results."""
    (tmp_path / "data").touch()
    monkeypatch.setenv("CRM_PULSE_DATA_DIR", str(tmp_path / "data"))

    assert 2 == run(["demo", "--plain", "--no-browser"])
    assert capsys.readouterr() == ("", f"crm-pulse: CRM_PULSE_DATA_DIR = {tmp_path}/data: is no directory\n")
