"""A worker enters what runs under its catalog, and knows when it is replaced."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from processors.generations import (
    Generations,
    begin_record,
    catalog_record,
    installation_record,
    switch_record,
)
from schemas.catalog import Catalog, load_catalog
from schemas.catalogs.changes import catalog_text
from streams import generations as module
from streams.generations import CatalogRefusedError, OtherInstallationError, Watch, enter, read_generations
from streams.settings import Settings
from tests.streams.fakes import FakeRecord, turns

SETTINGS = Settings()


def own(text: str = "") -> Catalog:
    """Return a catalog that lies over the standard one."""
    return load_catalog(f"catalog: own\nextends: standard\n{text}", "own.yaml")


ZONE = own("calendar: {timezone: Europe/Berlin}\n")
MORE = own("kpis: {inbound: {label: I, unit: count, count: {of: call, where: {direction: inbound}}}}\n")


class Log:
    """The log as a list; others may write to it at a moment."""

    def __init__(self, *records: bytes) -> None:
        self.records = [*records]
        self.others: list[bytes] = []
        """Written just before the next record of ours."""

    async def read(self, _settings: Settings) -> Generations:
        found = Generations()
        for record in self.records:
            found = found.after(record)
        return found

    async def append(self, _settings: Settings, record: bytes) -> None:
        self.records += [*self.others, record]
        self.others = []


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """A log in the place of the topic."""
    made = Log()
    monkeypatch.setattr(module, "read_generations", made.read)
    monkeypatch.setattr(module, "append", made.append)
    return made


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What is logged."""
    lines: list[tuple[str, dict[str, Any]]] = []

    class Logger:
        def info(self, event: str, **more: Any) -> None:
            lines.append((event, more))

        warning = info

    monkeypatch.setattr(module, "log", Logger())
    return lines


async def test_the_first_worker_says_its_catalog_once(log: Log, said: list[Any]) -> None:
    """State from before there was a log is taken for written under it, and that is said."""
    for _ in range(2):
        assert (catalog_text(own()),) == (await enter(SETTINGS, own())).catalogs

    assert [installation_record("crm."), catalog_record(1, own())] == log.records
    assert ["catalog_taken"] == [event for event, _ in said]


async def test_additions_are_gone_on_with(log: Log, said: list[Any]) -> None:
    """The log lines say what begins now, and that a rebuild would give it its history."""
    log.records.append(catalog_record(1, own()))
    await enter(SETTINGS, MORE)

    assert [("fills", "kpis.inbound")] == [
        (more["effect"], more["field"]) for event, more in said if event == "catalog_changed"
    ]
    assert "catalog_filled_by_rebuild" == said[-1][0]
    assert catalog_record(1, MORE) == log.records[-1]
    await enter(SETTINGS, own())  # the way back


async def test_where_there_is_no_way_back(log: Log, said: list[Any]) -> None:
    """What is open now is not counted while no KPI asks for it: that is said before it is too late, and comes true."""
    log.records.append(catalog_record(1, own()))
    dropped = own("kpis: {open_inquiries: null, oldest_open_inquiry_s: null, nps: null}\n")
    await enter(SETTINGS, dropped)

    warned = [more for event, more in said if event == "catalog_no_way_back"]
    assert {"kpis.open_inquiries", "kpis.oldest_open_inquiry_s"} == {more["field"] for more in warned}
    assert all(more["says"].startswith("comes back by a rebuild only: of ") for more in warned)
    with pytest.raises(CatalogRefusedError):
        await enter(SETTINGS, own())


async def test_what_would_make_state_wrong_is_refused(log: Log) -> None:
    """In a sentence for each change, with what to do, and nothing written."""
    log.records.append(catalog_record(1, own()))

    with pytest.raises(CatalogRefusedError) as caught:
        await enter(SETTINGS, ZONE)

    lines = str(caught.value).splitlines()
    assert "under the catalog own@" in lines[0]
    assert ["  calendar.timezone: days were added up in UTC, not Europe/Berlin"] == lines[1:-1]
    assert "Run `crm-pulse rebuild` with this catalog, or go on with the other one." == lines[-1]
    assert [catalog_record(1, own())] == log.records


