"""Who of a receiver's several addresses is still to get a message, between one attempt and the next."""

from collections.abc import Collection, Sequence

from streams.notify.sender import Fate, Outcome
from streams.notify.senders.outcomes import later, refused

MESSAGES_MAX = 1_000
"""More wait for a second attempt only when their receiver is long gone; the oldest begins anew then."""


class Remaining:
    """Remembers, of messages that some have got, who has; in memory only, so a crash may repeat one."""

    def __init__(self, everybody: Sequence[str], what: str) -> None:
        self._everybody = tuple(everybody)
        self._what = what
        self._settled: dict[str, dict[str, bool]] = {}
        """By message: who needs no further attempt, and whether they got it."""

    def of(self, message_id: str) -> tuple[str, ...]:
        """Return who is still to get the message."""
        settled = self._settled.get(message_id, {})
        return tuple(one for one in self._everybody if one not in settled)

    def outcome(
        self,
        message_id: str,
        got: Collection[str],
        never: Collection[str],
        why: str,
        thread: str | None = None,
    ) -> Outcome:
        """Return what became of the message, when these got it now and those never will."""
        settled = self._settled.pop(message_id, {}) | dict.fromkeys(got, True) | dict.fromkeys(never, False)
        waiting = len(self._everybody) - len(settled)
        if waiting:
            self._settled[message_id] = settled
            if len(self._settled) > MESSAGES_MAX:
                del self._settled[next(iter(self._settled))]
            why = self._sentence(waiting, "did not take it", why)
            return Outcome(Fate.PARTLY, why, thread=thread) if any(settled.values()) else later(why)
        failed = len(self._everybody) - sum(settled.values())
        if failed == len(self._everybody):
            return refused(self._sentence(failed, "refused it", why))
        return Outcome(
            Fate.DELIVERED, self._sentence(failed, "refused it", why) if failed else "", thread=thread
        )

    def _sentence(self, count: int, did: str, why: str) -> str:
        text = f"{count} of {len(self._everybody)} {self._what} {did}"
        return f"{text}: {why}" if why else text
