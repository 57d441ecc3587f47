"""A KPI's latest values, for the sparkline of a message: read from the end of its history when messages are sent.

Following all of `crm.kpis.history` for the few keys that have an alert would be the dearest thing that notify does;
a reader for each message comes next. So the end of a partition is read for all messages of the next seconds.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec
import structlog

from processors.partition import StateItem
from schemas.alert import Alert, Number
from schemas.kpi import kpi_key, partition_of
from schemas.message import Message
from streams.clock import monotonic_s
from streams.kafka.kafka_clients import client_options
from streams.settings import Settings
from streams.tables import RestoreError, read_tail
from streams.topics import topics

log = structlog.get_logger(__name__)

TAIL_RECORDS = 20_000
"""How far back one looks in the partition of the key."""
POINTS = 24
"""Values at most, spread over what was found."""
FRESH_S = 10.0
"""So long what was read is shown. Then it is forgotten, with the next message."""
READ_MAX_S = 3.0
"""A message goes without its sparkline when the values are not there so soon; those after it don't wait again."""


class _Body(msgspec.Struct):
    """The part of a KPI record that is looked at."""

    value: Number | None
    revision: int


_decode = msgspec.json.Decoder(_Body).decode

Seen = dict[int, Number]
"""Values by revision: a crash may have published records again."""
Tail = dict[bytes, Seen]
"""What the end of a partition says, by key."""
Read = Callable[[int], Awaitable[Tail]]
"""Reads the end of a partition. Raises RestoreError."""


class _Kept(NamedTuple):
    read_s: float
    tail: Tail


class RecentValues:
    """Shows what the KPI of a message's alert was lately; reads the end of a partition once for many messages."""

    def __init__(self, partitions: int, read: Read, clock_s: Callable[[], float] = monotonic_s) -> None:
        self._partitions = partitions
        self._read = read
        self._clock_s = clock_s
        self._kept: dict[int, _Kept] = {}
        self._reading: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def shown_in(self, message: Message) -> Message:
        """Return the message with its KPI's latest values, where it is about a single alert of one."""
        if len(message.alerts) != 1 or message.more or not message.alerts[0].kpi:
            return message  # of what waits there is no KPI
        return msgspec.structs.replace(message, history=await self.of(message.alerts[0]))

    async def of(self, alert: Alert) -> tuple[Number, ...]:
        """Return values of the KPI that an alert is about, oldest first; none where there are none lately."""
        key = kpi_key(alert.kpi, alert.window, alert.period, alert.dims).encode()
        partition = partition_of(key, self._partitions)
        async with self._reading[partition]:
            seen = (await self._tail(partition)).get(key, {})
        # What was read for messages before this one may end before its alert's step.
        if seen and alert.value is not None and alert.revision > max(seen):
            seen = {**seen, alert.revision: alert.value}
        return in_order(seen)

    async def _tail(self, partition: int) -> Tail:
        now_s = self._clock_s()
        self._kept = {one: kept for one, kept in self._kept.items() if now_s - kept.read_s < FRESH_S}
        kept = self._kept.get(partition)
        if kept is None:
            kept = self._kept[partition] = _Kept(now_s, await self._read_in_time(partition))
        return kept.tail

    async def _read_in_time(self, partition: int) -> Tail:
        try:
            async with asyncio.timeout(READ_MAX_S):
                return await self._read(partition)
        except (RestoreError, TimeoutError) as error:
            log.warning("no_recent_values", partition=partition, error=repr(error))
            return {}


def recent_values(settings: Settings) -> RecentValues:
    """Return what reads an installation's history of KPIs."""
    history, options = topics(settings).kpis_history, client_options(settings)

    async def read(partition: int) -> Tail:
        tail: Tail = {}
        await read_tail(options, history.name, partition, TAIL_RECORDS, lambda items: collect(items, tail))
        return tail

    return RecentValues(history.partitions, read)


def collect(items: Iterable[StateItem], tail: Tail) -> None:
    """Take records; what is none, or has no value, is passed over."""
    for key, value in items:
        if key is None or value is None:
            continue
        try:
            body = _decode(value)
        except msgspec.MsgspecError:
            continue
        if body.value is not None:
            tail.setdefault(key, {})[body.revision] = body.value


def in_order(seen: Seen) -> tuple[Number, ...]:
    """Return the values in the order of their revisions, and at most so many; the last one is among them."""
    return _thinned([seen[revision] for revision in sorted(seen)])


def _thinned(values: Sequence[Number]) -> tuple[Number, ...]:
    if len(values) <= POINTS:
        return tuple(values)
    last = len(values) - 1
    return tuple(values[round(at * last / (POINTS - 1))] for at in range(POINTS))
