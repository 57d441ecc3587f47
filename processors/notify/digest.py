"""Digest: once a day, what is open and what was resolved since the last one."""

from processors.event_time import decode_time
from processors.notify.deciding import Decision, Sight, worst_first
from processors.notify.group import Group
from schemas.alert import Alert
from schemas.duration import DAY_US
from schemas.message import Occasion
from schemas.notified import Held


def digest(group: Group, sight: Sight) -> Decision:
    """Return what the digest says now; no occasion where there is nothing to say."""
    since_us = group.memory.last_us or sight.now_us - DAY_US
    held: dict[str, Held] = {}
    shown = []
    for alert in sorted(sight.members, key=worst_first):
        why = sight.hold(alert)
        if why is None:
            shown.append(alert)
        elif why is not Held.MUTED:  # its time of day was chosen; hours have no say in it
            held[alert.id] = why
    over: list[Alert] = []
    for id_ in group.ended:
        ended = sight.find(id_)
        if ended is not None and sight.hold_over(ended) is not Held.SILENCED:
            over += [ended] if decode_time(ended.updated_at) > since_us else []
    over.sort(key=worst_first)
    occasion = Occasion.DIGEST if shown or over else None
    return Decision(
        occasion,
        [*shown, *over],
        frozenset(alert.id for alert in over),
        {},
        held,
        escalates=False,
        again_us=None,
    )
