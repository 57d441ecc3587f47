"""A YAML file that a person wrote, checked against a pydantic model, every mistake with its line.

with reading(text, "rules.yaml") as document:    # Faults: not YAML
    rules = check(RulesFile, document)           # Faults: all that the model does not allow
    raise Faults([document.fault(("rules", "slow", "kpi"), "unknown KPI 'cals'")])
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.files.fault import Fault, Faults, nearest, unknown
from schemas.files.model_faults import model_faults
from schemas.files.yaml_text import Node, compose, field_name

__all__ = ["Document", "Fault", "Faults", "Section", "check", "nearest", "parse", "reading", "unknown"]

Model = TypeVar("Model", bound=BaseModel)


class Section(BaseModel):
    """The base of every model of such a file: unknown fields are mistakes, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Document:
    """The plain data of a file (dict, list, str, int, float, bool, None) and where each part stands."""

    def __init__(self, file: str, root: Node, data: dict[str, Any] | None = None) -> None:
        self.file = file
        self.data: dict[str, Any] = root.data if data is None else data
        self._root = root

    def with_data(self, data: dict[str, Any]) -> "Document":
        """Return the same file with other data: laid over other files, or in part. Its lines stay what they are."""
        return Document(self.file, self._root, data)

    def line_of(self, path: Sequence[str | int]) -> int:
        """Return the line (1-based) of the field or item at `path`, or of the nearest part above it."""
        node, line = self._root, self._root.line
        for part in path:
            if part not in node.parts:
                break
            line, node = node.parts[part]
        return line

    def fault(self, path: Sequence[str | int], message: str) -> Fault:
        """Return a fault of the field at `path`, for checks that a model can't make."""
        return Fault(self.file, self.line_of(path), field_name(path), message)


def parse(text: str | bytes, file: str) -> Document:
    """Read YAML 1.2 whose root is a mapping. `file` is its name in messages. Raises `Faults`."""
    with reading(text, file) as document:
        return document


@contextmanager
def reading(text: str | bytes, file: str) -> Iterator[Document]:
    """Yield the document to check it: what is wrong with the text by itself is told with what the checks find.

    Of a line with such a slip nothing else is told: what stands there now is not what was written. Raises `Faults`.
    """
    root, slips = compose(_decoded(text, file) if isinstance(text, bytes) else text, file)
    if not isinstance(root.data, dict):
        kind = "a list" if isinstance(root.data, list) else "a single value"
        raise Faults([*slips, Fault(file, root.line, "", f"expected fields (name: value), found {kind}")])
    try:
        yield Document(file, root)
    except Faults as found:
        lines = {slip.line for slip in slips}
        raise Faults([*slips, *(one for one in found.faults if one.line not in lines)]) from None
    if slips:
        raise Faults(slips)


def check(model: type[Model], document: Document) -> Model:
    """Return the document as an instance of `model`; raise `Faults` with everything it does not allow.

    Types are strict, as in JSON: the text "5" is no number and `no` is a text. Enums are given by value.
    """
    try:
        return model.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        faults = model_faults(model, error)
        raise Faults(document.fault(path, message) for path, message in faults) from None


def _decoded(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faults([Fault(file, raw.count(b"\n", 0, error.start) + 1, "", "not UTF-8")]) from None
