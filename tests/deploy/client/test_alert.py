"""Alerts: bytes of the engine in, typed records out."""

from pathlib import Path

import orjson
import pytest
from crm_pulse import Alert, MalformedRecordError

from schemas.alert import Alert as Published
from tests.published import alert_sends

EXAMPLE = orjson.loads((Path(__file__).parents[2] / "examples/records/alert.json").read_bytes())


def test_alerts_of_the_engine() -> None:
    """Every field of every step is read, and none is unknown."""
    for send in alert_sends():
        if send.value is not None:
            alert, said = Alert.from_bytes(send.value), orjson.loads(send.value)
            assert alert.extra == {}
            assert send.key == alert.id.encode()
            for name in ("state", "reason", "value", "threshold", "revision", "labels", "summary", "dims"):
                assert getattr(alert, name) == said[name]
            assert alert.is_open == (said["state"] in ("firing", "no_data"))


def test_fields_are_those_that_are_published() -> None:
    """The client knows what the vocabulary knows."""
    assert set(Published.__struct_fields__) == set(Alert.__dataclass_fields__) - {"extra"}


def test_new_words_and_fields_hurt_nobody() -> None:
    """A reason that the client never heard of is a reason; an absent text is none."""
    less = {name: value for name, value in EXAMPLE.items() if name not in ("labels", "owner", "limit")}
    alert = Alert.from_bytes(orjson.dumps(less | {"reason": "full_moon", "link": "x"}))

    assert ("full_moon", {"link": "x"}, {}, "") == (alert.reason, alert.extra, alert.labels, alert.owner)


@pytest.mark.parametrize(
    ("change", "says"),
    [({"threshold": None}, "threshold"), ({"labels": {"a": 1}}, "labels"), ({"ends_at": 3}, "ends_at")],
)
def test_what_is_no_alert(change: dict[str, object], says: str) -> None:
    """It is refused, and the field named."""
    with pytest.raises(MalformedRecordError, match=f"{says} is"):
        Alert.from_bytes(orjson.dumps(EXAMPLE | change))
