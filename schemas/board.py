"""Reading a file of wallboards: a file's own, laid over the standard ones where it says `extends: standard`.

Everything that is wrong with it is told at once: what the grammar does not allow, and KPIs, windows and
dimensions that the catalog does not have.
"""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from schemas.boards.board_grammar import Board, BoardsFile
from schemas.boards.board_names import PathMessage, board_faults, tile_faults
from schemas.boards.board_rest import rest_faults
from schemas.catalogs.catalog_grammar import Catalog
from schemas.files.document import Document, Fault, Faults, check, parse, reading

__all__ = ["STANDARD", "Board", "BoardsFile", "load_boards", "standard_text"]

STANDARD = "schemas/boards.yaml"


def standard_text() -> str:
    """Return the YAML of the standard boards."""
    return files("schemas").joinpath("boards.yaml").read_text("utf-8")


def load_boards(catalog: Catalog, text: str | bytes | None = None, file: str = STANDARD) -> dict[str, Board]:
    """Return the boards in `text` by id, in their order; the standard ones by default.

    Of a standard board, tiles that the catalog has no KPI or window for are left out; in a file's own they
    are mistakes. Raises `Faults` with every mistake.
    """
    if text is None:
        return _fitting(_standard(), catalog)
    with reading(text, file) as document:
        return _checked(document, catalog)


def _checked(document: Document, catalog: Catalog) -> dict[str, Board]:
    own = document.data.get("boards")
    names = set(own) if isinstance(own, dict) else set()
    if document.data.get("extends") == "standard" and (own is None or isinstance(own, dict)):
        document = document.with_data({**document.data, "boards": _overlaid(own or {})})
    try:
        found = check(BoardsFile, document)
    except Faults as wrong:
        rest = _own_faults(rest_faults(document.data, catalog), names, document)
        raise Faults([*wrong.faults, *rest]) from None
    faults = _own_faults(board_faults(found, catalog), names, document)
    if faults:
        raise Faults(faults)
    standard = {name: board for name, board in found.boards.items() if name not in names}
    fitting = _fitting(standard, catalog)
    return {name: board if name in names else fitting[name] for name, board in found.boards.items()
            if name in names or name in fitting}  # fmt: skip


def _standard() -> Mapping[str, Board]:
    return check(BoardsFile, parse(standard_text(), STANDARD)).boards


def _own_faults(found: Iterable[PathMessage], names: set[str], document: Document) -> list[Fault]:
    """Return those of the file's own boards."""
    return [document.fault(path, message) for path, message in found if path[1] in names]


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


def _overlaid(own: Mapping[str, Any]) -> dict[str, Any]:
    """Put the file's boards over the standard ones: a board's fields one by one; `null` drops the board."""
    boards: dict[str, Any] = dict(parse(standard_text(), STANDARD).data["boards"])
    for name, fields in own.items():
        if fields is None:
            boards.pop(name, None)
        elif isinstance(fields, dict) and name in boards:
            boards[name] = {**boards[name], **fields}
        else:
            boards[name] = fields
    return boards
