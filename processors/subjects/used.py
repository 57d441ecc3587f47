"""Facts that no KPI of the catalog is made of are not given."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from processors.entities.timeline import Fact
from processors.subjects.subject import Handler
from schemas.event import Event
from schemas.fact import OWN_GROUPS


def only_used(
    handlers: Mapping[str, Handler], gives: Collection[str], used: Collection[str]
) -> Mapping[str, Handler]:
    """Return handlers that leave out what is not `used`; the same where all kinds that they give are."""
    if all(kind in used for kind in gives):
        return handlers
    return {type_: partial(_leave_out, handler, used) for type_, handler in handlers.items()}


def _leave_out(handler: Handler, used: Collection[str], event: Event, data: Any, facts: list[Fact]) -> None:
    given: list[Fact] = []
    handler(event, data, given)
    facts += [fact for fact in given if fact[0].removesuffix(OWN_GROUPS) in used]
