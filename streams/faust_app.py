"""The Faust app of a worker: stages become agents, its commit our checkpoint, its recovery our restore."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import faust

from processors.partition import Record
from streams.agents.digest import Digest
from streams.agents.pace import Pace
from streams.agents.side_by_side import SideBySide
from streams.agents.tick import Ticker
from streams.checkpoint import Checkpoint
from streams.folding import ChunkSchema, FoldingScheduler, FoldingTransport
from streams.kafka.kafka_clients import broker_credentials, broker_urls, client_options
from streams.kafka.publishing import Publisher
from streams.owning.holdings import Holding, Holdings
from streams.owning.membership import Lease, heartbeat_interval_s
from streams.owning.ownership import Ownership
from streams.settings import Settings
from streams.status import WorkerStatus
from streams.tables import read_changelog
from streams.topology import Stage

MIB = 1_048_576

#: What one fetch may bring of a partition: some 20,000 events, 8 MiB of facts.
FETCH_BYTES_MAX = 8 * MIB
POLL_RECORDS_MAX = 20_000
#: Chunks that wait for an agent beside the one in its hands.
CHUNKS_WAITING_MAX = 2
#: Under the topics' limit by far, so that one partition does not keep a request from the others.
BATCH_BYTES = MIB // 2
REQUEST_BYTES_MAX = 8 * MIB
REQUEST_TIMEOUT_S = 60.0
#: Joining may take as long as a session: Faust does not start with a time-out for requests below that.
GROUP_REQUEST_SLACK_S = 90.0


class PulseApp(faust.App):  # type: ignore[misc]
    """A Faust app that keeps nothing on disk and knows its shell."""

    logger = logging.getLogger("faust.app")

    shell: "Shell"

    def _create_directories(self) -> None:
        """Nothing: the state is in memory and in Kafka."""


class Shell:
    """Everything of a worker around its processors, wired together."""

    def __init__(
        self,
        settings: Settings,
        stages: Sequence[Stage],
        status: WorkerStatus,
        confirm: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """To be made in the event loop it is to run in.

        `confirm` returns when it is sure, after a partition was given, that this worker may have it.

        Raises:
            OSError, ValueError: a password or certificate can't be used.
        """
        self.settings = settings
        self.status = status
        self.failed = asyncio.Event()
        self.lease = Lease(settings.session_timeout_s)
        self.holdings = status.holdings = Holdings(stages)
        self.folded = frozenset(self.holdings.stages)
        self.app = faust_app(settings, self)
        status.end_offset = self.end_offset
        status.holds_nothing_after = self.holds_nothing_after
        status.fail = self.fail
        status.is_unheard = lambda: self.lease.lost
        publisher = Publisher(lambda: self.app.producer._ensure_producer(), self.lease)
        self._checkpoint = Checkpoint(self.holdings, publisher.write, self.lease, status)
        self._digest = Digest(self.holdings, publisher.publish, self._seek_back, self._first_offset, status)
        pace = Pace(settings.emit_interval_s, settings.emit_interval_max_s)
        self.ticker = Ticker(self.holdings, publisher.publish, status, pace)
        self._ownership = Ownership(
            self.holdings,
            self.lease,
            status,
            restore=self._restore,
            save=self.save,
            fail=self.fail,
            rewind=self._rewind,
            confirm=confirm,
        )
        self._connect(stages)

    def fail(self, where: str, error: BaseException) -> None:
        """End the worker: something is in doubt, and only a restart from what is durable is sure."""
        if self.status.failure is None:
            self.status.failure, self.status.failed_in = error, where
        self.failed.set()

    async def save(self) -> None:
        """Checkpoint and commit all that is held."""
        await self._checkpointed(self._checkpoint.run)
        # A commit that is under way lets another return at once, with nothing done.
        if not await self.app.consumer.commit():
            await self.app.consumer.commit()

    # What the folding consumer asks for.

    async def checkpoint(self) -> None:
        await self._checkpointed(self._checkpoint.run_when_due)

    async def _checkpointed(self, run: Callable[[], Awaitable[None]]) -> None:
        if self.status.failure is None:
            try:
                await run()
            except Exception as error:
                self.fail("checkpoint", error)

    def committable(self, topic: str, partition: int) -> int | None:
        return self._checkpoint.committable(topic, partition)

    def committable_partitions(self) -> Iterable[tuple[str, int]]:
        return [(holding.topic, holding.partition) for holding in self.holdings.usable()]

    def end_offset(self, topic: str, partition: int) -> int | None:
        """Return the next offset of a source partition as far as fetching has seen it."""
        known: int | None = self.app.consumer.highwater(faust.types.TP(topic, partition))
        return known

    def holds_nothing_after(self, topic: str, partition: int, offset: int) -> bool:
        """Tell whether a source partition was read to its end, with no record beyond an offset."""
        nothing: bool = self.app.consumer.holds_nothing_after(faust.types.TP(topic, partition), offset)
        return nothing

    async def _seek_back(self, topic: str, partition: int, offset: int) -> None:
        await self.app.consumer.seek_back(topic, partition, offset)

    async def _first_offset(self, topic: str, partition: int) -> int | None:
        offset: int | None = await self.app.consumer.first_offset(topic, partition)
        return offset

    async def _restore(self, holding: Holding) -> int:
        topic, processor = holding.stage.state_topic, holding.processor
        if topic is not None:
            return await read_changelog(
                client_options(self.settings), topic, holding.partition, processor.restore
            )
        # Without a state of its own, what was committed is all that is known of a cut.
        committed = await self.app.consumer.committed(holding.topic, holding.partition)
        if committed:
            processor.skip_to(committed)
        return 0

    async def _rewind(self, holding: Holding, offset: int) -> bool:
        # Before that, Faust itself goes to the committed offsets.
        await self.app.consumer.can_resume_flow.wait()
        if self.end_offset(holding.topic, holding.partition) == offset:
            return False
        await self._seek_back(holding.topic, holding.partition, offset)
        return True

    def _connect(self, stages: Sequence[Stage]) -> None:
        for stage in stages:
            source = self.app.topic(stage.source.name, schema=ChunkSchema(), value_type=Any)
            self.app.agent(source, name=stage.name, concurrency=1)(self._consume)

        async def assigned(_app: faust.App, assigned: Iterable[Any], **_: Any) -> None:
            self._ownership.assigned(assigned)

        async def revoked(_app: faust.App, revoked: Iterable[Any], **_: Any) -> None:
            await self._ownership.revoked(revoked)

        # Signals keep weak references unless told otherwise.
        self.app.on_partitions_assigned.connect(assigned, weak=False)
        self.app.on_partitions_revoked.connect(revoked, weak=False)

    async def _consume(self, stream: faust.StreamT) -> None:
        async with SideBySide(self._chunk) as partitions:
            async for event in stream.events():
                message = event.message
                await partitions.put(message.partition, (message.topic, event.value))

    async def _chunk(self, partition: int, chunk: tuple[str, Sequence[Record]]) -> None:
        topic, records = chunk
        try:
            await self._digest.chunk(topic, partition, records)
        except Exception as error:
            self.fail(f"{self.holdings.stages[topic].name}[{partition}]", error)
            # Nothing more of this partition is begun; the worker ends.
            await asyncio.Event().wait()


def faust_app(settings: Settings, shell: Shell) -> PulseApp:
    """Return the app without agents, set up to be used as docs/design.md says."""
    app = PulseApp(
        settings.app_id,
        broker=broker_urls(settings),
        broker_credentials=broker_credentials(settings),
        broker_commit_interval=settings.commit_interval_s,
        broker_session_timeout=settings.session_timeout_s,
        broker_request_timeout=settings.session_timeout_s + GROUP_REQUEST_SLACK_S,
        broker_heartbeat_interval=heartbeat_interval_s(settings.session_timeout_s),
        broker_max_poll_records=POLL_RECORDS_MAX,
        consumer_group_instance_id=settings.instance_id,
        consumer_max_fetch_size=FETCH_BYTES_MAX,
        consumer_auto_offset_reset="earliest",
        ConsumerScheduler=FoldingScheduler,
        stream_buffer_maxsize=CHUNKS_WAITING_MAX,
        # We wait for chunks by the partitions' locks; Faust's wait collects garbage each time it looks.
        stream_wait_empty=False,
        stream_recovery_delay=0.0,
        producer_acks=-1,
        producer_linger=0.0,
        producer_max_batch_size=BATCH_BYTES,
        producer_max_request_size=REQUEST_BYTES_MAX,
        producer_request_timeout=REQUEST_TIMEOUT_S,
        key_serializer="raw",
        value_serializer="raw",
        store="memory://",
        # With a standby for tables, of which there are none, Faust would deal out partitions itself: of every
        # topic to every worker, also to one that runs only some of the stages.
        table_standby_replicas=0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
    )
    app.shell = shell
    app.transport = FoldingTransport(app.conf.broker_consumer, app)
    return app
