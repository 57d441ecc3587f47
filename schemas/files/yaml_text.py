"""YAML text to plain data, with the line of everything in it.

ruamel.yaml scans and parses; composing is our own, so that a hostile or broken file costs a bounded
amount of work and gives a sentence instead of a traceback. Plain scalars follow the core schema of YAML
1.2: `no`, `2026-11-21` and `1_000` are texts. Tags and merge keys are not read.
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from schemas.files.fault import Fault, Faults

TEXT_CHARS_MAX = 1_048_576
DEPTH_MAX = 32
NODES_MAX = 200_000
"""Counted with aliases written out, which is what a chain of anchors makes explode."""

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INT_BITS_MAX = 63


class Node:
    """One value of the text: its plain data, its first line (1-based) and its parts."""

    __slots__ = ("data", "depth", "line", "parts", "size")

    def __init__(self, data: Any, line: int) -> None:
        self.data = data
        self.line = line
        self.parts: dict[str | int, tuple[int, Node]] = {}
        """By field or index: the line of the field's name or of the item, and the node."""
        self.size = 1
        self.depth = 0

    def add(self, name: str | int, line: int, node: "Node") -> None:
        self.parts[name] = (line, node)
        if isinstance(self.data, dict):
            self.data[name] = node.data
        else:
            self.data.append(node.data)
        self.size += node.size
        self.depth = max(self.depth, node.depth + 1)


