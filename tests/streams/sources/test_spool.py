"""Standard input and pipes, kept so that they can be read twice."""

import io
import os
import threading
from pathlib import Path

import pytest

from streams.sources.raw import SourceFailed
from streams.sources.spool import spooled


def test_standard_input_can_be_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` becomes a file with its bytes, among the others in their order, and is gone afterwards."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\n\xff\n")))
    with spooled(["x.jsonl", "-", "y.jsonl"]) as (paths, names):
        first, own, last = paths
        assert ("x.jsonl", "y.jsonl") == (first, last)
        assert {own: "<stdin>"} == names
        assert [b"a\n\xff\n"] * 2 == [Path(own).read_bytes() for _ in range(2)]

    assert not Path(own).exists()


def test_files_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `-` nothing is read from standard input."""
    monkeypatch.setattr("sys.stdin", None)
    with spooled(["x.jsonl"]) as (paths, names):
        assert (["x.jsonl"], {}) == (paths, names)


def test_standard_input_comes_once() -> None:
    """Named twice, it is refused."""
    with pytest.raises(SourceFailed, match="only once"), spooled(["-", "-"]):
        pass


@pytest.mark.parametrize(("name", "suffix"), [("pipe", ".jsonl"), ("log.XES.gz", ".xes")])
def test_a_pipe_is_kept_too(tmp_path: Path, name: str, suffix: str) -> None:
    """What a shell gives for `<(zcat a.gz)`: a second pass would find nothing, or wait for ever. A log stays one."""
    pipe = tmp_path / name
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a\n",))
    writer.start()
    with spooled([str(pipe)]) as (paths, names):
        writer.join()
        assert {paths[0]: str(pipe)} == names
        assert paths[0].endswith(suffix)
        assert Path(paths[0]).read_bytes() == b"a\n"
