"""The JSON Schema by which editors help with rules."""

from typing import Any

import jsonschema
import pytest

from schemas.files.document import parse
from schemas.files.overlay import standard_text
from schemas.generators.rule_schema import rules_schema
from schemas.rule import Rule, RulesFile
from schemas.rules.condition import Condition
from tests.docs.pages import Block, blocks
from tests.schemas.editor import undescribed

SCHEMA = rules_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EXAMPLES = [
    block
    for block in blocks("yaml")
    if block.page.name == "alerts.md" and "rules:" in block.text and "1_000" not in block.text
]


def errors(text: str) -> list[tuple[list[Any], str]]:
    """Return what an editor would underline: where, and what it says."""
    found = VALIDATOR.iter_errors(parse(text, "rules.yaml").data)
    return [([*error.absolute_path], error.message) for error in found]


def test_the_standard_rules_are_valid() -> None:
    """And the schema itself is one."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert [] == errors(standard_text("schemas/rules.yaml"))


@pytest.mark.parametrize("block", EXAMPLES, ids=map(str, EXAMPLES))
def test_the_examples_of_the_page_are_valid(block: Block) -> None:
    """An editor has nothing against what docs/alerts.md shows."""
    assert [] == errors(block.text)


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ("abov: 1", [], "'abov' was unexpected"),
        ("above: many", ["above"], "'many' is not valid under any"),
        ("above: 1, for: 5", ["for"], "5 is not of type 'string'"),
        ("above: 1, for: soon", ["for"], "'soon' does not match"),
        ("severity: bad", ["severity"], "'bad' is not one of"),
        ("all: [{belo: 1}]", ["all", 0], "'belo' was unexpected"),
        ("warning: {rank: {in_lst: 1}}", ["warning", "rank"], "'in_lst' was unexpected"),
        ("lower_than: teem", ["lower_than"], "'teem' is not one of"),
    ],
)
def test_what_is_underlined(fields: str, path: list[Any], message: str) -> None:
    """Wrong fields, words and shapes, where they stand."""
    found = errors(f"rules: {{r: {{kpi: calls, window: day, {fields}}}}}")

    assert any(where == ["rules", "r", *path] and message in said for where, said in found), found


def test_in_part_only_over_the_standard_rules() -> None:
    """With `extends` a rule may be changed in part or dropped; without it must be whole."""
    assert [] == errors("extends: standard\nrules: {quiet-rep: null, slow-response: {above: 5}}")
    assert [] == errors("extends: standard\nabsences: {inquiry-unanswered: null}")
    assert [] == errors("extends: standard\nabsences: {inquiry-unanswered: {limits: {warning: 2h}}}")
    assert [] == errors("absences: {late: {kind: inquiry, limits: {warning: 2h}}}")
    assert ["'kind' is a required property"] == [
        said for _, said in errors("absences: {late: {limits: {warning: 2h}}}")
    ]
    assert ["'kpi' is a required property", "'window' is a required property"] == sorted(
        said for _, said in errors("rules: {slow-response: {above: 5}}")
    )


def test_everything_is_described() -> None:
    """Each field has a sentence, which editors show."""
    assert [] == undescribed(SCHEMA)
    assert {*SCHEMA["properties"]} == {*RulesFile.model_fields}
    fields = SCHEMA["$defs"]["Rule"]["properties"]
    assert {*fields} == {field.alias or name for name, field in Rule.model_fields.items()}
    assert {*SCHEMA["$defs"]["Condition"]["properties"]} == {
        field.alias or name for name, field in Condition.model_fields.items()
    }
