"""Patterns of the files that people write, in words."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from schemas.boards.grammar import BoardsFile
from schemas.catalogs.grammar import Catalog
from schemas.example import ExamplesFile
from schemas.files.pattern_words import WORDS, pattern_words
from schemas.notify import NotifyFile
from schemas.rule import RulesFile
from schemas.rules.absence import AbsenceRule
from schemas.token import TokensFile

FILES = (Catalog, RulesFile, AbsenceRule, NotifyFile, BoardsFile, TokensFile, ExamplesFile)


def patterns(schema: Any) -> Iterator[str]:
    """Yield each pattern of a JSON Schema."""
    if isinstance(schema, list):
        for one in schema:
            yield from patterns(one)
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        yield from schema.get("patternProperties", {})
        for one in schema.values():
            yield from patterns(one)


@pytest.mark.parametrize("file", FILES)
def test_every_pattern_of_a_file_has_words(file: type[BaseModel]) -> None:
    """So that no mistake is told as a regular expression."""
    assert {one for one in patterns(file.model_json_schema()) if pattern_words(one) is None} == set()


def test_all_words_are_of_a_pattern() -> None:
    """What no file has any more needs none."""
    used = {one for file in FILES for one in patterns(file.model_json_schema())}
    assert set() == set(WORDS) - used


@pytest.mark.parametrize("pattern", WORDS)
def test_examples_fit(pattern: str) -> None:
    """What stands there as an example is one."""
    for text in re.findall(r"such as (\S+?)(?:,|$)", WORDS[pattern]):
        assert re.search(pattern, text), text


def test_others_have_none() -> None:
    """Then the pattern is all there is to say."""
    assert pattern_words("^x$") is None
