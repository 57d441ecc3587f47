"""KPI records: bytes of the engine in, typed records out."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from crm_pulse import KpiKey, KpiRecord, MalformedRecordError

from schemas.kpi_record import KpiRecord as Published
from tests.published import kpi_records

EXAMPLE = orjson.loads((Path(__file__).parents[2] / "examples/records/kpi.json").read_bytes())


def test_records_of_the_engine() -> None:
    """Every field of every record of a sales floor is read, and none is unknown."""
    for key, body in kpi_records():
        record, said = KpiRecord.from_bytes(body), orjson.loads(body)
        assert str(record.key).encode() == key
        assert record.extra == {}
        for name in ("value", "n", "unit", "final", "revision", "catalog", "dims", "period"):
            assert getattr(record, name) == said[name]
        for name in (
            "target",
            "attainment",
            "expected",
            "previous",
            "rank",
            "rank_change",
            "of",
            "team_value",
        ):
            assert getattr(record, name) == said.get(name)


def test_fields_are_those_that_are_published() -> None:
    """The client knows what the vocabulary knows."""
    assert set(Published.__struct_fields__) == set(KpiRecord.__dataclass_fields__) - {"extra"}


def test_times() -> None:
    """Times have an offset; windows without bounds have none."""
    record = KpiRecord.from_bytes(orjson.dumps(EXAMPLE | {"start": None, "end": None}))

    assert record.as_of == datetime(2026, 11, 21, 9, 3, 10, tzinfo=UTC)
    assert (None, None) == (record.start, record.end)


def test_unknown_fields_are_kept_aside() -> None:
    """A newer engine says more; that hurts nobody."""
    record = KpiRecord.from_bytes(orjson.dumps(EXAMPLE | {"mood": "good", "more": [1]}))

    assert {"mood": "good", "more": [1]} == dict(record.extra)
    assert record.key == KpiKey.of("won_revenue", "month", "2026-11", {"rep": "ann"})


def test_an_older_engine_says_less() -> None:
    """What compares may be absent or null."""
    less = {name: value for name, value in EXAMPLE.items() if name not in ("target", "rank", "catalog")}
    record = KpiRecord.from_bytes(orjson.dumps(less | {"of": None}))

    assert (None, None, None, "") == (record.target, record.rank, record.of, record.catalog)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value": "42"}, "value is '42'"),
        ({"value": True}, "value is 'True'"),
        ({"n": 1.5}, "n is '1.5'"),
        ({"n": None}, "n is 'None'"),
        ({"final": 0}, "final is '0'"),
        ({"as_of": "2026-11-21T09:03:10"}, "a time with an offset"),
        ({"as_of": "soon"}, "as_of is 'soon'"),
        ({"dims": {"rep": 3}}, "dims is"),
        ({"kpi": None}, "kpi is 'None'"),
    ],
)
def test_what_is_no_record(change: dict[str, object], says: str) -> None:
    """It is refused, and the field named."""
    with pytest.raises(MalformedRecordError, match=says):
        KpiRecord.from_bytes(orjson.dumps(EXAMPLE | change))


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"3", b"\xff", b"{}"])
def test_what_is_no_object(value: bytes) -> None:
    """Nor is this a record."""
    with pytest.raises(MalformedRecordError):
        KpiRecord.from_bytes(value)
