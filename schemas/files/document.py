"""A YAML file that a person wrote, checked against a pydantic model, every mistake with its line.

with reading(text, "rules.yaml") as document:    # Faults: not YAML
    document.report([(("rules", "slow", "kpi"), "unknown KPI 'cals'")])
    return document.read(RulesFile)              # reports all that the model does not allow
# Faults: everything that was reported
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, TypeVar

from pydantic import ValidationError

from schemas.files.fault import Fault, Faults, PathMessage, nearest, unknown
from schemas.files.model_faults import model_faults
from schemas.files.partly import read_partly
from schemas.files.section import Section, UnreadError, readable, together
from schemas.files.yaml_text import Node, compose, field_name

__all__ = [
    "Document", "Fault", "Faults", "Section", "check", "nearest", "parse", "readable", "reading", "together", "unknown",
]  # fmt: skip

Model = TypeVar("Model", bound=Section)


class Document:
    """The plain data of a file (dict, list, str, int, float, bool, None) and where each part stands."""

    def __init__(self, file: str, root: Node, slips: Iterable[Fault] = ()) -> None:
        """`slips`: what is wrong with the text by itself."""
        self.file = file
        self.data: dict[str, Any] = root.data
        self._root = root
        self._slips = tuple(slips)
        self._reported: list[Fault] = []

    def with_data(self, data: dict[str, Any]) -> "Document":
        """Return the same file with other data: laid over other files, or in part. Its lines stay what they are."""
        other = copy(self)
        other.data = data
        return other

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

    def faults(self, found: Iterable[PathMessage]) -> list[Fault]:
        """Return what checks have found as faults of the file."""
        return [self.fault(path, message) for path, message in found]

    def report(self, found: Iterable[PathMessage]) -> None:
        """Have this told when all checks are done, beside what others find; up to a field that can't be read."""
        self._reported += self.faults(readable(found))

    def read(self, model: type[Model]) -> Model:
        """Return the data as an instance of `model`, for use in `checking`: with mistakes, what can be read of it.

        What the model does not allow is reported, and what is left is there to check names in: it is a section without
        the fields that can't be read (`schemas.files.partly`).
        """
        try:
            return model.model_validate_json(json.dumps(self.data), strict=True)
        except ValidationError as error:
            mistakes = model_faults(model, error)
        content, more = read_partly(model, self.data, mistakes)
        self.report([*mistakes, *more])
        return content

    @contextmanager
    def checking(self) -> Iterator[None]:
        """Raise at the end, as `Faults`, all that was reported or raised, and slips of the text.

        Of a line with such a slip nothing else is told: what stands there now is not what was written. Who asks for
        what could not be read is done with checking.
        """
        try:
            yield
        except Faults as raised:
            self._reported += raised.faults
        except UnreadError:
            if not self._reported:
                raise
        lines = {slip.line for slip in self._slips}
        found = [*self._slips, *(fault for fault in self._reported if fault.line not in lines)]
        if found:
            raise Faults(found)


def parse(text: str | bytes, file: str) -> Document:
    """Read YAML 1.2 whose root is a mapping. `file` is its name in messages. Raises `Faults`."""
    with reading(text, file) as document:
        return document


@contextmanager
def reading(text: str | bytes, file: str) -> Iterator[Document]:
    """Yield the document to check it; everything that is found wrong is raised at once, as `Faults`, at the end."""
    root, slips = compose(_decoded(text, file) if isinstance(text, bytes) else text, file)
    if not isinstance(root.data, dict):
        kind = "a list" if isinstance(root.data, list) else "a single value"
        raise Faults([*slips, Fault(file, root.line, "", f"expected fields (name: value), found {kind}")])
    document = Document(file, root, slips)
    with document.checking():
        yield document


def check(model: type[Model], document: Document) -> Model:
    """Return the document as an instance of `model`; raise `Faults` with everything it does not allow.

    Types are strict, as in JSON: the text "5" is no number and `no` is a text. Enums are given by value.
    """
    with document.checking():
        return document.read(model)


def _decoded(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faults([Fault(file, raw.count(b"\n", 0, error.start) + 1, "", "not UTF-8")]) from None
