"""KPI records: the values of `crm.kpis` and `crm.kpis.history`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm_pulse.fields import Fields
from crm_pulse.key import KpiKey


@dataclass(frozen=True)
class KpiRecord:
    """The value of a KPI under one key. What is None from `target` on does not apply, or was not said."""

    kpi: str
    window: str
    period: str | None
    dims: Mapping[str, str | None]
    """For whom or what: `{}` is the company."""
    value: int | float | None
    """In `unit`; rates and shares are 0–1. None: a mean of nothing, or a share of none."""
    n: int
    """The sample's size."""
    unit: str
    start: datetime | None
    end: datetime | None
    as_of: datetime
    """When the record was made."""
    final: bool
    """The period closed and the allowed lateness passed; a later correction sets it back."""
    revision: int
    """Rises with each record of the key: a record with a lower one is out of date."""
    target: int | float | None = None
    attainment: int | float | None = None
    expected: int | float | None = None
    """What of the target should be reached by now."""
    previous: int | float | None = None
    """The period before."""
    baseline: int | float | None = None
    """The mean of the last four such weekdays at this time."""
    team_value: int | float | None = None
    rank: int | None = None
    """The place in the team; 1 is best, ties share."""
    rank_change: int | None = None
    """Places gained since the day began."""
    of: int | None = None
    """How many are ranked."""
    model: Mapping[str, Any] | None = None
    """Of a predicted KPI: what it was predicted with, and how far to trust it."""
    catalog: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields that this version does not know."""

    @classmethod
    def from_bytes(cls, value: bytes | str) -> KpiRecord:
        """Read a record's value. Raises MalformedRecordError for what is none."""
        of = Fields(value, "KPI record")
        return cls(
            kpi=of.text("kpi"),
            window=of.text("window"),
            period=of.text_or_none("period"),
            dims=of.dims("dims"),
            value=of.number_or_none("value"),
            n=of.whole("n"),
            unit=of.text("unit"),
            start=of.time_or_none("start"),
            end=of.time_or_none("end"),
            as_of=of.time("as_of"),
            final=of.flag("final"),
            revision=of.whole("revision"),
            target=of.number_or_none("target"),
            attainment=of.number_or_none("attainment"),
            expected=of.number_or_none("expected"),
            previous=of.number_or_none("previous"),
            baseline=of.number_or_none("baseline"),
            team_value=of.number_or_none("team_value"),
            rank=of.whole_or_none("rank"),
            rank_change=of.whole_or_none("rank_change"),
            of=of.whole_or_none("of"),
            model=of.mapping_or_none("model"),
            catalog=of.text_or_none("catalog") or "",
            extra=of.left,
        )

    @property
    def key(self) -> KpiKey:
        """The key under which it is published."""
        return KpiKey.of(self.kpi, self.window, self.period, self.dims)
