"""Facts: what tracking says about the events, and what every KPI is made of.

A fact is signed: `+1 response of 340 s for Ann at 10:05`, and `-1` of the same when a late event
shows that it was wrong. On `crm.facts` one message holds the facts that a run of events gave:
`[source partition, last source offset, [row, …], append time]`, the time being that of the last source
record in milliseconds, a row `[source offset, sign, pane, value, route]`. The route says what kind of
fact it is and of whom: `kind|rep|team|dimension…`, with the dimensions in the order of the kind below,
escaped as in KPI keys, empty where there is none. It is one text because most facts have a route that
was seen before. The pane is the number of five-minute intervals since the epoch.
"""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

PANE_US = 300_000_000
"""Width of the finest pane: five minutes."""

_ESCAPES = str.maketrans({"%": "%25", "|": "%7C"})


def route_text(kind: str, names: Sequence[str | None]) -> str:
    """Return the route of a fact; `names` are its rep, its team and its dimensions."""
    route = "|".join([kind, *[name or "" for name in names]])
    if "%" in route or route.count("|") != len(names):
        return "|".join([kind, *[(name or "").translate(_ESCAPES) for name in names]])
    return route


def route_of(text: str) -> tuple[str, list[str | None]]:
    """Read a route back: the kind, and the names of rep, team and dimensions."""
    kind, *names = text.split("|")
    return kind, [unquote(name) or None for name in names]


class FactKind(NamedTuple):
    """One kind of fact."""

    says: str
    """What one such fact says, and when it is said to have happened."""
    dimensions: tuple[str, ...] = ()
    value: str | None = None
    """What its value is: `duration` (microseconds) or `money` (millionths); None where it only counts."""
    gauge: bool = False
    """Taken back when what it says ends, so that the sum is what is open now."""


_DEAL = ("product", "segment", "region")
_PAIR = ("from_stage", "to_stage")

FACTS: dict[str, FactKind] = {
    "call": FactKind("A call was logged.", ("channel",)),
    "email_sent": FactKind("An e-mail was sent.", ("channel",)),
    "meeting_scheduled": FactKind("A meeting was scheduled.", ("channel",)),
    "meeting_held": FactKind("A meeting was held.", ("channel",)),
    "response": FactKind(
        "An answer closed the open inquiries of a conversation, so long after the earliest of them; at the answer.",
        ("channel",),
        "duration",
    ),
    "inquiry_open": FactKind("An inquiry is open; at its receipt.", ("channel",), gauge=True),
    "deal_created": FactKind("A deal was created (of several creations the first).", _DEAL),
    "deal_won": FactKind("A deal is won, for so much; at the decision.", _DEAL, "money"),
    "deal_lost": FactKind("A deal is lost; at the decision.", _DEAL),
    "deal_canceled": FactKind("A deal is canceled; at the decision.", _DEAL),
    "sales_cycle": FactKind(
        "A deal is won, so long after its first follow-up; at the decision.", _DEAL, "duration"
    ),
    "stage_transition": FactKind("A deal changed its stage; creation is a change from null.", _PAIR),
    "stage_entered": FactKind(
        "A deal entered from_stage for the first time; once for each pair that the pipelines name.", _PAIR
    ),
    "stage_reached": FactKind(
        "A deal entered to_stage some time after its first entry into from_stage; at that first entry.", _PAIR
    ),
    "stage_stay": FactKind(
        "A deal left a stage, so long after entering it; at leaving.", ("stage",), "duration"
    ),
}
