"""A clock that was set back: what was noted by a time that is yet to come would be waited for until it comes again.

A machine may be hours or years ahead for a while, and what it noted then is on `crm.notified`. So whatever lies ahead
of the clock counts as of now: nobody is told sooner than a route says, and nobody later.
"""

import msgspec

from processors.notify.group import Group
from schemas.notified import Notified, Queued, Told


def recall(group: Group, now_us: int) -> bool:
    """Take what a group noted of times ahead for noted now; say whether its record is another by that."""
    if group.change_us is not None:
        group.change_us = min(group.change_us, now_us)
    if group.again_us is not None:
        group.again_us = now_us  # then it is found out when it is next
    memory = group.memory
    if not _is_ahead(memory, now_us):
        return False
    memory.last_us = min(memory.last_us, now_us)
    memory.told = {id_: _told(known, now_us) for id_, known in memory.told.items()}
    memory.arrived_us = {receiver: min(at_us, now_us) for receiver, at_us in memory.arrived_us.items()}
    memory.queued = [queued_by(one, now_us) for one in memory.queued]
    return True


def queued_by(queued: Queued, now_us: int) -> Queued:
    """Return a message as one that waits since now at the latest: its day begins."""
    return queued if queued.since_us <= now_us else msgspec.structs.replace(queued, since_us=now_us)


def _is_ahead(memory: Notified, now_us: int) -> bool:
    times = [memory.last_us, *memory.arrived_us.values(), *(one.since_us for one in memory.queued)]
    times += [max(known.told_us, known.over_us) for known in memory.told.values()]
    return max(times) > now_us


def _told(known: Told, now_us: int) -> Told:
    over_us = min(known.over_us, now_us)
    # It is quiet for as long as it was to be.
    quiet_until_us = known.quiet_until_us - (known.over_us - over_us)
    return msgspec.structs.replace(
        known, told_us=min(known.told_us, now_us), over_us=over_us, quiet_until_us=quiet_until_us
    )
