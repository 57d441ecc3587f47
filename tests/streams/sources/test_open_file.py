"""Opening files of events."""

import gzip
import io
import sys
from pathlib import Path

import pytest

from streams.sources.open_file import open_file
from streams.sources.raw import SourceFailed


def read(path: str) -> bytes:
    with open_file(path) as opened:
        return opened.stream.read()


def test_plain_and_gzip_give_the_same_bytes_whatever_the_name(tmp_path: Path) -> None:
    """What a file is, is told by its first bytes."""
    (tmp_path / "plain.gz").write_bytes(b"one\ntwo\n")
    (tmp_path / "zipped").write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))

    assert b"one\ntwo\n" == read(str(tmp_path / "plain.gz")) == read(str(tmp_path / "zipped"))


def test_the_position_counts_bytes_on_disk(tmp_path: Path) -> None:
    """Progress is measured against the file's size, zipped or not."""
    path = tmp_path / "zipped"
    path.write_bytes(gzip.compress(b"a line\n" * 100_000))

    with open_file(str(path)) as opened:
        assert opened.position == 0 or opened.position <= path.stat().st_size
        opened.stream.read()
        assert path.stat().st_size == opened.position


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zipped input is read too; its name in messages is <stdin>."""
    zipped = io.BufferedReader(io.BytesIO(gzip.compress(b"one\n")))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(zipped))

    with open_file("-") as opened:
        assert (opened.name, opened.stream.read()) == ("<stdin>", b"one\n")


def test_damaged_gzip_names_the_file(tmp_path: Path) -> None:
    """A download that broke off is no traceback."""
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(b"a line\n" * 1_000)[:-20])

    with pytest.raises(SourceFailed, match=r"cut\.gz: damaged gzip data"):
        read(str(path))


def test_a_file_that_can_not_be_opened_names_the_reason(tmp_path: Path) -> None:
    """The system's words, without its numbers."""
    with pytest.raises(SourceFailed, match="nowhere: No such file or directory"):
        read(str(tmp_path / "nowhere"))
