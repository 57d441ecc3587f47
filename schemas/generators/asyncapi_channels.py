"""The topics that other services may read or write, as the AsyncAPI document tells of them.

`streams/topics.py` declares them; a test holds this table to it, at the default settings.
"""

from typing import Literal, NamedTuple

from schemas.catalogs.retention import DAYS_D
from schemas.event import EVENT_TYPES
from schemas.events.directory import RepUpdated, TargetSet

DAY_MS = 86_400_000

Action = Literal["receive", "send"]
"""What CRM Pulse does; another service does the opposite."""


class Channel(NamedTuple):
    """A topic."""

    name: str
    """Without the prefix."""
    title: str
    description: str
    actions: tuple[Action, ...]
    messages: tuple[str, ...]
    partitions: int
    """At the default settings; `CRM_PULSE_PARTITIONS` where it is more than one."""
    config: dict[str, str | int | list[str]]
    keyed_by: str
    partitioner: str
    """By what a key's partition is found."""

    @property
    def id(self) -> str:
        """Its name in the document: `kpis`, `deadLetters`, `kpisHistory`."""
        first, *rest = self.name.replace("-", ".").split(".")
        return first + "".join(word.capitalize() for word in rest)


_MANY = 4
_MURMUR2 = "murmur2"
_CRC32 = "crc32"
_ONE = "none"

_LATEST: dict[str, str | int | list[str]] = {"cleanup.policy": ["compact"]}


def _kept(days: int) -> dict[str, str | int | list[str]]:
    return {"cleanup.policy": ["delete"], "retention.ms": days * DAY_MS if days > 0 else -1}


CHANNELS: tuple[Channel, ...] = (
    Channel(
        "activity",
        "What happens",
        "Every event of customers, deals and prices, as CloudEvents. All events of an account go under its key, so "
        "that they share a partition and stay in order. **Every producer must find a key's partition as Kafka's Java "
        "client does (murmur2)**: aiokafka and kafkajs do; clients on librdkafka need `partitioner=murmur2_random`. "
        "Publish with `acks=all`. The broker stamps records with their append time, by which the engine sees what is "
        "from the future. Updates of the directory are copied into each partition by the engine. A `crm.rep.updated` "
        "or `crm.target.set` from elsewhere is sent on to its own topic, a record under a wrong key to the right one.",
        ("receive",),
        tuple(name for name in EVENT_TYPES if name != TargetSet.TYPE),
        _MANY,
        {**_kept(DAYS_D), "message.timestamp.type": "LogAppendTime", "max.message.bytes": 4_194_304},
        "the event's account; its product for prices, its campaign for costs without an account",
        _MURMUR2,
    ),
    Channel(
        "directory",
        "Who is in which team",
        "Updates of reps, kept for ever: the latest at or before an event decides its team. Publish a rep's entry "
        "ahead of the activity that it explains.",
        ("receive",),
        (RepUpdated.TYPE,),
        1,
        _kept(-1),
        "the rep",
        _ONE,
    ),
    Channel(
        "targets",
        "What is to be reached",
        "Targets and quotas: the latest of each KPI key.",
        ("receive",),
        (TargetSet.TYPE,),
        1,
        _LATEST,
        "the target's KPI key, `won_revenue|month:2026-11|team=north`",
        _ONE,
    ),
    Channel(
        "dead-letters",
        "What can't be used",
        "Records that can't be used, each with its own value, key and headers, and headers that say why. To put one "
        "right, publish it again on `crm.activity`.",
        ("send",),
        ("deadLetter",),
        1,
        _kept(30),
        "the record's own key",
        _ONE,
    ),
    Channel(
        "kpis",
        "The KPIs now",
        "The latest record of each KPI key. Read it from the start and keep the latest by key; a tombstone takes a key "
        "away. What changed within a moment is told once.",
        ("send",),
        ("kpi", "kpiTombstone"),
        _MANY,
        _LATEST,
        "the KPI key, `kpi|window[:period]|dim=value,…`",
        _CRC32,
    ),
    Channel(
        "kpis.history",
        "The KPIs before",
        "Every record of `crm.kpis`, for 30 days: for time series and for warehouses. No tombstones.",
        ("send",),
        ("kpi",),
        _MANY,
        _kept(30),
        "the KPI key",
        _CRC32,
    ),
    Channel(
        "alerts",
        "The alerts now",
        "The latest record of each alert; a tombstone withdraws it.",
        ("send",),
        ("alert", "alertTombstone"),
        1,
        _LATEST,
        "the alert's id",
        _ONE,
    ),
    Channel(
        "alerts.history",
        "The alerts before",
        "Every step of every alert, for 30 days. No tombstones.",
        ("send",),
        ("alert",),
        1,
        _kept(30),
        "the alert's id",
        _ONE,
    ),
    Channel(
        "silences",
        "What people say of alerts",
        "Silences and acknowledgements. They hold notifications back and change no alert. Any service may say one, as "
        "`crm-pulse silence` and `crm-pulse ack` do; they clear away by tombstones what was over long ago.",
        ("receive", "send"),
        ("silence", "silenceTombstone"),
        1,
        _LATEST,
        "the silence's id",
        _ONE,
    ),
)