def field_name(path: Sequence[str | int]) -> str:
    """Write a path as people do: `rules.slow.dims[2]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def compose(text: str, file: str) -> tuple[Node, list[Fault]]:
    """Return the root node of the only document in `text`, and slips: what of it can't be read as it was meant.

    Where a slip is, something stands that can be read on. Raises `Faults` when there is no document.
    """
    if len(text) > TEXT_CHARS_MAX:
        raise Faults([Fault(file, 1, "", f"the file is over {TEXT_CHARS_MAX} characters long")])
    return _Composer(file).run(_events(text, file))


def _events(text: str, file: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context)
        if "'\\t'" in problem:
            problem = "a tab where only spaces may stand; indent with spaces"
        elif problem == "mapping values are not allowed here":
            problem = "a ': ' where none may stand; put a text with one in quotes, or mend the indentation"
        elif error.context and error.problem:
            problem = f"{problem} {error.context}"
        line = 1 if mark is None else mark.line + 1
        raise Faults([Fault(file, line, "", f"not YAML: {problem}")]) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        said = f"not YAML: the character U+{ord(text[error.position]):04X} may not stand in a text file"
        raise Faults([Fault(file, line, "", said)]) from None
    except YAMLError as error:
        raise Faults([Fault(file, 1, "", f"not YAML: {' '.join(str(error).split())}")]) from None
    except Exception as error:  # the parser's own slips, such as "\UFFFFFFFF": no file may end in a traceback
        raise Faults([Fault(file, 1, "", f"not YAML: {type(error).__name__} {error}")]) from None


class _Composer:
    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.anchors: dict[str, Node] = {}
        self.open: list[tuple[Node, str | None]] = []
        """The collections that are open, each with its anchor…"""
        self.keys: list[tuple[str, int] | None] = []
        """…and of each the field that waits for its value, with its line."""
        self.root: Node | None = None
        self.nodes = 0

    def run(self, events: Iterator[Event]) -> tuple[Node, list[Fault]]:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.stop(line, "a second document starts here; a file holds one")
            elif isinstance(event, CollectionEndEvent):
                node, anchor = self.open.pop()
                self.keys.pop()
                self.put(node, anchor)
            elif isinstance(event, NodeEvent):
                self.take(event, line)
        if self.root is None:
            self.stop(1, "the file is empty")
        assert self.root is not None
        return self.root, self.faults

    def take(self, event: NodeEvent, line: int) -> None:
        self.nodes += 1
        tag = getattr(event, "tag", None)  # an alias has none
        if tag is not None:
            self.fault(line, f"the tag {tag} is not read; quotes make a text")
        if self.expects_key() and not isinstance(event, ScalarEvent):
            # What a collection or an alias as a key would hold can't be placed, so nothing after it is read.
            self.stop(line, "a field's name must be a text")
        if isinstance(event, AliasEvent):
            known = self.anchors.get(event.anchor)
            if known is None:
                self.stop(line, f"the anchor &{event.anchor} is not set before this line")
            assert known is not None
            self.nodes += known.size
            self.limit(line, known.depth)
            self.put(known, None, line)
        elif isinstance(event, ScalarEvent):
            self.limit(line, 0)
            if self.expects_key():
                self.key(event, line)
            else:
                self.put(Node(self.scalar(event, line), line), event.anchor)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self.limit(line, 1)
            empty: Any = {} if isinstance(event, MappingStartEvent) else []
            self.open.append((Node(empty, line), event.anchor))
            self.keys.append(None)

    def expects_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1][0].data, dict) and self.keys[-1] is None

    def key(self, event: ScalarEvent, line: int) -> None:
        name = self.scalar(event, line)
        if not isinstance(name, str):
            found = event.value or "nothing"
            self.fault(
                line, f"a field's name must be a text, found {found}; quotes make one; numbers have no commas"
            )
            name = event.value
        elif name == "<<":
            self.fault(line, "merge keys (<<) are not read; write the fields out")
        if event.anchor is not None:
            self.anchors[event.anchor] = Node(name, line)
        self.keys[-1] = (name, line)

    def put(self, node: Node, anchor: str | None, line: int | None = None) -> None:
        if anchor is not None:
            self.anchors[anchor] = node  # only now that it is whole: an anchor can't hold itself
        if not self.open:
            self.root = node
            return
        parent = self.open[-1][0]
        waiting = self.keys[-1]
        if waiting is None:
            parent.add(len(parent.data), line or node.line, node)
            return
        name, key_line = waiting
        if name in parent.parts:
            self.fault(key_line, f"given twice, first in line {parent.parts[name][0]}")
        else:
            parent.add(name, key_line, node)
        self.keys[-1] = None

    def scalar(self, event: ScalarEvent, line: int) -> Any:
        text: str = event.value
        if event.style is None and event.tag is None:
            if text in _NULL:
                return None
            if text in _BOOL:
                return _BOOL[text]
            if _INT.fullmatch(text):
                return self.number(text, line)
            if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
                value = float(text.replace(".", "", 1)) if _NOT_FINITE.fullmatch(text) else float(text)
                if not math.isfinite(value):
                    self.fault(line, f"{text} is no finite number")
                    return 0.0
                return value
        if not text.isascii() and any(0xD800 <= ord(letter) < 0xE000 for letter in text):
            self.fault(line, "the text holds half of a surrogate pair")
            return text.encode("ascii", "replace").decode("ascii")
        return text

    def number(self, text: str, line: int) -> int:
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        value = int(text, base) if len(text) <= 64 else 1 << _INT_BITS_MAX
        if value.bit_length() > _INT_BITS_MAX:
            self.fault(line, "the number is too large")
            return 0
        return value

    def limit(self, line: int, depth: int) -> None:
        if len(self.open) + depth > DEPTH_MAX:
            self.stop(line, f"more than {DEPTH_MAX} levels deep")
        if self.nodes > NODES_MAX:
            self.stop(line, f"more than {NODES_MAX} values, anchors written out")

    def field(self) -> str:
        path: list[str | int] = []
        for (node, _), waiting in zip(self.open, self.keys, strict=True):
            if isinstance(node.data, list):
                path.append(len(node.data))
            elif waiting is not None:
                path.append(waiting[0])
        return field_name(path)

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.file, line, self.field(), message))

    def stop(self, line: int, message: str) -> None:
        self.fault(line, message)
        raise Faults(self.faults)
