"""Parting and joining: the file says that others are told of a group than those who were.

Who is told of it no more hears so, or an incident of theirs is never closed; who is told of it from now on hears what
goes on, and not first how it ends. Both follow from a restart: files are read at the start.
"""

from collections.abc import Sequence

from processors.notify.book import Book
from processors.notify.deciding import Decision, Sight, worst_first
from processors.notify.filing import Files
from processors.notify.group import Group
from processors.notify.posting import Posting
from schemas.alert import Alert
from schemas.message import Occasion


class Parting:
    """Compares whom a group's alerts were told with whom they are told now."""

    def __init__(self, book: Book, files: Files, posting: Posting) -> None:
        self._book = book
        self._files = files
        self._posting = posting

    def part(self, group: Group, now_us: int) -> None:
        """Tell those who are told of the group no more; forget what was told when that is all of them."""
        memory, policy = group.memory, group.policy
        goes_on = [id_ for id_, known in memory.told.items() if not known.over_us]
        if not goes_on:
            return
        now = () if policy is None or policy.digest is not None else group.receivers
        # Records of before this was kept don't say whom.
        before = memory.whom or [*memory.heard, *(one.receiver for one in memory.queued), *now]
        left = [one for one in dict.fromkeys(before) if one not in now]
        memory.whom = [one for one in before if one in now]
        if not left and memory.whom:
            return
        shown = sorted(
            (one for id_ in goes_on if (one := self._files.find(id_)) is not None), key=worst_first
        )
        self._say(group, Occasion.RESOLVED, shown, goes_on, left, now_us)
        memory.heard = [one for one in memory.heard if one in now]
        memory.threads = {one: thread for one, thread in memory.threads.items() if one in now}
        if not memory.whom:
            memory.told = {}
        self._book.change(group)

    def join(self, group: Group, decision: Decision, sight: Sight, now_us: int) -> Decision:
        """Tell those who are told of the group now and were not what goes on, where there is nothing else to say."""
        memory = group.memory
        new = [one for one in group.receivers if one not in memory.whom]
        if not memory.told or not new or decision.occasion is not None:
            return decision
        here = [one for one in sight.members if one.id in memory.told and not memory.told[one.id].over_us]
        held = {one.id: why for one in here if (why := sight.hold(one)) is not None}
        shown = sorted((one for one in here if one.id not in held), key=worst_first)
        if shown:
            memory.whom += new
            self._say(group, Occasion.FIRING, shown, (), new, now_us)
        return decision._replace(held=decision.held | held)

    def _say(
        self,
        group: Group,
        occasion: Occasion,
        shown: Sequence[Alert],
        over: Sequence[str],
        receivers: Sequence[str],
        now_us: int,
    ) -> None:
        """Enqueue a message that is for some receivers only, as one more of what goes on."""
        there = [one for one in receivers if one in self._book.queues]
        if there:
            group.memory.revision += 1
            decision = Decision(occasion, [*shown], frozenset(over), {}, {}, escalates=False, again_us=None)
            self._posting.post(group, decision, now_us, there)
