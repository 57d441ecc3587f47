"""Which of the records that a changelog holds of one key counts: after a crash the last is not always the newest."""


class HighestFence:
    """The highest fence read so far of each key, while a changelog is being read."""

    def __init__(self) -> None:
        self._of: dict[bytes, int] = {}

    def takes(self, key: bytes, value: bytes) -> bool:
        """Say whether a value, a JSON list that begins with its fence, is not older than what was read of its key."""
        fence = int(value[1 : value.index(b",")])
        if fence < self._of.get(key, -1):
            return False
        self._of[key] = fence
        return True

    def clear(self) -> None:
        """Forget the keys: the changelog is at its end."""
        self._of.clear()
