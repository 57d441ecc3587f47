"""The JSON Schema by which editors help with a catalog."""

from typing import Any

import jsonschema
import pytest

from schemas.catalogs.grammar import Catalog
from schemas.files.document import parse
from schemas.files.overlay import standard_text
from schemas.generators.catalog_schema import catalog_schema
from tests.docs.pages import Block, blocks
from tests.schemas.editor import undescribed

SCHEMA = catalog_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
HEAD = "catalog: own\nextends: standard\n"
EXAMPLES = [
    block
    for block in blocks("yaml")
    if block.page.name == "catalog.md" and "broken" not in block.flags and "examples:" not in block.text
]


def errors(text: str) -> list[tuple[list[Any], str]]:
    """Return what an editor would underline: where, and what it says."""
    found = VALIDATOR.iter_errors(parse(text, "own.yaml").data)
    return [([*error.absolute_path], error.message) for error in found]


def test_the_standard_catalog_is_valid() -> None:
    """And the schema itself is one."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert [] == errors(standard_text("schemas/standard.yaml"))


@pytest.mark.parametrize("block", EXAMPLES, ids=map(str, EXAMPLES))
def test_the_examples_of_the_page_are_valid(block: Block) -> None:
    """An editor has nothing against what docs/catalog.md shows, as far as it can know."""
    text = block.text if "catalog" in parse(block.text, str(block)).data else HEAD + block.text
    assert [] == errors(text)


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("kpis: {x: {lable: X}}\n", ["kpis", "x"], "'lable' was unexpected"),
        ("kpis: {x: {unit: euros}}\n", ["kpis", "x", "unit"], "'euros' is not one of"),
        ("kpis: {x: {percentile: {of: response}}}\n", ["kpis", "x", "percentile"], "'q' is a required property"),
        ("kpis: {x: {share: {of: call, where: {outcom: x}}}}\n", ["kpis", "x", "share", "where"], "'outcom' was unexpected"),
        ("kpis: {X: {label: X}}\n", ["kpis"], "'X' does not match '^[a-z]"),
        ("kpis: {x: 5}\n", ["kpis", "x"], "5 is not of type 'object'"),
        ("kpis: {calls: 5}\n", ["kpis", "calls"], "5 is not of type 'null'"),
        ("kpis: {x: null}\n", ["kpis", "x"], "None is not of type 'object'"),
        ("kpis: {x: {count: call, unit: count}}\n", ["kpis", "x"], "'label' is a required property"),
        ("kpis: {x: {label: X, unit: count}}\n", ["kpis", "x"], "is not valid under any of"),
        ("kpis: {x: {label: X, unit: count, count: call, sum: deal_won}}\n", ["kpis", "x"], "is valid under each of"),
        ("kpis: {x: {expression: calls * 2}}\n", ["kpis", "x"], "'n' is a dependency of 'expression'"),
        ("kpis: {x: {windows: [rolling_7w]}}\n", ["kpis", "x", "windows", 0], "'rolling_7w' is not valid under any"),
        ("kpis: {x: {conversion: {within: 2 weeks}}}\n", ["kpis", "x", "conversion", "within"], "'2 weeks' does not match"),
        ("rolling: [rolling_7w]\n", ["rolling", 0], "'rolling_7w' does not match"),
        ("rates: {usd: 1}\n", ["rates"], "'usd' does not match any of the regexes"),
        ("calendar: {working_hours: 9-17}\n", ["calendar", "working_hours"], "'9-17' is not valid under any"),
        ("calendar: {holidays: {extra: [24.12.2026]}}\n", ["calendar", "holidays", "extra", 0], "'24.12.2026' does not match"),
        ("calender: {}\n", [], "'calender' was unexpected"),
        ("calendar: {week_start: mon}\n", ["calendar", "week_start"], "'mon' is not one of"),
        ("spans: {x: {from: crm.x, to: crm.call.logged, entity: deal}}\n", ["spans", "x", "from"], "'crm.x' is not one of"),
        ("targets: [{kpi: calls, window: now, value: 5}]\n", ["targets", 0, "window"], "'now' is not one of"),
    ],
)  # fmt: skip
def test_what_is_underlined(text: str, path: list[Any], message: str) -> None:
    """Wrong fields, words and shapes, where they stand."""
    assert any(where == path and message in said for where, said in errors(HEAD + text)), errors(HEAD + text)


def test_in_part_only_over_the_standard_catalog() -> None:
    """With `extends` a KPI may be changed in part or dropped; without it must be whole."""
    assert [] == errors(HEAD + "kpis: {calls: {label: Phone}, emails_sent: null}\n")
    alone = errors("catalog: own\npipelines: {}\nkpis: {calls: {label: Phone, count: call}}\n")
    assert ["'unit' is a required property"] == [said for _, said in alone]
    assert {"'pipelines' is a required property", "'kpis' is a required property"} == {
        said for _, said in errors("catalog: own\n")
    }


def test_everything_is_described() -> None:
    """Each field of each section has a sentence, which editors show."""
    assert [] == undescribed(SCHEMA, but=("Where", "Test"))
    assert set(SCHEMA["properties"]) == set(Catalog.model_fields)


def test_names_are_offered() -> None:
    """Facts, types of event, dimensions, fields: what an editor can complete."""
    kpi = SCHEMA["$defs"]["Kpi"]["properties"]

    assert "response" in kpi["mean"]["anyOf"][0]["anyOf"][0]["enum"]
    assert "channel" in str(kpi["by"]["items"])
    assert "crm.meeting.held" in SCHEMA["$defs"]["Span"]["properties"]["to"]["enum"]
    assert "score" in SCHEMA["$defs"]["Where"]["properties"]
