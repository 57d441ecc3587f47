"""Ids on the command line may be cut short, as long as they fit one."""

from collections.abc import Sequence
from typing import Final

from streams.cli.failure import CommandError

#: So many ids are named where an abbreviation fits several.
NAMED_MAX: Final = 5


def the_one(what: str, begins: str, ids: Sequence[str]) -> str:
    """Return the id that is meant by its beginning. Raises CommandError where it fits none or several."""
    found = sorted(id for id in ids if id.startswith(begins)) if begins else []
    if begins in found or len(found) == 1:
        return begins if begins in found else found[0]
    if not found:
        raise CommandError(f"no {what} {begins!r}")
    more = f" and {len(found) - NAMED_MAX} more" if len(found) > NAMED_MAX else ""
    raise CommandError(f"{begins!r} may be any of {', '.join(found[:NAMED_MAX])}{more}")
