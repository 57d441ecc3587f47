"""How many records a processor gets at once: as many as it handles in a moment, so that the loop turns."""

#: A slice blocks the event loop: heartbeats, health checks and other partitions wait for it.
SLICE_S = 0.1
SLICE_RECORDS_MAX = 5_000
SLICE_RECORDS_FIRST = 500


class Slicer:
    """The size of a partition's next slice, from how long the last took: a record may be 1 or 3,000 facts."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        self.size = SLICE_RECORDS_FIRST

    def took(self, records: int, seconds: float) -> None:
        """Note that `records` took `seconds`; the size at most doubles, since one slice is a small sample."""
        fitting = int(records * SLICE_S / seconds) if seconds > 0 else SLICE_RECORDS_MAX
        self.size = max(1, min(fitting, 2 * self.size, SLICE_RECORDS_MAX))
