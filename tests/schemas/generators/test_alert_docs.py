"""The page about alerts is true: its tables, its rule, its mistakes, its day."""

import json
import re
from datetime import UTC, datetime

from processors.judging.terms import terms_of
from schemas.catalog import load_catalog
from schemas.files.document import Faults
from schemas.generators.alert_docs import PAGE, filled
from schemas.rule import Rule, load_rules
from tests.processors.alert_sequences import Installation, Told, kpi_body

TEXT = PAGE.read_text("utf-8")
CATALOG = load_catalog()


def example(name: str) -> list[str]:
    """Return the code blocks after an example's mark, up to the first other paragraph."""
    block = r"```\w+\n(.*?)\n```\n"
    found = re.search(rf"<!-- example: {name} -->\n((?:{block})+)", TEXT, re.DOTALL)
    assert found is not None
    return re.findall(block, found[1], re.DOTALL)


def table(mark: str) -> list[list[str]]:
    """Return the rows of the table after a mark."""
    lines = TEXT.partition(mark)[2].strip().splitlines()
    rows = []
    for line in lines[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_states_and_reasons() -> None:
    """The tables are what the vocabulary says."""
    assert filled(TEXT) == TEXT, "run python -m schemas.generators.alert_docs"


def test_every_field_is_explained() -> None:
    """The table of fields has exactly the fields of a rule."""
    rows = [*table("    min_n: 10\n```\n")[1:], *table("And one condition:\n")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}

    assert named == {field.alias or name for name, field in Rule.model_fields.items()}


def test_the_rule_is_the_standard_one() -> None:
    """The example is a rule that everybody has."""
    (text,) = example("rules")

    assert load_rules(CATALOG, text, "f") == {"slow-response": load_rules(CATALOG)["slow-response"]}


def test_the_mistakes() -> None:
    """The faults on the page are those that the check finds."""
    text, wanted = example("mistakes")
    try:
        load_rules(CATALOG, text, "rules.yaml")
    except Faults as faults:
        assert str(faults) == wanted
    else:
        raise AssertionError("no fault found")


def test_the_day() -> None:
    """Row by row: the value comes, the clock ticks, and the step on the page is what is told."""
    for row, messages in run_day():
        wanted = [(row[3], row[4])] if row[3] else []
        assert [(message.state, message.reason) for message in messages] == wanted, row[0]


def test_the_record() -> None:
    """The record on the page is the one of that minute."""
    (wanted,) = example("record")

    told = [message.record for row, messages in run_day() if row[0] == "09:15" for message in messages]
    assert told == [json.loads(wanted)]


def run_day() -> list[tuple[list[str], list[Told]]]:
    """Return the rows of the timeline with what was told at each."""
    place = Installation(
        load_rules(CATALOG, example("rules")[0], "f"), durable=False, terms=terms_of(CATALOG)
    )
    found = []
    for row in table("<!-- example: timeline -->"):
        moment = datetime.fromisoformat(f"2026-11-21T{row[0]}").replace(tzinfo=UTC)
        place.now_us = int(moment.timestamp()) * 1_000_000
        messages = place.tick()
        if row[2]:
            value = int(row[1]) if row[1] else None
            body = kpi_body(value, int(row[2]), place.now_us, place.now_us // 1000)
            place.publish("response_time_p90|rolling_24h|team=north", body)
            messages += place.consume()
        found.append((row, messages))
    return found
