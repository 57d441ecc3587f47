"""Reading a file of wallboards: a file's own, laid over the standard ones where it says `extends: standard`.

Everything that is wrong with it is told at once: what the grammar does not allow, and KPIs, windows and
dimensions that the catalog does not have.
"""

from collections.abc import Iterable, Iterator, Mapping

from schemas.boards.grammar import Board, BoardsFile
from schemas.boards.names import board_faults, tile_faults
from schemas.catalogs.grammar import Catalog
from schemas.files.document import Document, check, reading
from schemas.files.fault import PathMessage
from schemas.files.overlay import overlaid, standard, strange_changes

__all__ = ["STANDARD", "Board", "BoardsFile", "load_boards"]

STANDARD = "schemas/boards.yaml"


def load_boards(catalog: Catalog, text: str | bytes | None = None, file: str = STANDARD) -> dict[str, Board]:
    """Return the boards in `text` by id, in their order; the standard ones by default.

    Of a standard board, tiles that the catalog has no KPI or window for are left out; in a file's own they
    are mistakes. Raises `Faults` with every mistake.
    """
    if text is None:
        return _fitting(check(BoardsFile, standard(STANDARD)).boards, catalog)
    with reading(text, file) as document:
        return _checked(document, catalog)


def _checked(document: Document, catalog: Catalog) -> dict[str, Board]:
    own = document.data.get("boards")
    names = set(own) if isinstance(own, dict) else set()
    if document.data.get("extends") == "standard" and (own is None or isinstance(own, dict)):
        there = standard(STANDARD).data["boards"]
        document.report(strange_changes("boards", "board", own or {}, there, ("tiles",)))
        document = document.with_data({**document.data, "boards": overlaid(own or {}, there)})
    found = document.read(BoardsFile)
    document.report(_of_boards(names, board_faults(found, document.data, catalog)))
    fitting = _fitting({name: board for name, board in found.boards.items() if name not in names}, catalog)
    return {name: board if name in names else fitting[name] for name, board in found.boards.items()
            if name in names or name in fitting}  # fmt: skip


def _of_boards(names: set[str], found: Iterable[PathMessage]) -> Iterator[PathMessage]:
    return ((path, message) for path, message in found if path[1] in names)


def _fitting(boards: Mapping[str, Board], catalog: Catalog) -> dict[str, Board]:
    """Leave out tiles that the catalog has nothing for, and boards that have none left."""
    found = {}
    for name, board in boards.items():
        missing = {
            path[0] for path, _ in tile_faults(enumerate(board.tiles), board.for_each == "team", catalog)
        }
        tiles = tuple(tile for at, tile in enumerate(board.tiles) if at not in missing)
        if tiles:
            found[name] = board.model_copy(update={"tiles": tiles})
    return found
