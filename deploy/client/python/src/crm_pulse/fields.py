"""Fields of records: JSON in, checked values out. Tolerant of what is new, strict about what is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn


class MalformedRecordError(ValueError):
    """A value is no record of its kind; the message names the field."""


class Fields:
    """The fields of one JSON object, taken one by one; what nobody took is left over."""

    def __init__(self, value: bytes | str, kind: str) -> None:
        self._kind = kind
        try:
            found = json.loads(value)
        except ValueError as error:
            raise MalformedRecordError(f"{kind}: no JSON: {error}") from None
        if not isinstance(found, dict):
            raise MalformedRecordError(f"{kind}: no JSON object")
        self._left: dict[str, Any] = found

    @property
    def left(self) -> Mapping[str, Any]:
        """The fields that were not taken: those that this version does not know."""
        return self._left

    def text(self, name: str) -> str:
        """Take a text that must be there."""
        value = self._required(name)
        return value if isinstance(value, str) else self._wrong(name, "a text", value)

    def text_or_none(self, name: str) -> str | None:
        """Take a text that may be absent or null."""
        return None if self._left.get(name) is None and self._drop(name) else self.text(name)

    def whole(self, name: str) -> int:
        """Take a whole number that must be there."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(name, "a whole number", value)
        return value

    def whole_or_none(self, name: str) -> int | None:
        """Take a whole number that may be absent or null."""
        return None if self._left.get(name) is None and self._drop(name) else self.whole(name)

    def number(self, name: str) -> int | float:
        """Take a number that must be there."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong(name, "a number", value)
        return value

    def number_or_none(self, name: str) -> int | float | None:
        """Take a number that may be absent or null."""
        return None if self._left.get(name) is None and self._drop(name) else self.number(name)

    def flag(self, name: str) -> bool:
        """Take true or false."""
        value = self._required(name)
        return value if isinstance(value, bool) else self._wrong(name, "true or false", value)

    def time(self, name: str) -> datetime:
        """Take a time that must be there, RFC 3339."""
        text = self.text(name)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self._wrong(name, "a time", text)
        return moment if moment.tzinfo is not None else self._wrong(name, "a time with an offset", text)

    def time_or_none(self, name: str) -> datetime | None:
        """Take a time that may be absent or null."""
        return None if self._left.get(name) is None and self._drop(name) else self.time(name)

    def dims(self, name: str) -> dict[str, str | None]:
        """Take dimensions: texts, or null, by name."""
        value: dict[str, str | None] = self._required(name)
        if not isinstance(value, dict) or not all(isinstance(one, str | None) for one in value.values()):
            self._wrong(name, "an object of texts", value)
        return value

    def texts(self, name: str) -> dict[str, str]:
        """Take texts by name; absent or null is none."""
        if self._left.get(name) is None and self._drop(name):
            return {}
        value: dict[str, str] = self._required(name)
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            self._wrong(name, "an object of texts", value)
        return value

    def mapping_or_none(self, name: str) -> dict[str, Any] | None:
        """Take an object, whatever is in it; absent or null is None."""
        if self._left.get(name) is None and self._drop(name):
            return None
        value: dict[str, Any] = self._required(name)
        if not isinstance(value, dict):
            self._wrong(name, "an object", value)
        return value

    def _drop(self, name: str) -> bool:
        self._left.pop(name, None)
        return True

    def _required(self, name: str) -> Any:
        try:
            return self._left.pop(name)
        except KeyError:
            raise MalformedRecordError(f"{self._kind}: no {name}") from None

    def _wrong(self, name: str, wanted: str, value: object) -> NoReturn:
        raise MalformedRecordError(f"{self._kind}: {name} is {str(value)[:40]!r}, should be {wanted}")
