"""Digest: once a day, what is open and what was resolved since the last one."""

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
    # By when it was heard: it may have ended before the last one, and been noticed, or read, after it.
    for id_, heard_us in group.ended.items():
        ended = sight.find(id_)
        if ended is not None and heard_us > since_us and sight.hold_over(ended) is not Held.SILENCED:
            over.append(ended)
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
