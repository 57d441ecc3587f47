"""Generations of state: a rebuild makes a new one beside the running one, and then workers go over to it.

State and facts belong to a generation; events, KPI records and alerts don't. The first one has no mark, so
that nothing of it says what most installations never need.
"""

FIRST = 1


def facts_key(partition: int, generation: int = FIRST) -> bytes:
    """Return the key of a message on `crm.facts`: of which partition and generation its facts are."""
    return b"%d" % partition if generation == FIRST else b"%d@%d" % (partition, generation)


def is_of(key: bytes | None, generation: int) -> bool:
    """Say whether a message on `crm.facts` is of that generation."""
    mark = (key or b"").partition(b"@")[2]
    return mark == (b"" if generation == FIRST else b"%d" % generation)
