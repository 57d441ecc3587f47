"""Turns as the group gives them out."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.brokers.embedded import EmbeddedKafka
from streams.kafka.topic_admin import ensure
from streams.notify import turn as module
from streams.notify.turn import Turn, membership
from streams.owning.membership import Lease
from streams.topics import topics
from tests.streams.processes import own_settings

MINE = TopicPartition("crm.notified", 0)
PATIENCE_S = 40.0


class Paused:
    """The partitions that a consumer does not fetch."""

    def __init__(self) -> None:
        self.partitions: list[TopicPartition] = []

    def __call__(self, *partitions: TopicPartition) -> None:
        self.partitions += partitions


async def test_what_is_given_is_paused() -> None:
    """Whose turn it is has the partition, and reads nothing of it here."""
    paused = Paused()
    turn = Turn(paused)

    await turn.on_partitions_assigned([])
    assert paused.partitions == []
    await turn.on_partitions_assigned([MINE])
    assert paused.partitions == [MINE]


async def test_each_turn_has_an_end_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who still works when the group has stopped to wait, and gave the turn back, is not to go on with it."""
    monkeypatch.setattr(module, "LEAVE_S", 0.0)
    turn = Turn(Paused())
    await turn.on_partitions_assigned([MINE])
    async with turn.taken() as first:
        await turn.on_partitions_revoked([MINE])
        await turn.on_partitions_assigned([MINE])
        assert first.is_set()
        assert turn.active
    async with turn.taken() as second:
        assert not second.is_set()


async def test_a_turn_that_is_given_anew_ends_the_one_before() -> None:
    """Were it not taken back between the two."""
    turn = Turn(Paused())
    await turn.on_partitions_assigned([MINE])
    async with turn.taken() as first:
        await turn.on_partitions_assigned([MINE])
        assert first.is_set()


async def test_a_member_fetches_nothing(
    embedded_kafka: EmbeddedKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of `crm.notified` would come a second time, to be thrown away."""
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings, None)
    made: list[AIOKafkaConsumer] = []

    def noted(**options: Any) -> AIOKafkaConsumer:
        made.append(AIOKafkaConsumer(**options))
        return made[-1]

    monkeypatch.setattr(module, "AIOKafkaConsumer", noted)
    failed: list[BaseException] = []
    async with (
        asyncio.timeout(PATIENCE_S),
        membership(settings, Lease(6.0), lambda _, error: failed.append(error)) as turn,
        turn.taken(),
    ):
        mine: Collection[TopicPartition] = {TopicPartition(topics(settings).notified.name, 0)}
        assert made[0].assignment() == made[0].paused() == mine
    assert failed == []
