"""The values of a sparkline."""

import asyncio

import orjson
import pytest

from processors.partition import StateItem
from schemas.kpi import kpi_key, partition_of
from schemas.message import Message
from streams.brokers.embedded import EmbeddedKafka
from streams.kafka.topic_admin import ensure
from streams.notify.recent_values import FRESH_S, POINTS, RecentValues, Tail, collect, in_order, recent_values
from streams.tables import RestoreError
from streams.topics import topics
from tests.processors.messages import told
from tests.processors.notify.timeline import alert
from tests.streams.processes import own_settings, publish


def record(value: float | None, revision: int) -> bytes:
    """Return a KPI record, as far as it is looked at."""
    return orjson.dumps({"kpi": "calls", "value": value, "revision": revision, "n": 1})


def values(*records: bytes | None) -> tuple[int | float, ...]:
    """Return the values that records of one key say."""
    items: list[StateItem] = [(b"k", value) for value in records]
    tail: Tail = {}
    collect(items, tail)
    return in_order(tail.get(b"k", {}))


def test_values_stand_in_order_each_once() -> None:
    """A crash may have published records again; what is no record, or has no value, is passed over."""
    records = [record(3, 30), record(1, 10), record(None, 20), record(3, 30), b"{", None, record(4.5, 40)]
    assert (1, 3, 4.5) == values(*records)


def test_many_values_are_thinned() -> None:
    """The first and the last one stay."""
    found = values(*(record(number, number) for number in range(1_000)))
    assert POINTS == len(found)
    assert (0, 999) == (found[0], found[-1])
    assert sorted(found) == [*found]


def test_nothing_is_no_sparkline() -> None:
    """Neither are values of nothing."""
    assert () == values()
    assert () == values(record(None, 1))


class Reads:
    """A history that counts how often it is read, and the seconds that it says it is."""

    def __init__(self, broken: bool = False) -> None:
        self.partitions: list[int] = []
        self.now_s = 0.0
        self.values = RecentValues(4, self._read, lambda: self.now_s)
        self._broken = broken

    async def _read(self, partition: int) -> Tail:
        self.partitions.append(partition)
        await asyncio.sleep(0)
        if self._broken:
            raise RestoreError("not there")
        found = ((alert("a", team=f"t{number}"), number) for number in range(50))
        return {
            kpi_key(one.kpi, one.window, one.period, one.dims).encode(): {one.revision: n} for one, n in found
        }


async def test_the_last_value_is_that_of_the_alert() -> None:
    """What was read a moment ago, for another message, may end before the value that the message is about."""
    reads, at = Reads(), alert("a").revision

    assert await reads.values.of(alert("a", team="t7", value=9, revision=at + 1)) == (7, 9)
    assert await reads.values.of(alert("a", team="t7", value=9, revision=at)) == (7,), (
        "it was read with the rest"
    )
    assert await reads.values.of(alert("a", team="t7", value=None, revision=at + 1)) == (7,), "it has none"
    assert await reads.values.of(alert("a", team="t70", value=9, revision=at + 1)) == (), "nothing was read"


async def test_a_partition_is_read_once_for_many_messages() -> None:
    """Also by senders that ask at the same time; when what was read is old it is read again."""
    reads = Reads()
    asked = [reads.values.of(alert("a", team=f"t{number}")) for number in range(50)]
    assert [(number,) for number in range(50)] == await asyncio.gather(*asked)
    assert sorted(set(reads.partitions)) == sorted(reads.partitions)

    reads.now_s = FRESH_S
    before = len(reads.partitions)
    await reads.values.of(alert("a", team="t0"))
    await reads.values.of(alert("a", team="t0"))
    assert before + 1 == len(reads.partitions)


async def test_a_history_that_can_not_be_read_is_not_asked_for_each_message() -> None:
    """Messages go without; soon it is tried again."""
    reads = Reads(broken=True)
    assert [(), ()] == [await reads.values.of(alert("a")) for _ in range(2)]
    assert 1 == len(reads.partitions)

    reads.now_s = FRESH_S
    await reads.values.of(alert("a"))
    assert 2 == len(reads.partitions)


@pytest.mark.parametrize(
    "message",
    [
        told.message(alerts=(alert("a"), alert("b"))),
        told.message(more=1),
        told.message(alerts=(alert(kpi=""),)),
    ],
)
async def test_only_a_single_alert_of_a_kpi_has_values(message: Message) -> None:
    """Of several there is no one line, and what waits has no KPI: nothing is read."""
    reads = Reads()
    assert message is await reads.values.shown_in(message)
    assert [] == reads.partitions


@pytest.mark.embedded
async def test_they_are_read_from_the_history(embedded_kafka: EmbeddedKafka) -> None:
    """Those of the alert's key only, from its partition."""
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings, None)
    about = alert("a", revision=2)
    history = topics(settings).kpis_history
    key = kpi_key(about.kpi, about.window, about.period, about.dims).encode()
    other = key.replace(about.kpi.encode(), b"another")
    for of, value in ((key, 1), (other, 7), (key, 2)):
        partition = partition_of(of, history.partitions)
        await publish(settings, [(of, record(value, value))], history.name, partition)

    found = await recent_values(settings).shown_in(told.message(alerts=(about,)))
    assert (1, 2) == found.history
