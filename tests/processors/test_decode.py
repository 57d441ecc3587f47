"""Records to events: structured and binary, every type, and the reason when it can't be."""

from datetime import datetime, timezone
from typing import Any

import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.formats.json import JSONFormat

from processors.decode import decode
from processors.reading.event_time import decode_time
from schemas.dead_letter import Reason, Unusable
from schemas.event import EVENT_TYPES, Event
from schemas.events.lead import LeadCreated
from schemas.events.quote import QuoteSent
from tests.examples import EVENTS
from tests.processors.event_records import as_binary, dump, outcome


@pytest.mark.parametrize("kind", EVENTS)
def test_every_type(kind: str) -> None:
    """The example of each type gives an event of its class, with the attributes and the data's values."""
    example = EVENTS[kind]
    event = decode(dump(example))

    assert (event.type, event.source, event.id) == (kind, example["source"], example["id"])
    assert event.t_us == decode_time(example["time"])
    assert type(event.data) is EVENT_TYPES[kind]
    for name, value in example["data"].items():
        if name != "contact":
            assert getattr(event.data, name) == value


@pytest.mark.parametrize("kind", EVENTS)
def test_the_sdk_writes_what_is_read(kind: str) -> None:
    """The SDK's structured and binary records of an event both give the event that its JSON gives."""
    example = EVENTS[kind]
    event = JSONFormat().read(None, dump(example))
    expected = decode(dump(example))

    for message in (kafka.to_structured(event, JSONFormat()), kafka.to_binary(event, JSONFormat())):
        assert decode(message.value, list(message.headers.items())) == expected
        time = event.get_time()
        assert time is not None
        assert expected.t_us == round(time.timestamp() * 1_000_000)


def test_absent_fields_are_none() -> None:
    """Every data class has the common fields; what isn't there, and what is null, is None."""
    data = {"account": "a", "rep": None}
    event = decode(dump({**EVENTS["crm.customer.activated"], "data": data}))

    assert event.data.account == "a"
    for name in ("rep", "team", "campaign", "channel", "product", "segment", "region"):
        assert getattr(event.data, name) is None


@pytest.mark.parametrize(
    "kind", ["crm.price.observed", "crm.rep.updated", "crm.target.set", "crm.alert.resolved"]
)
def test_types_without_an_account(kind: str) -> None:
    """Where there is no account, one that is given is ignored, whatever it is."""
    example = EVENTS[kind]

    assert decode(dump({**example, "data": {**example["data"], "account": 5}})).data.account is None


def test_a_quote_is_final_where_nothing_is_said() -> None:
    """`final` is true when absent and when null."""
    example = EVENTS["crm.quote.sent"]
    for said, final in (({}, True), ({"final": None}, True), ({"final": False}, False)):
        data = {key: value for key, value in example["data"].items() if key != "final"} | said
        read = decode(dump({**example, "data": data})).data
        assert isinstance(read, QuoteSent)
        assert read.final is final


@pytest.mark.parametrize(
    ("contact", "filled"),
    [
        ({}, 0),
        ({"name": "", "email": None}, 0),
        ({"name": " ", "fax": "1"}, 1),
        ({"name": "Secret Person", "email": "secret@example.com", "phone": "0" * 300}, 3),
    ],
)
def test_contacts_are_counted_and_forgotten(contact: dict[str, Any], filled: int) -> None:
    """Of a contact only what is filled is known; no value is to be found in the event."""
    example = EVENTS["crm.lead.created"]
    event = decode(dump({**example, "data": {**example["data"], "contact": contact}}))

    assert isinstance(event.data, LeadCreated)
    assert event.data.contact_filled == filled
    assert "ecret" not in repr(event)
    assert "000" not in repr(event.data)


def test_contact_values_are_in_no_sentence() -> None:
    """A contact of the wrong form is refused without a word of what is in it, causes included."""
    example = EVENTS["crm.lead.created"]
    for contact in (
        "Secret Person",
        ["Secret"],
        {"name": {"first": "Secret"}},
        {"email": ["secret@x"]},
        {"phone": 471},
    ):
        with pytest.raises(Unusable) as caught:
            decode(dump({**example, "data": {**example["data"], "contact": contact}}))
        assert caught.value.reason is Reason.BAD_FIELD
        assert "data.contact" in caught.value.sentence
        assert "ecret" not in caught.value.sentence
        assert "471" not in caught.value.sentence
        assert caught.value.__context__ is None


def test_no_value() -> None:
    """A tombstone is no event, structured or binary."""
    assert outcome(None) is Reason.BAD_ENVELOPE
    assert outcome(None, as_binary(EVENTS["crm.call.logged"])[1]) is Reason.BAD_ENVELOPE


