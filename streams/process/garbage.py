"""Python's cyclic collector: kept away from the state, which has no cycles and millions of objects."""

import gc

#: Allocations before the youngest are looked at; a slice of a chunk makes some 100,000 and frees most.
YOUNG = 50_000
#: Collections of these before those that survived them are looked at, once each: of twenty at a time that takes 0.3 s,
#: while nothing else runs.
MIDDLE = 5
#: Collections of the middle-aged before everything is walked; the default of 10 walks the state all the time.
OLD = 4_000


def relax() -> None:
    """Look for cycles seldom. For processes that keep much state in plain dicts and tuples."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def settle() -> None:
    """Take everything that is there now out of the collector's sight, such as state that was restored.

    What is freed later is still freed; only cycles among it would stay.
    """
    gc.freeze()
