"""The latest of each key, however often and in whatever order a crash made records come."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from crm_pulse import KpiKey, LatestAlerts, LatestKpis, MalformedRecordError
from crm_pulse import latest as module
from hypothesis import given
from hypothesis import strategies as st

from tests.published import alert_sends, kpi_records

RECORDS = Path(__file__).parents[2] / "examples/records"
KPI = orjson.loads((RECORDS / "kpi.json").read_bytes())
KEY = "won_revenue|month:2026-11|rep=ann"
ANN = KpiKey.parse(KEY)


def kpi(revision: int, value: float | None = 1, **fields: Any) -> bytes:
    """Return Ann's record."""
    return orjson.dumps(KPI | {"revision": revision, "value": value} | fields)


def test_upsert() -> None:
    """A new key, a newer record, the key gone, and back."""
    table = LatestKpis()
    first = table.apply(KEY, kpi(1, 10))
    second = table.apply(KEY.encode(), kpi(2, 20))
    gone = table.apply(KEY, None)
    back = table.apply(KEY, kpi(3, 30))

    assert first and second and gone and back
    assert (None, 10) == (first.before, first.after and first.after.value)
    assert (10, 20) == (second.before and second.before.value, second.after and second.after.value)
    assert (ANN, 20, None) == (gone.key, gone.before and gone.before.value, gone.after)
    assert (None, 30) == (back.before, table[ANN].value)


def test_repetitions_and_old_records_change_nothing() -> None:
    """Also when the key was taken away meanwhile."""
    table = LatestKpis()
    table.apply(KEY, kpi(5, 50))

    assert table.apply(KEY, kpi(5, 50)) is None
    assert table.apply(KEY, kpi(4, 40)) is None
    assert table[ANN].value == 50
    table.apply(KEY, None)
    assert table.apply(KEY, None) is None
    assert table.apply(KEY, kpi(4, 40)) is None
    assert len(table) == 0


def test_a_client_that_gives_none_for_no_headers() -> None:
    """confluent-kafka does, of tombstones too."""
    table = LatestKpis()
    assert table.apply("calls|day:1|rep=a", kpi(1), None) is not None
    assert table.apply("calls|day:1|rep=a", None, None) is not None
    assert {} == table


def test_a_key_that_was_never_there() -> None:
    """Compaction may leave a tombstone alone; the key's next record counts."""
    table = LatestKpis()

    assert table.apply(KEY, None) is None
    assert table.apply(KEY, kpi(0)) is not None


def test_what_is_remembered_of_the_gone_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest are forgotten first."""
    monkeypatch.setattr(module, "GONE_MAX", 2)
    table = LatestKpis()
    for rep in ("a", "b", "c"):
        table.apply(f"calls|day:1|rep={rep}", kpi(7))
        table.apply(f"calls|day:1|rep={rep}", None)

    assert [table.apply(f"calls|day:1|rep={rep}", kpi(6)) is None for rep in "abc"] == [False, True, True]


def test_what_cant_be_read_changes_nothing() -> None:
    """It is said, and what was there stays."""
    table = LatestKpis()
    table.apply(KEY, kpi(1, 10))
    with pytest.raises(MalformedRecordError):
        table.apply(KEY, b"{}")
    with pytest.raises(ValueError):
        table.apply("nonsense", kpi(2))

    assert [10] == [record.value for record in table.values()]


def test_where() -> None:
    """Records are chosen by KPI, window, period and the names of their dimensions."""
    table = LatestKpis()
    for key, body in kpi_records():
        table.apply(key, body)
    reps = table.where("calls", "rolling_24h", by=["rep"])
    company = table.where("calls", "rolling_24h", by=[])

    assert len(table) == len(kpi_records())
    assert {6} == {len(reps)}
    assert sum(record.value or 0 for record in reps) == company[0].value
    assert {"2026-03-03"} == {one.period for one in table.where("calls", "day", "2026-03-03", by=["team"])}
    pairs = table.where("stage_transitions", "all_time", by=["to_stage", "from_stage"])
    assert None in {one.dims["from_stage"] for one in pairs}


def test_alerts_of_the_engine() -> None:
    """What is left are the episodes that are over but kept, and nothing that came to nothing."""
    alerts = LatestAlerts()
    opened = 0
    for send in alert_sends():
        alerts.apply(send.key or b"", send.value, send.headers)
        opened = max(opened, len(alerts.open()))

    assert {"resolved"} == {alert.state for alert in alerts.values()}
    assert (2, []) == (opened, alerts.open())


def test_a_late_withdrawal_of_an_alert() -> None:
    """Its tombstone says which step it is: one that is older than what is known changes nothing."""
    alert = orjson.loads((RECORDS / "alert.json").read_bytes())
    alerts = LatestAlerts()
    alerts.apply(alert["id"], orjson.dumps(alert | {"revision": 9}))

    assert alerts.apply(alert["id"], None, [("reason", b"expired"), ("revision", b"8")]) is None
    assert alerts.apply(alert["id"], None, [("reason", b"expired"), ("revision", b"10")]) is not None
    assert alerts.apply(alert["id"], orjson.dumps(alert | {"revision": 9})) is None
    assert alerts.apply(alert["id"], None, [("revision", b"12")]) is None
    assert alerts.apply(alert["id"], orjson.dumps(alert | {"revision": 11})) is None
    assert alerts.apply(alert["id"], orjson.dumps(alert | {"revision": 13})) is not None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30), st.data())
def test_read_twice_from_anywhere_ends_in_the_same(log: list[tuple[str, bool]], data: st.DataObject) -> None:
    """At-least-once: a reader to whom a stretch of the log comes twice knows what one does to whom it came once."""
    records = [
        (f"calls|day:1|rep={rep}", kpi(revision) if alive else None)
        for revision, (rep, alive) in enumerate(log)
    ]
    end = data.draw(st.integers(0, len(records)))
    start = data.draw(st.integers(0, end))
    once, twice = LatestKpis(), LatestKpis()
    for key, value in records:
        once.apply(key, value)
    for key, value in [*records[:end], *records[start:]]:
        twice.apply(key, value)

    assert dict(once) == dict(twice)
