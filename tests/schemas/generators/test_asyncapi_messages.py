"""What the AsyncAPI document says of keys is what the engine does."""

import re

import orjson
import pytest

from processors.decode import decode
from schemas.event import EVENT_TYPES, record_key
from schemas.generators.asyncapi_messages import KEY_PATTERN, key_words, messages
from schemas.kpi import kpi_key
from tests.examples import EVENTS
from tests.published import alert_sends, kpi_records

MESSAGES = messages(
    {
        **{name: [one] for name, one in EVENTS.items()},
        "kpi": [],
        "alert": [],
        "silence": [],
        "dead-letter": [],
    }
)


@pytest.mark.parametrize("name", EVENTS)
def test_keys_of_events(name: str) -> None:
    """The field that is named as the key is the key."""
    event = EVENTS[name]
    key = record_key(decode(orjson.dumps(event)))
    words = key_words(EVENT_TYPES[name])
    data = event["data"]
    if name == "crm.target.set":
        assert key == kpi_key(data["kpi"], data["window"], data["period"], data["dims"])
        return
    first, *others = re.findall(r"`data\.(\w+)`", words)
    assert key == next(data[field] for field in (first, *others) if field in data)


def test_keys_of_kpi_records() -> None:
    """The pattern fits every key of the engine, also with what is escaped, and nothing else."""
    for key, _ in kpi_records():
        assert re.fullmatch(KEY_PATTERN, key.decode()), key
    assert re.fullmatch(KEY_PATTERN, kpi_key("calls", "day", "2026-11-21", {"channel": "a|b,c=d%"}))
    for wrong in (
        "calls",
        "calls|day",
        "calls|day|rep",
        "calls|day:|",
        "|day|",
        "calls|day|rep=a=b",
        "a|b|c=d,",
    ):
        assert not re.fullmatch(KEY_PATTERN, wrong), wrong


def test_withdrawn_alerts_say_why() -> None:
    """The headers of tombstones are those of the document, with words that are in its list."""
    headers = MESSAGES["alertTombstone"]["headers"]["properties"]
    withdrawn = [dict(send.headers) for send in alert_sends() if send.value is None]

    assert withdrawn
    for one in withdrawn:
        assert set(one) == set(headers)
        assert one["reason"].decode() in headers["reason"]["enum"]
        assert re.fullmatch(headers["revision"]["pattern"], one["revision"].decode())


def test_an_example_is_missing() -> None:
    """A type without an example can't get into the document."""
    with pytest.raises(KeyError):
        messages({})
