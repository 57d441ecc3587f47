"""Facts: what tracking says about the events, and what every KPI is made of.

A fact is signed: `+1 response of 340 s for Ann at 10:05`, and `-1` of the same when a late event
shows that it was wrong. On `crm.facts` one message holds the facts that a run of events gave:
`[source partition, last source offset, [row, …], append time]`, the time being that of the last source
record in milliseconds, a row `[source offset, sign, pane, value, route]`. The route says what kind of
fact it is and of whom: `kind|rep|team|dimension…`, with the dimensions in the order of the kind below,
escaped as in KPI keys, empty where there is none. It is one text because most facts have a route that
was seen before. The pane is the number of five-minute intervals since the epoch.

The route's first part is `kind[^][~marks]`. With `^` the fact counts only in the groups of the kind's own
dimensions, not in company, team and rep. Marks are the catalog's filters that the event passed which
completes the fact, their ids joined by commas.
"""

from collections.abc import Sequence
from urllib.parse import unquote

from schemas.facts.activity import ACTIVITY_FACTS
from schemas.facts.alert import ALERT_FACTS
from schemas.facts.conversation import CONVERSATION_FACTS
from schemas.facts.customer import CUSTOMER_FACTS, MARKET_FACTS
from schemas.facts.deal import DEAL_FACTS
from schemas.facts.kind import FactKind
from schemas.facts.lead import LEAD_FACTS

__all__ = ["FACTS", "MICRO", "OWN_GROUPS", "PANE_US", "WHOSE", "FactKind", "route_of", "route_text"]

PANE_US = 300_000_000
"""Width of the finest pane: five minutes."""

MICRO = 1_000_000
"""Values are integers: so many are a second, a unit of money, a point of a score."""

WHOSE = ("rep", "team")
"""The dimensions of every fact, as they stand in a route; those of its kind follow."""

OWN_GROUPS = "^"
"""Ends the kind of a fact that counts only in the groups of the kind's own dimensions."""

FACTS: dict[str, FactKind] = {
    **ACTIVITY_FACTS,
    **CONVERSATION_FACTS,
    **LEAD_FACTS,
    **DEAL_FACTS,
    **CUSTOMER_FACTS,
    **MARKET_FACTS,
    **ALERT_FACTS,
}
"""Every kind of fact by its name; in the order of the docs."""

_ESCAPES = str.maketrans({"%": "%25", "|": "%7C"})


def route_text(kind: str, names: Sequence[str | None], marks: str = "") -> str:
    """Return the route of a fact; `names` are its rep, its team and its dimensions."""
    head = f"{kind}~{marks}" if marks else kind
    route = "|".join([head, *[name or "" for name in names]])
    if "%" in route or route.count("|") != len(names):
        return "|".join([head, *[(name or "").translate(_ESCAPES) for name in names]])
    return route


def route_of(text: str) -> tuple[str, str, list[str | None]]:
    """Read a route back: the kind, with its `^` if it has one, the marks, and the names."""
    head, *names = text.split("|")
    kind, _, marks = head.partition("~")
    return kind, marks, [unquote(name) or None for name in names]
