"""Labels of a rule: words of one's own, by which routes choose and silences match."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

LABELS_MAX = 20
RESERVED = frozenset(
    {
        "account",
        "alert_rule",
        "campaign",
        "channel",
        "content",
        "entity",
        "from_stage",
        "id",
        "kpi",
        "owner",
        "period",
        "product",
        "reason",
        "region",
        "rep",
        "rule",
        "segment",
        "severity",
        "stage",
        "state",
        "team",
        "to_stage",
        "window",
    }
)
"""What routes and silences look up of an alert under these names is something else."""


def _free(labels: Mapping[str, str]) -> Mapping[str, str]:
    for name in labels:
        if name in RESERVED:
            raise ValueError(f"{name!r} is what an alert has of its own; a label needs another name")
    return labels


LabelName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$")]
Labels = Annotated[dict[LabelName, str], Field(max_length=LABELS_MAX), AfterValidator(_free)]
