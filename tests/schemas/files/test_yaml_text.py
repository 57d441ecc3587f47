"""Every text is either one mapping, list or value of plain data with lines, or faults."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.files.document import Document, Faults, parse
from schemas.files.yaml_text import DEPTH_MAX, compose, field_name

VALID = """\
# rules
rules:
  slow:
    above: 3600
    window: rolling_24h
    dims: [team, "rep"]
    text: |
      two
      lines
  lost: &lost
    below: -1.5e3
  again: *lost
"""


def message(text: str | bytes) -> str:
    """Return the faults of a text as one string."""
    with pytest.raises(Faults) as caught:
        parse(text, "f")
    return str(caught.value)


def test_plain_data() -> None:
    """A file becomes dicts, lists, texts and numbers; an alias is what its anchor was."""
    assert parse(VALID, "f").data == {
        "rules": {
            "slow": {"above": 3600, "window": "rolling_24h", "dims": ["team", "rep"], "text": "two\nlines\n"},
            "lost": {"below": -1500.0},
            "again": {"below": -1500.0},
        }
    }


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("rules",), 2),
        (("rules", "slow"), 3),
        (("rules", "slow", "dims", 1), 6),
        (("rules", "again"), 12),
        (("rules", "again", "below"), 11),
        (("rules", "slow", "missing", "deeper"), 3),
        (("nothing",), 2),
    ],
)
def test_line_of(path: tuple[str | int, ...], line: int) -> None:
    """Every field and item knows its line; what is not there has the line of what should hold it."""
    assert parse(VALID, "f").line_of(path) == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("2026-11-21", "2026-11-21"),
        ("10:30", "10:30"),
        ("1_000", "1_000"),
        ("0x1f", 31),
        ("0o17", 15),
        ("017", 17),
        (".5", 0.5),
        ("1.", 1.0),
        ("-3", -3),
        ("1e3", 1000.0),
        ("True", True),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ("5 m", "5 m"),
    ],
)
def test_scalars_of_yaml_1_2(text: str, value: object) -> None:
    """Plain values follow the core schema of YAML 1.2, so nothing turns into a date or a yes."""
    found = parse(f"a: {text}", "f").data["a"]

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "f:1: the file is empty"),
        ("# only a comment\n", "f:1: the file is empty"),
        ("- a", "f:1: expected fields (name: value), found a list"),
        ("\nhello", "f:2: expected fields (name: value), found a single value"),
        ("a: 1\n---\nb: 2", "f:2: a second document starts here; a file holds one"),
        ("a:\n\tb: 1", "f:2: not YAML: a tab where only spaces may stand; indent with spaces"),
        ("a: 1\n b: 2", "f:2: not YAML: a ': ' where none may stand"),
        ("a: 1\nb:\n  c: 1\n  c: 2", "f:4: b.c: given twice, first in line 3"),
        ("a:\n  1: x", "f:2: a: a field's name must be a text, found 1; quotes make one"),
        (
            "a: {b: 10,000}",
            "f:1: a: a field's name must be a text, found 000; quotes make one; numbers have no commas",
        ),
        ("a: mails: sent", "f:1: not YAML: a ': ' where none may stand; put a text with one in quotes"),
        ("? [a, b]\n: 1", "f:1: a field's name must be a text"),
        ("a: *b", "f:1: a: the anchor &b is not set before this line"),
        ("a: &a [1, *a]", "f:1: a[1]: the anchor &a is not set before this line"),
        ("a: &a {b: 1}\nc:\n  <<: *a", "f:3: c: merge keys (<<) are not read; write the fields out"),
        ("a: !!python/object:os.system x", "the tag tag:yaml.org,2002:python/object:os.system is not read"),
        ("a: .inf", "f:1: a: .inf is no finite number"),
        ("a: -1e999", "f:1: a: -1e999 is no finite number"),
        ("a: " + "9" * 30, "f:1: a: the number is too large"),
        ("a: " + "9" * 5000, "f:1: a: the number is too large"),
        ('a: "\\ud800"', "f:1: a: the text holds half of a surrogate pair"),
        ('a: "\\UFFFFFFFF"', "f:1: not YAML: "),
        ("a: \x00", "f:1: not YAML: the character U+0000 may not stand in a text file"),
        ("a: 1\nb: \x07\n", "f:2: not YAML: the character U+0007 may not stand in a text file"),
        ("a: " + "[" * 1000, f"more than {DEPTH_MAX} levels deep"),
        ("a: x" + " " * 2_000_000, "f:1: the file is over 1048576 characters long"),
        (b"a: 1\nb: \xff", "f:2: not UTF-8"),
    ],
)
def test_unusable_texts(text: str | bytes, expected: str) -> None:
    """What can't be read is a fault with its line, never a traceback."""
    assert expected in message(text)


def test_all_faults_at_once() -> None:
    """A mistake that leaves the rest readable does not hide the next one."""
    assert message("a: 1\na: 2\nb: {2: x}\n").count("\n") == 1


def test_anchors_that_explode() -> None:
    """Ten anchors of ten aliases each are refused before they are written out."""
    text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for name, before in zip("bcdefghij", "abcdefghi", strict=True):
        text += f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"

    assert "more than 200000 values, anchors written out" in message(text)


def test_anchors_that_nest() -> None:
    """Aliases count as deep as what they stand for."""
    text = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 40))

    assert f"more than {DEPTH_MAX} levels deep" in message(text)


def test_byte_order_mark() -> None:
    """A byte order mark, as some editors write it, is no part of the first field."""
    assert parse("﻿a: 1".encode(), "f").data == {"a": 1}
    assert parse("﻿a: 1", "f").data == {"a": 1}


def test_field_name() -> None:
    """A path is written with points and brackets."""
    assert field_name(("rules", "slow", "dims", 2, "x")) == "rules.slow.dims[2].x"
    assert field_name(()) == ""


def only_faults(text: str) -> Document | None:
    """Parse; anything but a document or faults escapes."""
    try:
        return parse(text, "f")
    except Faults as faults:
        for fault in faults.faults:
            assert 1 <= fault.line <= len(f"{text}.".splitlines())
        return None


@given(st.text())
def test_arbitrary_text_gives_faults_only(text: str) -> None:
    """Whatever is in the file, it is data or faults."""
    only_faults(text)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@#,?~<\\ \n\t0x._"))
def test_arbitrary_punctuation_gives_faults_only(text: str) -> None:
    """YAML's own signs in any order are data or faults."""
    only_faults(text)


@given(st.data())
def test_mutations_of_a_valid_text_give_faults_only(data: st.DataObject) -> None:
    """A valid file with pieces cut, doubled or replaced is data or faults, and lines stay in the text."""
    text = VALID
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + data.draw(st.text(max_size=5) | st.just(text[start:end] * 2)) + text[end:]

    document = only_faults(text)

    if document is not None:
        for path in paths(document.data):
            assert 1 <= document.line_of(path) <= len(f"{text}.".splitlines())


def paths(data: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of everything in plain data."""
    found = [path]
    items: list[tuple[str | int, object]] = []
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list):
        items = list(enumerate(data))
    for name, value in items:
        found += paths(value, (*path, name))
    return found


def test_root_may_be_anything_for_compose() -> None:
    """The composer itself takes any kind of root; only documents want fields."""
    root, slips = compose("[1, 2]", "f")

    assert (root.data, slips) == ([1, 2], [])
