"""What of a chunk follows the state: records at or below the cut are old, a chunk beyond cut + 1 is suspect.

Faust can lose a fetched chunk around a rebalance or a restart. The state knows its cut, so a loss shows
as a gap; but gaps are also real, where retention or compaction removed records. A gap is believed when
the same chunk comes again after the consumer was sent back.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from processors.partition import Record

#: A chunk that comes so often is what the log has, even if another one was seen to begin before it once.
RETURNS_MAX = 3

_offset = attrgetter("offset")


def beyond(records: Sequence[Record], cut: int) -> Sequence[Record]:
    """Return the records, in offset order, that lie beyond the cut."""
    if not records or records[0].offset > cut:
        return records
    if records[-1].offset <= cut:
        return ()
    return records[bisect_right(records, cut, key=_offset) :]


def is_gap(records: Sequence[Record], cut: int) -> bool:
    """Whether something is missing between the cut and the first of these records."""
    return records[0].offset > cut + 1


def is_real(first: int, refusals: Counter[int]) -> bool:
    """Whether the gap before a chunk that begins at `first` is in the log, and not made on the way.

    The chunk was refused before; chunks that were already on their way behind it are no proof, since the
    consumer had not yet gone back when they were fetched. So what is believed is the earliest refused one
    coming again, or any that keeps coming.
    """
    returns = refusals[first]
    return returns > 0 and (first == min(refusals) or returns >= RETURNS_MAX)
