"""The JSON Schemas of what is published: valid, and true to records that the engine makes."""

import json
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from processors.silences.records import acknowledgement, ended, silence
from schemas.alert import Alert
from schemas.dead_letter import DeadLetter, Reason, cut_headers, dead_letter_headers
from schemas.generators.record_schema import record_schemas
from schemas.silence import Silence
from tests.published import START_US, alert_sends, kpi_records

SCHEMAS = record_schemas()
EXAMPLES = Path(__file__).parents[2] / "examples/records"


def check(kind: str, record: Any) -> None:
    """Raise ValidationError where a record is not as its schema says."""
    Draft202012Validator(SCHEMAS[kind], format_checker=FormatChecker()).validate(record)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schemas_are_schemas(kind: str) -> None:
    """Each is a valid draft 2020-12 schema that describes every field and lets unknown ones pass."""
    Draft202012Validator.check_schema(SCHEMAS[kind])

    assert SCHEMAS[kind]["title"]
    assert [] == [name for name, field in SCHEMAS[kind]["properties"].items() if not field["description"]]
    assert "additionalProperties" not in SCHEMAS[kind]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_examples_are_valid(path: Path) -> None:
    """What the AsyncAPI document shows is as the schemas say."""
    check("silence" if path.stem == "acknowledgement" else path.stem, json.loads(path.read_text("utf-8")))


def test_kpi_records_of_the_engine() -> None:
    """Every record of three days of a sales floor is valid, and together they have all fields that there are."""
    validator = Draft202012Validator(SCHEMAS["kpi"])
    seen: set[str] = set()
    for _, body in kpi_records():
        record = orjson.loads(body)
        assert validator.is_valid(record), record
        seen |= set(record)
    # A baseline needs four weeks, a model a process of its own.
    assert set(SCHEMAS["kpi"]["properties"]) - seen <= {"baseline", "model"}
    assert seen <= set(SCHEMAS["kpi"]["properties"])


def test_alerts_of_the_engine() -> None:
    """Pending, firing and resolved ones, with no field that the schema lacks."""
    records = [orjson.loads(send.value) for send in alert_sends() if send.value is not None]
    for record in records:
        check("alert", record)
        assert set(record) == set(SCHEMAS["alert"]["properties"])

    assert {record["state"] for record in records} == {"pending", "firing", "resolved"}


def test_silences_of_the_engine() -> None:
    """A silence, an acknowledgement, and one that is ended early."""
    said = silence("s-1", {"team": "north"}, START_US, START_US + 60_000_000, "ann", "", START_US)
    alert = next(
        one
        for one in (msgspec.json.decode(send.value, type=Alert) for send in alert_sends() if send.value)
        if one.ends_at is None
    )
    taken = acknowledgement(alert, START_US + 60_000_000, "ann", "", START_US)
    for one in (said, taken, ended(said, START_US + 1)):
        check("silence", msgspec.json.decode(msgspec.json.encode(one)))


def test_headers_of_dead_letters() -> None:
    """As texts they are what the schema says."""
    letter = DeadLetter(Reason.BAD_FIELD, "data.score is 11, must be at most 10", "crm.activity", 3, 4711)
    for headers in (dead_letter_headers(letter), cut_headers(letter, 9_000_000)):
        check("dead-letter", {name: value.decode() for name, value in headers})


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("kpi", {"value": "42"}),
        ("kpi", {"n": -1}),
        ("kpi", {"unit": "euros"}),
        ("kpi", {"rank": 0}),
        ("kpi", {"as_of": None}),
        ("kpi", {"dims": {"rep": 1}}),
        ("alert", {"state": "quiet"}),
        ("alert", {"reason": "because"}),
        ("alert", {"starts_at": "yesterday"}),
        ("silence", {"kind": "nap"}),
        ("silence", {"matchers": {}}),
        ("silence", {"kind": "acknowledgement"}),
        ("dead-letter", {"crm_reason": "dull"}),
        ("dead-letter", {"crm_offset": "-1"}),
    ],
)
def test_what_is_no_record(kind: str, change: dict[str, Any]) -> None:
    """The schemas notice what readers would stumble over."""
    record = json.loads((EXAMPLES / f"{kind}.json").read_text("utf-8"))
    with pytest.raises(ValidationError):
        check(kind, record | change)


def test_what_is_optional_in_a_silence() -> None:
    """A service that writes one may leave out what the typed record has a default for."""
    required = {field.name for field in msgspec.structs.fields(Silence) if field.required}
    assert required == set(SCHEMAS["silence"]["required"])
