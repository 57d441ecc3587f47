"""Where a group's KPIs are kept: the partition of `crm.facts` that adds up its facts.

A rep's groups live where the rep's name says. The company, the teams and all other dimensions live
together: they are few, and so a fact is sent to two partitions at most.
"""

from functools import lru_cache
from zlib import crc32

from schemas.kpi import Dims


@lru_cache(maxsize=100_000)
def _rep_home(rep: str, partitions: int) -> int:
    return crc32(f"rep={rep}".encode()) % partitions


COMPANY_HOME = 0


def home(dims: Dims, partitions: int) -> int:
    """Return the partition in which the group with these dims lives."""
    rep = dims.get("rep")
    return COMPANY_HOME if rep is None else _rep_home(rep, partitions)


@lru_cache(maxsize=100_000)
def homes_of_fact(rep: str | None, partitions: int) -> tuple[int, ...]:
    """Return every partition in which a group of such a fact lives."""
    if rep is None:
        return (COMPANY_HOME,)
    place = _rep_home(rep, partitions)
    return (COMPANY_HOME,) if place == COMPANY_HOME else (COMPANY_HOME, place)
