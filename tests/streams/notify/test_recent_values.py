"""The values of a sparkline."""

import orjson
import pytest

from schemas.kpi import kpi_key, partition_of
from streams.brokers.embedded import EmbeddedKafka
from streams.notify.recent_values import POINTS, recent_values, spread
from streams.topics import ensure, topics
from tests.processors.notify.timeline import alert
from tests.streams.processes import own_settings, publish


def record(value: float | None, revision: int) -> bytes:
    """Return a KPI record, as far as it is looked at."""
    return orjson.dumps({"kpi": "calls", "value": value, "revision": revision, "n": 1})


def test_values_stand_in_order_each_once() -> None:
    """A crash may have published records again; what is no record, or has no value, is passed over."""
    records = [record(3, 30), record(1, 10), record(None, 20), record(3, 30), b"{", record(4.5, 40)]
    assert (1, 3, 4.5) == spread(records)


def test_many_values_are_thinned() -> None:
    """The first and the last one stay."""
    found = spread(record(number, number) for number in range(1_000))
    assert POINTS == len(found)
    assert (0, 999) == (found[0], found[-1])
    assert sorted(found) == [*found]


def test_nothing_is_no_sparkline() -> None:
    """Neither are values of nothing."""
    assert () == spread([])
    assert () == spread([record(None, 1)])


@pytest.mark.embedded
async def test_they_are_read_from_the_history(embedded_kafka: EmbeddedKafka) -> None:
    """Those of the alert's key only, from its partition; of what waits there is no KPI."""
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings, None)
    about = alert("a")
    history = topics(settings).kpis_history
    key = kpi_key(about.kpi, about.window, about.period, about.dims).encode()
    other = key.replace(about.kpi.encode(), b"another")
    for of, value in ((key, 1), (other, 7), (key, 2)):
        partition = partition_of(of, history.partitions)
        await publish(settings, [(of, record(value, value))], history.name, partition)

    assert (1, 2) == await recent_values(settings, about)
    assert () == await recent_values(settings, alert("b", kpi=""))
