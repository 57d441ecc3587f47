"""Which generation of state is the running one, and under which catalogs it was written.

An installation keeps a short log of that, on a topic of its own. Everyone reads it whole and comes to the same
end, since a record that does not follow from those before it counts for nothing:

- `installation`: what the names of the topics begin with whose events make this state. The first one counts.
- `catalog`: a worker is about to write state under a catalog. Refused where that would make state wrong.
- `begin`: a rebuild took the next number. The one that began last is the only one that may be switched to.
- `switch`: the rebuild's state is complete; from here on it is the running one.
"""

from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from processors.compile import fingerprint
from schemas.catalog import Catalog
from schemas.catalogs.changes import catalog_text, changes
from schemas.catalogs.effect import Changes, Effect
from schemas.generation import FIRST

KEPT = (Effect.SAME, Effect.HISTORY)
"""Where nothing worse happens on the way back to a catalog, the one after it keeps all that it kept."""


class Generations(NamedTuple):
    """What the log says."""

    chain: tuple[int, ...] = (FIRST,)
    """The generations that ever ran, the running one last."""
    begun: int = FIRST
    """The number that was taken last."""
    begun_by: str = ""
    """Who took it."""
    catalogs: tuple[str, ...] = ()
    """Under which catalogs the running one's state was written, as `catalog_text` gives them, the latest last.
    Earlier ones only where there may be something in it that is theirs alone."""
    topic_prefix: str | None = None
    """Of the installation whose state it is; None where nobody has said so yet."""

    @property
    def current(self) -> int:
        """The running one."""
        return self.chain[-1]

    def changes_to(self, catalog: Catalog) -> Changes:
        """Return what it means to go on with a catalog: what changes, and all that would make state wrong."""
        if not self.catalogs:
            return Changes(())
        *earlier, latest = self.catalogs
        found = dict.fromkeys(changes(latest, catalog).changes)
        for text in earlier:
            wrong = (change for change in changes(text, catalog).changes if change.effect is Effect.WRONG)
            found |= dict.fromkeys(wrong)
        order = list(Effect)
        return Changes(tuple(sorted(found, key=lambda change: -order.index(change.effect))))

    def changes_back(self, catalog: Catalog) -> Changes:
        """Return what it would mean to go back from a catalog to the one that is the latest now."""
        before = catalog_of(self.catalogs[-1]) if self.catalogs else None
        return Changes(()) if before is None else changes(catalog_text(catalog), before)

    def after(self, value: bytes | None) -> "Generations":
        """Return what is true after a record of the log."""
        said = _read(value)
        match said.get("kind"):
            case "catalog" if said.get("generation") == self.current:
                return self._under(str(said.get("catalog")))
            case "installation" if self.topic_prefix is None:
                return self._replace(topic_prefix=str(said.get("topic_prefix")))
            case "begin":
                return self._replace(begun=self.begun + 1, begun_by=str(said.get("by")))
            case "switch" if said.get("generation") == self.begun > self.current:
                return self._replace(chain=(*self.chain, self.begun), catalogs=(str(said.get("catalog")),))
        return self

    def _under(self, text: str) -> "Generations":
        catalog = catalog_of(text)
        if catalog is None or self.changes_to(catalog).effect is Effect.WRONG:
            return self
        earlier = [old for old in self.catalogs if old != text and not _covers(text, old)]
        return self._replace(catalogs=(*earlier, text))


def _covers(text: str, old: str) -> bool:
    """Say whether all that was kept under the old catalog is kept under this one in the same way."""
    catalog = catalog_of(old)
    return catalog is not None and changes(text, catalog).effect in KEPT


def _read(value: bytes | None) -> dict[str, Any]:
    try:
        said = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def catalog_of(text: str) -> Catalog | None:
    """Return the catalog of a text; None where it is of a grammar that this version can't read."""
    try:
        return Catalog.model_validate_json(text, strict=True)
    except ValidationError:
        return None


def name_of(text: str) -> str:
    """Return name and fingerprint of a catalog's text, as records say them."""
    catalog = catalog_of(text)
    return "of another version" if catalog is None else f"{catalog.catalog}@{fingerprint(catalog)}"


# Records


def installation_record(topic_prefix: str) -> bytes:
    """Return the record that says of which installation the state is."""
    return orjson.dumps({"kind": "installation", "topic_prefix": topic_prefix})


def catalog_record(generation: int, catalog: Catalog) -> bytes:
    """Return the record that says under which catalog state is going to be written."""
    return orjson.dumps({"kind": "catalog", "generation": generation, "catalog": catalog_text(catalog)})


def begin_record(by: str) -> bytes:
    """Return the record that takes the next number for `by`, who must be the only one of that name."""
    return orjson.dumps({"kind": "begin", "by": by})


def switch_record(generation: int, catalog: Catalog) -> bytes:
    """Return the record that makes a generation the running one."""
    return orjson.dumps({"kind": "switch", "generation": generation, "catalog": catalog_text(catalog)})
