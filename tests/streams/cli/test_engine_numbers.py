"""Numbers of a worker from its own /metrics page."""

from streams.cli.engine_numbers import EngineNumbers
from streams.measuring.exposition import WorkerCollector
from tests.streams.workers import HandmadeWorker


async def page(worker: HandmadeWorker) -> str:
    """Return the page as a worker serves it."""
    return (await WorkerCollector(worker.status, worker.measures, "c").render(""))[0].decode()


async def test_totals_are_summed_and_rates_are_since_the_page_before() -> None:
    """Two pages ten seconds apart give events and KPI records per second; the first one gives none."""
    worker, numbers = HandmadeWorker(), EngineNumbers()
    worker.status.end_offset = lambda _topic, _partition: 10
    worker.take("track", 0, events=1_000, duplicates=5, dead_letters_bad_json=2, dead_letters_bad_time=1)
    worker.take("rollup", 1, kpi_records=300)

    first = numbers.take(await page(worker), 100.0)
    worker.take("track", 1, events=500)
    worker.take("rollup", 2, kpi_records=100)
    second = numbers.take(await page(worker), 110.0)

    assert (first.events_total, first.events_per_s, first.kpi_records_per_s) == (1_000, 0, 0)
    assert (first.duplicates, first.dead_letters, first.lag_records, first.ready) == (5, 3, 20, True)
    assert (second.events_per_s, second.kpi_records_per_s) == (50, 10)


async def test_a_worker_that_was_restarted_has_no_negative_rate() -> None:
    """Its counters begin at 0 again."""
    numbers = EngineNumbers()
    before, after = HandmadeWorker(), HandmadeWorker()
    before.take("track", 0, events=1_000)
    numbers.take(await page(before), 1.0)

    assert numbers.take(await page(after), 2.0).events_per_s == 0
