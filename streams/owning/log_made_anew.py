"""State speaks of its topic's offsets: in a topic that was deleted and made anew they are other records'."""


class LogMadeAnewError(RuntimeError):
    """A topic ends before what was read of it."""

    def __init__(self, topic: str, partition: int, end: int, cut: int) -> None:
        """`end` is the next offset of the partition, `cut` the last that its state knows of."""
        super().__init__(
            f"{topic}[{partition}]: {cut + 1:,} of its records were read, and it has had {end:,}: it was deleted and "
            "made anew, or has lost some; see docs/operations.md, Backup"
        )
