"""What a sink process says of itself."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.clock import now_us
from streams.serving.content import Fold
from streams.serving.feed import News
from streams.serving.redis_keys import connect
from streams.serving.store import StoreAwayError
from streams.sinks.metrics import METRICS
from streams.sinks.redis_sink import RedisSink
from streams.sinks.status import SinkStatus
from tests.streams.serving.filling import SETTINGS, kpi

Page = dict[str, dict[tuple[str, ...], float]]


async def page(status: SinkStatus) -> Page:
    """Return the samples of the page, by name and the labels' values."""
    body, _ = await status.render("")
    found: Page = {}
    for family in text_string_to_metric_families(body.decode()):
        name = family.name + ("_total" if family.type == "counter" else "")
        if name.startswith("crm_"):
            assert family.documentation == METRICS[name].help  # type: ignore[index]
            labels = METRICS[name].labels  # type: ignore[index]
            found[name] = {tuple(one.labels[label] for label in labels): one.value for one in family.samples}
    return found


def a_status() -> tuple[RedisSink, SinkStatus]:
    """Return a sink that never gets to its Redis, and what is known of it."""
    sink = RedisSink(connect("redis://127.0.0.1:1/0"))
    return sink, SinkStatus(sink)


def news(lag: int = 0, *, level_ms: int | None = None, answering: bool = True) -> Any:
    """Return that nothing came."""
    return News((), level_ms, lag, answering, level_ms)


async def test_page_and_catalogue_agree() -> None:
    """Every metric is there from the first scrape on, with the values of what happened."""
    sink, status = a_status()
    assert set(await page(status)) == set(METRICS)

    sink.active = True
    fold = Fold(SETTINGS)
    fold.take([kpi("calls", 1)._replace(value=b"junk")])
    status.heard(news(70), fold)
    level_ms = now_us() // 1000 - 5_000
    status.heard(news(level_ms=level_ms), fold)
    status.level(filled=True)
    sink.written["kpi"] += 3
    status.store_away()
    status.store_away()
    shown = await page(status)

    assert shown["crm_pulse_sink_active"] == {(): 1}
    assert shown["crm_pulse_sink_records_total"] == {("kpi",): 3, ("alert",): 0, ("rep",): 0}
    assert 5 <= shown["crm_pulse_sink_lag_seconds"][()] < 60
    assert shown["crm_pulse_sink_up"] == {("redis",): 0, ("kafka",): 1}
    assert shown["crm_pulse_sink_outages_total"] == {("redis",): 1, ("kafka",): 0}
    assert shown["crm_pulse_sink_refills_total"] == {(): 1}
    assert shown["crm_pulse_sink_unreadable_records_total"] == {("kpi",): 1, ("alert",): 0}


async def test_counters_go_on_after_an_outage() -> None:
    """A new beginning has a new fold, and counts on."""
    _, status = a_status()
    for _ in range(2):
        fold = Fold(SETTINGS)
        status.heard(news(), fold)
        fold.take([kpi("calls", 1)._replace(value=b"junk")])
        status.heard(news(level_ms=1), fold)
        status.level(filled=True)
        status.kafka_away()
    shown = await page(status)

    assert shown["crm_pulse_sink_unreadable_records_total"]["kpi",] == 2
    assert shown["crm_pulse_sink_refills_total"] == {(): 2}
    assert shown["crm_pulse_sink_outages_total"]["kafka",] == 2


async def test_the_lag_grows_while_redis_is_away() -> None:
    """Whose turn it was says for how long Redis has not been level; who stands by says nothing."""
    sink, status = a_status()
    status.heard(news(level_ms=now_us() // 1000 - 50_000), Fold(SETTINGS))
    status.level(filled=True)
    status.store_away()
    sink.active = False
    assert (await page(status))["crm_pulse_sink_lag_seconds"][()] >= 50

    sink.standing_by = True
    assert (await page(status))["crm_pulse_sink_lag_seconds"] == {(): 0}


async def test_what_is_not_there_at_the_start_is_one_outage() -> None:
    """However often it is tried; and one that comes back may go away again."""
    _, status = a_status()
    for _ in range(3):
        status.store_away()
    assert (await page(status))["crm_pulse_sink_outages_total"]["redis",] == 1
    status.heard(news(answering=False), Fold(SETTINGS))
    status.store_away()
    shown = (await page(status))["crm_pulse_sink_outages_total"]

    assert shown == {("redis",): 2, ("kafka",): 1}


def test_who_stands_by_after_an_outage_is_ready() -> None:
    """Redis has just said whose turn it is; nothing else is heard of it, or of Kafka, before the turn."""
    sink, status = a_status()
    status.store_away()
    status.kafka_away()
    assert status.unready() == ["redis is away", "kafka is away"]

    sink.standing_by = True

    assert status.unready() == []


async def test_who_stood_by_says_that_redis_is_away() -> None:
    """It asks whose turn it is, and gets no answer."""
    sink, status = a_status()
    sink.standing_by = True
    with pytest.raises(StoreAwayError):
        await sink.begin()

    status.store_away()

    assert (await page(status))["crm_pulse_sink_up"]["redis",] == 0
    assert status.unready() == ["redis is away"]


def test_health_is_about_what_can_be_mended_by_a_new_process() -> None:
    """An outage is no reason for another process, but one not to be ready; who stands by is ready."""
    sink, status = a_status()
    assert status.unready() == ["the topics are being read"]
    sink.standing_by = True
    assert status.unready() == []
    sink.standing_by, sink.active = False, True
    status.heard(news(), Fold(SETTINGS))
    assert status.unready() == ["the topics are being read"]
    status.level(filled=True)
    assert status.unready() == []
    status.store_away()
    assert status.unready() == ["redis is away"]
    assert status.failures() == []
    status.fail("sink", ValueError("secret"))
    status.fail("sink", OSError())

    assert status.failures() == ["sink: ValueError"]
