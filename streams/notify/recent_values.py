"""A KPI's latest values, for the sparkline of a message: read from the end of its history when the message is sent.

Following all of `crm.kpis.history` for the few keys that have an alert would be the dearest thing that notify does.
"""

from collections.abc import Iterable, Sequence

import msgspec

from processors.partition import StateItem
from schemas.alert import Alert, Number
from schemas.kpi import kpi_key, partition_of
from streams.kafka_clients import client_options
from streams.settings import Settings
from streams.tables import read_tail
from streams.topics import topics

TAIL_RECORDS = 20_000
"""How far back one looks in the partition of the key."""
POINTS = 24
"""Values at most, spread over what was found."""


class _Body(msgspec.Struct):
    """The part of a KPI record that is looked at."""

    value: Number | None
    revision: int


_decode = msgspec.json.Decoder(_Body).decode


async def recent_values(settings: Settings, alert: Alert) -> tuple[Number, ...]:
    """Return values of the KPI that an alert is about, oldest first; none where there are none lately.

    Raises:
        RestoreError: the history can't be read.
    """
    if not alert.kpi:
        return ()  # of what waits there is no KPI
    history = topics(settings).kpis_history
    wanted = kpi_key(alert.kpi, alert.window, alert.period, alert.dims).encode()
    found: list[bytes] = []

    def take(items: Iterable[StateItem]) -> None:
        found.extend(value for key, value in items if key == wanted and value is not None)

    partition = partition_of(wanted, history.partitions)
    await read_tail(client_options(settings), history.name, partition, TAIL_RECORDS, take)
    return spread(found)


def spread(records: Iterable[bytes]) -> tuple[Number, ...]:
    """Return the values that records of one key say, in order and at most so many; the last one is among them."""
    by_revision: dict[int, Number] = {}
    for record in records:
        try:
            body = _decode(record)
        except msgspec.MsgspecError:
            continue
        if body.value is not None:
            by_revision[body.revision] = body.value
    return _thinned([by_revision[revision] for revision in sorted(by_revision)])


def _thinned(values: Sequence[Number]) -> tuple[Number, ...]:
    if len(values) <= POINTS:
        return tuple(values)
    last = len(values) - 1
    return tuple(values[round(at * last / (POINTS - 1))] for at in range(POINTS))
