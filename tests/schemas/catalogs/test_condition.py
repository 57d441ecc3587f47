"""`where`: what it may say, and its canonical text."""

import json

import pytest
from pydantic import ValidationError

from schemas.catalogs.condition import Limits, Where, both


def where(text: str) -> Where:
    """Read a condition from JSON, strictly as from a file."""
    return Where.model_validate_json(text, strict=True)


def test_each_kind_of_test() -> None:
    """A value, one of several, limits, and the branches."""
    found = where(
        '{"kind": "nps", "stage": ["a", "b"], "score": {"at_least": 9}, "any": [{"x": 1}], "not": {"y": true}}'
    )

    assert {"kind": "nps", "stage": ("a", "b"), "score": Limits(at_least=9)} == found.tests
    assert found.any_ is not None
    assert found.not_ is not None
    assert {"x": 1} == found.any_[0].tests
    assert found.not_.tests["y"] is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
        ('{"a": [1, 2]}', '{"a": [2, 1, 2]}'),
        ('{"a": ["x"]}', '{"a": "x"}'),
        ('{"a": 9}', '{"a": 9.0}'),
        ('{"a": {"at_least": 9, "below": 10}}', '{"a": {"below": 10.0, "at_least": 9}}'),
        ('{"any": [{"a": 1}, {"b": 2}]}', '{"any": [{"b": 2}, {"a": 1}, {"b": 2}]}'),
        ('{"all": [{"a": 1}, {"b": 2}]}', '{"all": [{"b": 2}, {"a": 1}]}'),
    ],
)  # fmt: skip
def test_one_text_however_it_is_written(one: str, other: str) -> None:
    """Order, repetition and `9.0` make no difference."""
    assert where(one).canonical == where(other).canonical
    assert where(one).id == where(other).id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1}', '{"a": "1"}'),
        ('{"a": 1}', '{"a": true}'),
        ('{"a": {"above": 1}}', '{"a": {"at_least": 1}}'),
        ('{"not": {"a": 1}}', '{"a": 1}'),
        ('{"a": {"present": true}}', '{"a": {"present": false}}'),
        ('{"any": [{"a": 1}, {"b": 2}]}', '{"all": [{"a": 1}, {"b": 2}]}'),
    ],
)
def test_what_differs_has_another_text(one: str, other: str) -> None:
    """What lets other events pass has another id."""
    assert where(one).canonical != where(other).canonical
    assert where(one).id != where(other).id


def test_text_and_id() -> None:
    """The text is JSON with sorted keys; the id has eight hexadecimal digits and never changes."""
    found = where('{"score": {"at_least": 9.0}, "kind": "nps"}')

    assert '{"kind":"nps","score":{"at_least":9}}' == found.canonical
    assert "3a9bad83" == found.id
    assert {"kind": "nps", "score": {"at_least": 9}} == json.loads(found.canonical)


def test_both() -> None:
    """Two conditions together; one alone stays itself."""
    one, other = where('{"a": 1}'), where('{"b": 2}')

    assert both(None, None) is None
    assert one is both(one, None)
    assert one is both(None, one)
    together = both(one, other)
    assert together is not None
    assert '{"all":[{"a":1},{"b":2}]}' == together.canonical


@pytest.mark.parametrize(
    "text",
    ["{}", '{"a": {}}', '{"a": []}', '{"a": null}', '{"a": {"at_least": "9"}}', '{"a": {"least": 9}}', '{"any": []}',
     '{"any": [{}]}', '{"not": {}}', '{"a": {"present": true, "above": 1}}', '{"a": [[1]]}', '[]', '5'],
)  # fmt: skip
def test_what_is_no_condition(text: str) -> None:
    """Empty conditions, unknown limits, values of other kinds are refused."""
    with pytest.raises(ValidationError):
        where(text)
