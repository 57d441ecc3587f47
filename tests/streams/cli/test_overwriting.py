"""Files that a command must not overwrite."""

from pathlib import Path

import pytest

from streams.cli.failure import CommandError
from streams.cli.overwriting import refuse_overwriting


def test_an_input_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by its own name, nor by another path, a link of either kind."""
    monkeypatch.chdir(tmp_path)
    a = Path("a.jsonl")
    a.write_text("x")
    Path("soft").symlink_to(a)
    Path("hard").hardlink_to(a)

    for name in (a, a.resolve(), Path("soft"), Path("hard")):
        with pytest.raises(CommandError, match=r"--out .*: would overwrite a\.jsonl"):
            refuse_overwriting({"--out": name}, ["a.jsonl", None])
    refuse_overwriting({"--out": Path("b.jsonl"), "--summary": None}, ["a.jsonl"])


def test_two_outputs_are_two_files(tmp_path: Path) -> None:
    """Though none of them is there yet; what keeps nothing may be named twice."""
    out = tmp_path / "out"
    with pytest.raises(CommandError, match=f"--summary {out}: would overwrite {out}"):
        refuse_overwriting({"--out": out, "--summary": out}, [])
    refuse_overwriting({"--out": Path("/dev/null"), "--summary": Path("/dev/null")}, ["/dev/null"])
