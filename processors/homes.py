"""Where a group's KPIs are kept: the partition of `crm.facts` that adds up its facts.

The company and the dimensions other than rep and team live together; a rep's or a team's group lives
where its name says. A fact is sent to each partition in which one of its groups lives.
"""

from functools import lru_cache
from zlib import crc32

from schemas.kpi import Dims


@lru_cache(maxsize=100_000)
def _place(level: str, name: str, partitions: int) -> int:
    return crc32(f"{level}={name}".encode()) % partitions


def home(dims: Dims, partitions: int) -> int:
    """Return the partition in which the group with these dims lives."""
    for level in ("rep", "team"):
        name = dims.get(level)
        if name is not None:
            return _place(level, name, partitions)
    return _place("company", "", partitions)


@lru_cache(maxsize=100_000)
def homes_of_fact(rep: str | None, team: str, partitions: int) -> tuple[int, ...]:
    """Return every partition in which a group of such a fact lives."""
    places = {_place("company", "", partitions), _place("team", team, partitions)}
    if rep is not None:
        places.add(_place("rep", rep, partitions))
    return tuple(sorted(places))
