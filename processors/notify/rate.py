"""Rate: no stretch of time has more messages than a route may send in it, wherever it begins."""

from collections import deque

from schemas.delivery.route import RateLimit


class Rate:
    """Counts the messages of one route."""

    def __init__(self, limit: RateLimit) -> None:
        self._per_us = limit.per_us
        self._sent: deque[int] = deque(maxlen=limit.messages)
        self._messages = limit.messages

    def take(self, now_us: int) -> None:
        """Count a message."""
        # A clock that was set back must not make room.
        self._sent.append(max(now_us, self._sent[-1] if self._sent else now_us))

    def set_back(self, now_us: int) -> None:
        """Count what was sent by a clock that was ahead as sent now: its time may be years away."""
        self._sent = deque((min(at_us, now_us) for at_us in self._sent), maxlen=self._messages)

    def free_us(self) -> int:
        """Return from when on another message may be sent; 0 when that is at once."""
        return self._sent[0] + self._per_us if len(self._sent) == self._messages else 0