async def test_of_two_at_the_same_moment_the_first_counts(log: Log, said: list[Any]) -> None:
    """Both looked before either wrote; the second sees it when it reads its own record."""
    log.others = [catalog_record(1, own())]

    with pytest.raises(CatalogRefusedError):
        await enter(SETTINGS, ZONE)


async def test_an_installation_that_began_without_a_word_says_whose_it_is(log: Log) -> None:
    """Once, whatever its state is of."""
    log.records.append(catalog_record(1, own()))
    for _ in range(2):
        await enter(SETTINGS, own())

    assert [catalog_record(1, own()), installation_record("crm.")] == log.records


async def test_the_state_of_other_topics_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two installations of one id would take turns with one state, and publish each other's values."""
    records = [installation_record("crm."), installation_record("acme.")]

    async def read(_options: object, _topic: str, _partition: int, take: Callable[..., None]) -> int:
        take([(None, record) for record in records])
        return len(records)

    monkeypatch.setattr(module, "read_changelog", read)

    assert "crm." == (await read_generations(SETTINGS)).topic_prefix
    with pytest.raises(
        OtherInstallationError, match=r"CRM_PULSE_APP_ID = crm-pulse: .* 'crm\.', not with 'acme\.'"
    ):
        await read_generations(Settings(topic_prefix="acme."))


async def test_after_a_switch_the_new_one_is_entered(log: Log) -> None:
    """With its catalog; the one before is refused then."""
    log.records += [catalog_record(1, own()), begin_record("me"), switch_record(2, ZONE)]

    assert 2 == (await enter(SETTINGS, ZONE)).current
    with pytest.raises(CatalogRefusedError):
        await enter(SETTINGS, own())


# Being replaced


def records(*values: bytes) -> Sequence[FakeRecord]:
    """Return records of the log."""
    return [FakeRecord(number, value) for number, value in enumerate(values)]


async def test_a_switch_is_seen_as_it_happens() -> None:
    """Not that a rebuild begins, nor what it does."""
    watch = Watch(SETTINGS, 1)
    watch.take(records(catalog_record(1, own()), begin_record("me")))
    assert not watch.superseded.is_set()

    watch.take(records(switch_record(2, ZONE)))
    assert watch.superseded.is_set()


async def test_who_is_of_the_running_one_may_have_its_partitions(log: Log) -> None:
    """At once."""
    log.records += [begin_record("me"), switch_record(2, ZONE)]
    watch = Watch(SETTINGS, 2)

    await asyncio.wait_for(watch.confirm(), 1.0)
    assert not watch.superseded.is_set()


async def test_all_that_ask_at_once_have_one_answer(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is given hundreds of partitions; whoever asks when it is being read already gets the next answer."""
    reads = []

    async def read(settings: Settings) -> Generations:
        reads.append(settings)
        await turns()
        return await log.read(settings)

    monkeypatch.setattr(module, "read_generations", read)
    watch = Watch(SETTINGS, 1)
    asking = [asyncio.create_task(watch.confirm()) for _ in range(100)]
    await turns(5)
    later = asyncio.create_task(watch.confirm())

    await asyncio.wait_for(asyncio.gather(*asking, later), 1.0)
    assert len(reads) == 2


async def test_who_slept_through_a_switch_may_not(log: Log) -> None:
    """What is given to it stays untouched until it ends."""
    log.records += [begin_record("me"), switch_record(2, ZONE)]
    watch = Watch(SETTINGS, 1)
    waiting = asyncio.create_task(watch.confirm())
    await turns()

    assert watch.superseded.is_set()
    assert not waiting.done()
    waiting.cancel()
