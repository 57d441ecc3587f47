"""The catalog that a command works with: a file's, or the standard one."""

from pathlib import Path

from schemas.catalog import Catalog, load_catalog
from schemas.document import Fault, Faults


def read_catalog(path: Path | str | None) -> Catalog:
    """Return the catalog in a file; the standard one where there is no path. Raises `Faults`."""
    if path is None:
        return load_catalog()
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Faults([Fault(str(path), 1, "", f"can't be read: {error}")]) from None
    return load_catalog(text, str(path))
