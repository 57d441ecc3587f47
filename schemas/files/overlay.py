"""Laying a file over the standard one of its kind, as `extends: standard` asks for."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from operator import or_
from typing import Any

from schemas.files.document import Document, parse, unknown
from schemas.files.fault import PathMessage, nearest

Fields = dict[str, Any]


def standard_text(file: str) -> str:
    """Return the YAML of a standard file, such as `schemas/rules.yaml`."""
    return files("schemas").joinpath(file.removeprefix("schemas/")).read_text("utf-8")


@cache
def standard(file: str) -> Document:
    """Read a standard file, once in a process: the catalog takes a fifth of a second. It is nobody's to change."""
    return parse(standard_text(file), file)


def overlaid(
    own: Mapping[str, Any], over: Mapping[str, Any], merged: Callable[[Fields, Fields], Fields] = or_
) -> Fields:
    """Return the entries of a section put over the standard ones: `null` drops one, fields change one as `merged` says.

    By default each field that is given takes the place of the standard's.
    """
    found = dict(over)
    for name, fields in own.items():
        if fields is None:
            found.pop(name, None)
        else:
            found[name] = merged(over[name], fields) if isinstance(fields, dict) and name in over else fields
    return found


def strange_changes(
    section: str, what: str, own: Mapping[str, Any], over: Mapping[str, Any], needs: Collection[str] = ()
) -> Iterator[PathMessage]:
    """Yield the entries that change or drop one that the standard section does not have.

    One that has not what it `needs` by itself is a change, where its name comes near to one that there is.
    """
    for name, fields in own.items():
        if name in over:
            continue
        changes = isinstance(fields, dict) and not all(field in fields for field in needs)
        if fields is None or (changes and isinstance(name, str) and nearest(name, over) is not None):
            yield (section, name), unknown(f"standard {what}", name, over)
