"""The value of a record on `crm.kpis` and `crm.kpis.history`, for those who read it.

The engine writes these records as text, for speed (`processors/publishing/records.py`); this says what is in them.
From here come the JSON Schema and what the AsyncAPI document says; tests hold the engine's own records to it.
"""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.catalogs.kpi import Unit
from schemas.kpi import kpi_key

Number = int | float
Count = Annotated[int, Meta(ge=0)]
Rank = Annotated[int, Meta(ge=1)]

KpiId = Annotated[str, Meta(description="The KPI's id in the catalog: `calls`, `won_revenue`.", min_length=1)]
WindowName = Annotated[
    str,
    Meta(
        description="`rolling_24h`, `rolling_7d`, `rolling_30d`, `rolling_365d`, `day`, `week`, `month`, `quarter`, "
        "`year`, `all_time`, `now`, or what the catalog has beside these: another length, or `today`.",
        min_length=1,
    ),
]
PeriodName = Annotated[
    str,
    Meta(
        description="Of a calendar window: `2026-11-21`, `2026-W47`, `2026-11`, `2026-Q4` or `2026`; "
        "`null` for the others."
    ),
]
DimValues = Annotated[
    dict[str, str | None],
    Meta(
        description='For whom or what: `{}` is the company, `{"team": "north"}`, `{"rep": "ann"}`. A stage may be '
        "`null`: a deal's creation is a transition from it."
    ),
]
Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


PREDICTED_WITH: dict[str, dict[str, Any]] = {
    "name": {"type": "string", "enum": ["bg_nbd"], "description": "BG/NBD with Gamma-Gamma."},
    "date": {"type": "string", "format": "date", "description": "The local day as of whose start it holds."},
    "horizon_d": {"type": "integer", "description": "The days ahead that are counted, not discounted."},
    "accounts": {"type": "integer", "description": "The accounts that had bought."},
    "repeat_accounts": {
        "type": "integer",
        "description": "Of these, those that bought on two days or more.",
    },
    "error": {
        "type": ["number", "null"],
        "description": "Out of sample: `holdout.value_error`; `null` where it is not known.",
    },
    "holdout": {
        "type": "object",
        "description": "The same model, fitted to what was known `days` ago, beside what came since: of the "
        "`accounts` that had bought by then, predicted ÷ actual − 1 of purchases and of value, and the mean of "
        "|predicted − actual purchases| of an account.",
    },
    "reason": {
        "type": "string",
        "enum": ["too_few_repeat_accounts", "history_too_short", "no_purchases_held_out", "fit_failed"],
        "description": "Why there is no value, or no error.",
    },
}
"""The fields of `model`, as JSON Schemas."""
REQUIRED_OF_MODEL = ["name", "date", "horizon_d", "accounts", "repeat_accounts", "error"]


class KpiRecord(Struct, frozen=True, kw_only=True):
    """The latest value of a KPI under one key. What is `target` to `of` is there only where it applies."""

    kpi: KpiId
    window: WindowName
    period: PeriodName | None
    dims: DimValues
    value: Annotated[
        Number | None,
        Meta(
            description="The value, in `unit`; rates and shares are 0–1. `null`: a mean of nothing, or a share of none."
        ),
    ]
    n: Annotated[Count, Meta(description="The sample's size: what was counted, or the denominator's count.")]
    unit: Annotated[Unit, Meta(description="What the value is in; `currency` is the catalog's.")]
    start: Annotated[
        Time | None, Meta(description="The window's start; `null` for `now` and `all_time`, which have none.")
    ]
    end: Annotated[Time | None, Meta(description="The window's end, which is no longer in it.")]
    as_of: Annotated[Time, Meta(description="When the record was made.")]
    final: Annotated[
        bool,
        Meta(
            description="Whether the period closed and the allowed lateness of an hour passed. A later correction "
            "sets it back to false."
        ),
    ]
    revision: Annotated[
        Count,
        Meta(description="Rises with each record of the key: a record with a lower one is out of date."),
    ]
    target: Annotated[Number | UnsetType, Meta(description="What is to be reached in the period.")] = UNSET
    attainment: Annotated[Number | UnsetType, Meta(description="Value ÷ target.")] = UNSET
    expected: Annotated[
        Number | UnsetType,
        Meta(description="What of the target should be reached by now, by the period's business time."),
    ] = UNSET
    previous: Annotated[Number | UnsetType, Meta(description="The value of the period before.")] = UNSET
    baseline: Annotated[
        Number | UnsetType,
        Meta(
            description="The mean of the last four such weekdays at the same time of day. Windows of a day only."
        ),
    ] = UNSET
    team_value: Annotated[
        Number | UnsetType,
        Meta(
            description="Of a rep: the team's value; of sums and counts, the team's value ÷ its active reps."
        ),
    ] = UNSET
    rank: Annotated[
        Rank | UnsetType, Meta(description="Of a rep: the place in the team; 1 is best, ties share.")
    ] = UNSET
    rank_change: Annotated[
        int | UnsetType,
        Meta(description="Of a rep: places gained since the day began; lost ones are negative."),
    ] = UNSET
    of: Annotated[Rank | UnsetType, Meta(description="How many are ranked.")] = UNSET
    model: Annotated[
        dict[str, Any] | UnsetType,
        Meta(
            description="Of a predicted KPI: what it was predicted with, and how far to trust it.",
            extra_json_schema={"properties": PREDICTED_WITH, "required": REQUIRED_OF_MODEL},
        ),
    ] = UNSET
    catalog: Annotated[str, Meta(description="The catalog that it was computed by, `crm-standard@3f2a`.")]

    @property
    def key(self) -> str:
        """The key under which it is published."""
        return kpi_key(self.kpi, self.window, self.period, self.dims)
