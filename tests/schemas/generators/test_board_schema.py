"""The JSON Schema by which editors help with boards."""

from typing import Any

import jsonschema
import pytest

from schemas.files.document import parse
from schemas.files.overlay import standard_text
from schemas.generators.board_schema import boards_schema
from tests.docs.pages import Block, blocks

SCHEMA = boards_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EXAMPLES = [
    block for block in blocks("yaml") if block.page.name == "wallboard.md" and "boards:" in block.text
]


def errors(text: str) -> list[tuple[list[Any], str]]:
    """Return what an editor would underline: where, and what it says."""
    found = VALIDATOR.iter_errors(parse(text, "boards.yaml").data)
    return [([*error.absolute_path], error.message) for error in found]


def test_the_standard_boards_are_valid() -> None:
    """And the schema itself is one."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert [] == errors(standard_text("schemas/boards.yaml"))


@pytest.mark.parametrize("block", EXAMPLES, ids=map(str, EXAMPLES))
def test_the_examples_of_the_page_are_valid(block: Block) -> None:
    """An editor has nothing against what docs/wallboard.md shows."""
    assert [] == errors(block.text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("boards: {a: {title: A}}", ["boards", "a"]),
        ("boards: {a: {title: A, tiles: [{type: ticker, size: 13x1}]}}", ["boards", "a", "tiles", 0]),
        ("extends: mine\nboards: {}", ["extends"]),
        ("boards: {a: {title: A, tiles: [{type: aging, limits: [1, 2]}]}}", ["boards", "a", "tiles", 0]),
    ],
)
def test_what_is_underlined(text: str, path: list[Any]) -> None:
    """Where it stands."""
    assert path in [where for where, _ in errors(text)]


def test_a_board_in_part_goes_over_the_standard() -> None:
    """Only there: a board of one's own needs all of it."""
    assert [] == errors("extends: standard\nboards: {floor: {seconds: 60}, team: null}")
    assert errors("boards: {floor: {seconds: 60}}")
