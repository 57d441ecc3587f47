"""A file from text to checked model, and its faults."""

import pytest

from schemas.files.document import Faults, Section, check, parse, reading


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


def told(text: str) -> list[str]:
    """Return what reading and checking a file tells."""
    with pytest.raises(Faults) as caught, reading(text, "f") as document:
        check(File, document)
    return str(caught.value).splitlines()


def test_slips_of_the_text_are_told_with_all_else() -> None:
    """A number that is none and a field given twice hide no mistake of another line."""
    assert told("titel: x\nlimit: .nan\nlimit: 3\n") == [
        "f:1: titel: unknown field 'titel', did you mean 'title'?",
        "f:1: title: missing",
        "f:2: limit: .nan is no finite number",
        "f:3: limit: given twice, first in line 2",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "title: x\nlimit: !!int '3'",
        "title: x\n1: 3",
        'title: "\\ud800"',
        "title: x\n<<: {limit: 1}",
        "title: .inf",
    ],
)
def test_a_slip_is_told_once(text: str) -> None:
    """What stands in its place is no reason for a second complaint; alone it is refused too."""
    (slip,) = told(text)

    with pytest.raises(Faults) as caught:
        parse(text, "f")
    assert str(caught.value) == slip


def test_what_is_reported_is_told_at_the_end_with_all_else() -> None:
    """Checks beyond the model's report as they go, also of the same file with other data."""
    with pytest.raises(Faults) as caught, reading("titel: x\nlimit: 3\n", "f") as document:
        document.with_data({}).report([(("limit",), "is odd")])
        check(File, document)

    assert str(caught.value).splitlines() == [
        "f:1: titel: unknown field 'titel', did you mean 'title'?",
        "f:1: title: missing",
        "f:2: limit: is odd",
    ]


def test_what_is_reported_is_told_where_nothing_else_is_wrong() -> None:
    """What the model allows is not good because of that."""
    with pytest.raises(Faults, match="f:1: title: is odd"), reading("title: x\n", "f") as document:
        check(File, document)
        document.report([(("title",), "is odd")])
