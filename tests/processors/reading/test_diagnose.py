"""Why a record can't be used: the reason, the order of the reasons, and the sentences."""

import copy
import json
from typing import Any

import pytest

from processors.decode import decode
from schemas.dead_letter import Reason, Unusable
from tests.examples import EVENTS

CALL = "crm.call.logged"
MISSING = object()


def why(
    kind: str = CALL, data: dict[str, Any] | None = None, attributes: dict[str, Any] | None = None
) -> tuple[str, str]:
    """Return reason and sentence for a type's example with other data fields and attributes."""
    event = copy.deepcopy(EVENTS[kind])
    event["data"].update(data or {})
    event.update(attributes or {})
    _drop_missing(event)
    _drop_missing(event["data"])
    with pytest.raises(Unusable) as caught:
        decode(json.dumps(event).encode())
    return caught.value.reason.value, caught.value.sentence


def _drop_missing(part: Any) -> None:
    if isinstance(part, dict):
        for name in [name for name, value in part.items() if value is MISSING]:
            del part[name]


def test_bad_envelope() -> None:
    """An attribute that is missing or malformed is named."""
    cases: list[tuple[dict[str, Any], str]] = [
        ({"specversion": MISSING}, "specversion is missing"),
        ({"specversion": "0.3"}, 'specversion is "0.3", must be "1.0"'),
        ({"specversion": 1.0}, 'specversion is a number, must be "1.0"'),
        ({"source": None}, "source is missing"),
        ({"source": ""}, "source is empty"),
        ({"source": 5}, "source is a number, must be a string"),
        ({"id": "x" * 201}, "id has 201 characters; 200 at most"),
        ({"type": MISSING}, "type is missing"),
        ({"type": ""}, "type is empty"),
        ({"type": ["x"]}, "type is an array, must be a string"),
        ({"time": None}, "time is missing"),
        ({"data": None}, "data is missing"),
        ({"data": "x"}, "data is a string, must be an object"),
    ]
    for attributes, sentence in cases:
        assert why(attributes=attributes) == ("bad_envelope", sentence)


def test_unknown_type() -> None:
    """The type is quoted, cut short and on one line."""
    assert why(attributes={"type": "crm.call.dropped"}) == (
        "unknown_type",
        'the type "crm.call.dropped" is none that is read',
    )
    assert why(attributes={"type": "x\n" * 100})[1] == 'the type "' + "x?" * 19 + 'x…" is none that is read'


def test_bad_time() -> None:
    """A time that can't be read is quoted with what is wrong with it; one that is no string is named."""
    assert (
        why(attributes={"time": "2026-11-31T00:00:00Z"})[1]
        == 'time "2026-11-31T00:00:00Z" has a date that doesn\'t exist'
    )
    assert why(attributes={"time": 1795251912}) == ("bad_time", "time is a number, must be a string")
    assert why(attributes={"time": "yesterday"})[0] == "bad_time"


def test_missing_field() -> None:
    """All missing fields are named; null is missing."""
    assert why(data={"account": None}) == ("missing_field", "crm.call.logged: data.account is missing")
    assert why("crm.deal.created", {"deal": MISSING, "stage": None})[1] == (
        "crm.deal.created: data.deal, data.stage are missing"
    )
    assert why("crm.cost.recorded", {"campaign": MISSING})[1] == (
        "crm.cost.recorded: data.account (or data.campaign) is missing"
    )
    assert why("crm.lead.created", {"contact": None})[0] == "missing_field"


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        (CALL, {"account": ""}, "data.account is empty"),
        (CALL, {"rep": 5}, "data.rep is a number, must be a string"),
        (CALL, {"channel": "x" * 201}, "data.channel has 201 characters; 200 at most"),
        (CALL, {"direction": "out"}, 'data.direction is "out", must be one of inbound, outbound'),
        (CALL, {"direction": {}}, "data.direction is an object, must be one of inbound, outbound"),
        (CALL, {"duration_s": "5"}, "data.duration_s is a string, must be a number"),
        (CALL, {"duration_s": True}, "data.duration_s is a boolean, must be a number"),
        (CALL, {"duration_s": -1}, "data.duration_s is -1, must be at least 0"),
        (CALL, {"value_added": 1}, "data.value_added is a number, must be true or false"),
        (CALL, {"value_added": "true"}, "data.value_added is a string, must be true or false"),
        ("crm.deal.won", {"amount": 1e13}, "data.amount is 1e+13, must be at most 9e+12"),
        ("crm.deal.won", {"amount": 9_000_000_000_001}, "data.amount is 9000000000001.0, must be at most 9e+12"),
        ("crm.survey.answered", {"score": 10.5}, "data.score is 10.5, must be at most 10"),
        ("crm.survey.answered", {"score": 10.0000001}, "data.score is 10.0000001, must be at most 10"),
        ("crm.lead.created", {"contact": []}, "data.contact is an array, must be an object"),
        ("crm.lead.created", {"contact": {"email": 5}}, "data.contact.email is a number, must be a string"),
        ("crm.target.set", {"dims": []}, "data.dims is an array, must be an object"),
        ("crm.target.set", {"dims": {"a": "b", "": None}}, "data.dims, name 2 is empty; "
         "data.dims, value 2 is null, must be a string"),
        ("crm.target.set", {"period": "2026"}, 'data.period is "2026", must be a month such as 2026-11'),
        ("crm.target.set", {"window": "rolling_24h"}, 'data.window is "rolling_24h", must be one of '
         "day, month, quarter, week, year"),
    ],
)  # fmt: skip
def test_bad_field(kind: str, data: dict[str, Any], sentence: str) -> None:
    """The field is named, with what it is and what it must be."""
    assert why(kind, data) == ("bad_field", f"{kind}: {sentence}")


def test_several_bad_fields() -> None:
    """The fields at fault are all named, and of very many the first few."""
    assert why(data={"rep": 5, "deal": ""})[1] == (
        "crm.call.logged: data.rep is a number, must be a string; data.deal is empty"
    )
    assert why("crm.target.set", {"dims": {f"d{i}": 0 for i in range(100)}})[1].count(";") == 4


def test_order_of_reasons() -> None:
    """Of several things that are wrong, the first in the order of `Reason` is told, then the next."""
    attributes: dict[str, Any] = {"id": "", "type": "crm.unknown", "time": "x"}
    data: dict[str, Any] = {"account": None, "rep": 5}
    told = [why(CALL, data, attributes)[0]]
    for name in ("id", "type", "time"):
        del attributes[name]
        told.append(why(CALL, data, attributes)[0])
    del data["account"]
    told.append(why(data=data)[0])

    expected = [
        Reason.BAD_ENVELOPE,
        Reason.UNKNOWN_TYPE,
        Reason.BAD_TIME,
        Reason.MISSING_FIELD,
        Reason.BAD_FIELD,
    ]
    assert told == [reason.value for reason in expected]
    assert [reason for reason in Reason if reason in expected] == expected


def test_too_large_and_bad_json_come_first() -> None:
    """A value that is too large is not asked for JSON, and one that is no JSON not for its attributes."""
    for value, reason in ((b"{" * 1_048_577, Reason.TOO_LARGE), (b'{"id": ""', Reason.BAD_JSON)):
        with pytest.raises(Unusable) as caught:
            decode(value)
        assert caught.value.reason is reason


def test_names_are_not_quoted() -> None:
    """Ids and names may be personal, so sentences don't quote them."""
    sentence = why(data={"account": "secret" * 100, "rep": ["secret"], "team": {"secret": "secret"}})[1]

    assert "secret" not in sentence
