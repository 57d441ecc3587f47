"""Faust apps that are never started: one of ours, and one as shipped to compare with."""

from typing import Any

import faust
from faust.types import TP, ConsumerMessage

from streams.faust_app import Shell
from streams.owning.holdings import Holding
from streams.settings import Settings
from streams.status import WorkerStatus
from tests.streams.fakes import FakeProcessor, FakeRecord, fake_stage, settle

SOURCE = "toy-source"
TP0 = TP(SOURCE, 0)


def our_shell(**settings: Any) -> Shell:
    """Return a worker's shell around one stage of fake processors."""
    return Shell(Settings(**settings), [fake_stage(lambda _: FakeProcessor())], WorkerStatus())


def shipped_app() -> faust.App:
    """Return an app as Faust makes it."""
    return faust.App("shipped", broker="kafka://127.0.0.1:1", store="memory://", web_enabled=False)


def hold(shell: Shell, cut: int, partition: int = 0) -> Holding:
    """Make the shell own a partition, restored up to a cut."""
    holding = shell.holdings.take(SOURCE, partition)
    holding.processor.cut = cut
    settle(holding)
    shell.lease.renew(shell.lease.now())
    return holding


class FetchedRecord(FakeRecord):
    """A record as the consumer gets it from aiokafka."""

    topic = SOURCE
    partition = 0
    timestamp_type = 1
    checksum = None
    serialized_key_size = 0
    serialized_value_size = 0


def fetched(*offsets: int) -> list[FetchedRecord]:
    """Return what a fetch brings."""
    return [FetchedRecord(offset, b"value") for offset in offsets]


def message(offset: int, tp: TP = TP0) -> ConsumerMessage:
    """Return a message as it runs through Faust."""
    return ConsumerMessage(tp.topic, tp.partition, offset, 0.0, 1, (), None, b"", None, 0, 0, tp)