def test_too_large() -> None:
    """A value over 1 MiB is refused before it is looked at, structured and binary; at 1 MiB it is read."""
    example = EVENTS["crm.call.logged"]
    value, headers = as_binary(example)
    size = 1_048_576

    assert isinstance(outcome(dump(example).ljust(size)), Event)
    assert outcome(dump(example).ljust(size + 1)) is Reason.TOO_LARGE
    assert isinstance(outcome(value.ljust(size), headers), Event)
    assert outcome(value.ljust(size + 1), headers) is Reason.TOO_LARGE
    assert outcome(b"\xff" * (size + 1)) is Reason.TOO_LARGE


def test_what_is_skipped_is_checked_too() -> None:
    """Bytes that are no UTF-8 and nesting without end are refused in fields that nobody reads."""
    value = dump({**EVENTS["crm.call.logged"], "unknown": "ä?"})
    deep = b'{"deep":' + b"[" * 300 + b"]" * 300 + b"," + value[1:]

    assert isinstance(outcome(value), Event)
    assert outcome(value.replace("ä".encode(), b"\xff")) is Reason.BAD_JSON
    assert outcome(value.replace(b"?", b"\\ud800")) is Reason.BAD_JSON
    assert outcome(deep) is Reason.BAD_JSON


def test_duplicate_keys() -> None:
    """Of duplicate keys the last counts, in the envelope and in the data, whatever the first one is."""
    value = dump(EVENTS["crm.call.logged"])
    expected = decode(value)

    assert decode(b'{"type":"crm.email.sent","data":[],"time":5,"source":null,' + value[1:]) == expected
    assert decode(value.replace(b'"account"', b'"account":null,"rep":7,"account"')) == expected
    assert outcome(value[:-1] + b',"type":"crm.unknown"}') is Reason.UNKNOWN_TYPE
    assert outcome(value[:-1] + b',"data":null}') is Reason.BAD_ENVELOPE


def test_numbers_out_of_range() -> None:
    """An amount beyond a double is a bad field, and no harm where it is not read."""
    value = dump(EVENTS["crm.deal.won"])

    assert outcome(value.replace(b"47500", b"1e999")) is Reason.BAD_FIELD
    assert outcome(value.replace(b"47500", b"9" * 5000)) is Reason.BAD_FIELD
    assert isinstance(outcome(value.replace(b'"amount"', b'"x":1e999,"amount"')), Event)


def test_structured_in_spite_of_ce_headers() -> None:
    """A structured record that carries `ce_` headers too is read from its value."""
    value = dump(EVENTS["crm.call.logged"])
    _, headers = as_binary(EVENTS["crm.deal.won"])

    content_type = ("content-type", b"application/cloudevents+json")
    assert decode(value, [*headers[:-1], content_type]).type == "crm.call.logged"
    assert outcome(value, headers[:-1]) is Reason.MISSING_FIELD


@pytest.mark.parametrize("name", ["specversion", "source", "id", "type", "time"])
@pytest.mark.parametrize("change", [None, b"", b"\xff"])
def test_binary_attributes(name: str, change: bytes | None) -> None:
    """A binary record with an attribute absent, empty or not UTF-8 is no CloudEvent; an empty time is bad."""
    value, headers = as_binary(EVENTS["crm.call.logged"])
    headers = [(key, old) for key, old in headers if key != f"ce_{name}"]
    headers += [] if change is None else [(f"ce_{name}", change)]

    expected = Reason.BAD_TIME if (name, change) == ("time", b"") else Reason.BAD_ENVELOPE
    assert outcome(value, headers) is expected


def test_binary_values() -> None:
    """The value of a binary record is the data: an object, or it is no event."""
    _, headers = as_binary(EVENTS["crm.call.logged"])

    assert outcome(b"", headers) is Reason.BAD_ENVELOPE
    assert outcome(b"null", headers) is Reason.BAD_ENVELOPE
    assert outcome(b"[]", headers) is Reason.BAD_ENVELOPE
    assert outcome(b"{", headers) is Reason.BAD_JSON
    assert outcome(b"{}", headers) is Reason.MISSING_FIELD


@pytest.mark.parametrize("value", [[], "x", 5, True, None, {}])
def test_what_is_no_cloudevent(value: object) -> None:
    """JSON that is no object, or an empty one, is a bad envelope."""
    assert outcome(dump(value)) is Reason.BAD_ENVELOPE


def test_times_go_to_utc() -> None:
    """An offset is taken into account: the event's time is UTC."""
    local = datetime(2026, 11, 21, 9, 0, tzinfo=timezone.utc).timestamp()  # noqa: UP017
    event = decode(dump({**EVENTS["crm.call.logged"], "time": "2026-11-21T10:00:00+01:00"}))

    assert event.t_us == local * 1_000_000
