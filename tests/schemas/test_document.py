"""A file from text to checked model, and its faults."""

import pytest

from schemas.document import Faults, Section, check, parse


class File(Section):
    title: str
    limit: float = 0


def test_a_good_file() -> None:
    """Text becomes an instance of the model, and numbers become what the model says."""
    assert check(File, parse(b"title: x\nlimit: 3\n", "f")) == File(title="x", limit=3.0)


def test_instances_don_t_change() -> None:
    """What was checked stays as it was checked."""
    with pytest.raises(ValueError, match="frozen"):
        check(File, parse("title: x", "f")).title = "y"  # type: ignore[misc]


def test_faults_name_file_line_and_field() -> None:
    """Every mistake is one line that an editor can jump to."""
    with pytest.raises(Faults) as caught:
        check(File, parse("titel: x\nlimit: much\n", "dir/f.yaml"))

    assert str(caught.value).splitlines() == [
        "dir/f.yaml:1: titel: unknown field 'titel', did you mean 'title'?",
        "dir/f.yaml:1: title: missing",
        "dir/f.yaml:2: limit: expected a number, found the text 'much'",
    ]


def test_a_fault_of_one_s_own() -> None:
    """A check beyond the model's gets file, line and field from the path."""
    document = parse("title: x\nlimit: 3\n", "f")

    assert str(document.fault(("limit",), "is odd")) == "f:2: limit: is odd"
    assert str(document.fault((), "is odd")) == "f:1: is odd"
