"""The vocabulary as a whole, and record keys."""

import json
from typing import Any

import msgspec
import pytest

from processors.decode import decode
from schemas.event import EVENT_TYPES, Event, record_key
from schemas.events.fields import EventData
from tests.examples import EVENTS
from tests.processors.event_reference import TABLE, fields_of


def event(kind: str, **data: Any) -> Event:
    """A type's example, with other data fields."""
    example = EVENTS[kind]
    return decode(json.dumps({**example, "data": {**example["data"], **data}}).encode())


def test_the_types_are_the_contracts() -> None:
    """Every type of the contract has a class, named after it, and an example; in the contract's order."""
    assert list(EVENT_TYPES) == list(TABLE)
    assert set(EVENTS) == set(TABLE)
    for name, data in EVENT_TYPES.items():
        assert data.__name__ == name.removeprefix("crm.").title().replace(".", "").replace("_", "")


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_the_fields_are_the_contracts(kind: str) -> None:
    """Each class has the fields that the contract lists, required where they are there, and no others."""
    info = msgspec.inspect.type_info(EVENT_TYPES[kind])
    assert isinstance(info, msgspec.inspect.StructType)

    expected = {name: required for name, (required, _) in fields_of(kind).items()}
    assert {field.encode_name: field.required for field in info.fields} == expected


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_classes_are_lean(kind: str) -> None:
    """Data can't be changed, have no dict, and are not followed by the garbage collector."""
    config = EVENT_TYPES[kind].__struct_config__

    assert config.frozen
    assert not config.gc
    assert not config.dict
    assert issubclass(EVENT_TYPES[kind], EventData)


@pytest.mark.parametrize(
    ("kind", "data", "key"),
    [
        ("crm.call.logged", {}, "acme-gmbh"),
        ("crm.cost.recorded", {}, "autumn-2026"),
        ("crm.cost.recorded", {"account": "acme-gmbh"}, "acme-gmbh"),
        ("crm.price.observed", {"account": "ignored"}, "pump-x2"),
        ("crm.alert.acknowledged", {"account": "ignored"}, "a47543c5d79a7499"),
        ("crm.alert.resolved", {}, "a47543c5d79a7499"),
        ("crm.rep.updated", {}, "ann"),
        ("crm.target.set", {}, "won_revenue|month:2026-11|team=north"),
        ("crm.target.set", {"dims": {}, "kpi": "nps"}, "nps|month:2026-11|"),
        ("crm.target.set", {"dims": {"to_stage": "a=b", "from_stage": "x"}}, "won_revenue|month:2026-11|"
         "from_stage=x,to_stage=a%3Db"),
    ],
)  # fmt: skip
def test_record_keys(kind: str, data: dict[str, Any], key: str) -> None:
    """The key is the account; the product, the campaign, the rep or the target's key where there is none."""
    assert record_key(event(kind, **data)) == key


def test_every_event_has_a_key() -> None:
    """No type is without a key."""
    assert all(record_key(event(kind)) for kind in EVENT_TYPES)
