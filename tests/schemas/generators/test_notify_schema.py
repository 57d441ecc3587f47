"""The JSON Schema by which editors help with a delivery file."""

from typing import Any

import jsonschema
import pytest

from schemas.files.document import parse
from schemas.generators.notify_schema import notify_schema
from schemas.notify import NotifyFile
from tests.docs.pages import Block, blocks
from tests.schemas.editor import undescribed

SCHEMA = notify_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
HEAD = "receivers: {ops: {type: webhook, url: https://example.com/, secret_env: KEY}}\n"
EXAMPLES = [
    block for block in blocks("yaml") if block.page.name in ("notify.md", "receivers.md", "operations.md")
    and "receivers:" in block.text
]  # fmt: skip


def errors(text: str) -> list[tuple[list[Any], str]]:
    """Return what an editor would underline: where, and what it says."""
    found = VALIDATOR.iter_errors(parse(text, "notify.yaml").data)
    return [([*error.absolute_path], error.message) for error in found]


@pytest.mark.parametrize("block", EXAMPLES, ids=map(str, EXAMPLES))
def test_the_examples_of_the_pages_are_valid(block: Block) -> None:
    """An editor has nothing against what docs/notify.md and docs/receivers.md show."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    text = block.text if "\nroute:" in block.text else f"{block.text}\nroute: {{receivers: [sales-board]}}\n"
    assert [] == errors(text)


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("rout: {}", [], "'rout' was unexpected"),
        ("route: {recievers: [ops]}", ["route"], "'recievers' was unexpected"),
        ("route: {group_wait: 30}", ["route", "group_wait"], "30 is not of type 'string'"),
        ("route: {repeat_interval: often}", ["route", "repeat_interval"], "'often' is not valid under any"),
        ("route: {digest: 8:00}", ["route", "digest"], "'8:00' is not valid under any"),
        ("route: {routes: {a: {only: office}}}", ["route", "routes", "a"], "'only' was unexpected"),
        ("hours: {office: {working_hours: 9-17}}", ["hours", "office", "working_hours"], "'9-17' is not valid"),
        ("receivers: {a: {type: fax}}", ["receivers", "a", "type"], "'fax' is not one of"),
        ("receivers: {a: {type: email}}", ["receivers", "a"], "'host' is a required property"),
        ("receivers: {a: {type: slack, token: xoxb}}", ["receivers", "a"], "'token' was unexpected"),
        ("receivers: {A: {type: slack}}", ["receivers"], "'A' does not match any of the regexes"),
    ],
)  # fmt: skip
def test_what_is_underlined(text: str, path: list[Any], message: str) -> None:
    """Wrong fields, words and shapes, where they stand; and a secret that is written down."""
    whole = text if text.startswith("receivers") else HEAD + text
    assert any(where == path and message in said for where, said in errors(whole)), errors(whole)


def test_everything_is_described() -> None:
    """Each field has a sentence, which editors show."""
    assert [] == undescribed(SCHEMA)
    assert {*SCHEMA["properties"]} == {*NotifyFile.model_fields}
