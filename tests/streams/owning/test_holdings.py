"""What a worker owns: one live holding a partition, with a lock that voids the state when things go wrong."""

import asyncio

import pytest

from streams.owning.holdings import Holdings
from tests.streams.fakes import FakeProcessor, fake_stage, held, settle

SOURCE = "toy-source"


async def test_each_partition_has_state_of_its_own() -> None:
    """A memory table of Faust is one dict for all partitions; here a revoked one takes nothing else along."""
    holdings = Holdings([fake_stage(lambda _: FakeProcessor())])
    first, second = holdings.take(SOURCE, 0), holdings.take(SOURCE, 1)
    assert first.processor is not second.processor

    holdings.drop(SOURCE, 0)

    assert [second] == list(holdings)
    assert not first.live
    assert second.live


async def test_dropping_what_is_not_held_does_nothing() -> None:
    """A rebalance may name partitions that were never ours."""
    holdings, _ = held(FakeProcessor())

    holdings.drop(SOURCE, 7)

    assert 1 == len(holdings)


async def test_usable_is_restored_and_live() -> None:
    """Before the restore and after the loss nobody may call the processor."""
    holdings = Holdings([fake_stage(lambda _: FakeProcessor())])
    holding = holdings.take(SOURCE, 0)
    assert [] == holdings.usable()

    settle(holding)
    assert [holding] == holdings.usable()
    holding.drop()
    assert [] == holdings.usable()


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_trouble_under_the_lock_voids_the_state(error: type[BaseException]) -> None:
    """The state is ahead of what is acknowledged; a checkpoint must not find it usable."""
    _, holding = held(FakeProcessor())

    with pytest.raises(error):
        async with holding.exclusive():
            raise error

    assert not holding.usable
    assert not holding.lock.locked()


async def test_giving_up_the_wait_for_the_lock_voids_nothing() -> None:
    """Nothing has happened yet."""
    _, holding = held(FakeProcessor())
    await holding.lock.acquire()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0), holding.exclusive():
            pass

    assert holding.usable


async def test_what_a_record_takes_follows_the_latest_chunks() -> None:
    """The first chunk counts whole, later ones move it."""
    _, holding = held(FakeProcessor())

    holding.took(100, 1.0)
    assert 0.01 == pytest.approx(holding.record_s)
    holding.took(100, 2.0)
    assert 0.01 < holding.record_s < 0.02
