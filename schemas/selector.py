"""Selectors: which KPI records somebody wants, in the words of their keys.

calls|rolling_24h|                 the company's
calls|rolling_24h|rep              every rep's
won_revenue|month|team=north       one team's, of the running month
won_revenue|month:2026-10|team     every team's, of October
stage_transitions|day|from_stage,to_stage
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

from schemas.kpi import dims_of

PARTS = 3


class SelectorError(ValueError):
    """A text is no selector; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Selector:
    """The records of a KPI in one window, for one set of dimensions, with given values of some or none of them."""

    kpi: str
    window: str
    period: str | None
    """As in keys, `2026-11`; None is the running one, or a window that has no periods."""
    dims: tuple[tuple[str, str | None], ...]
    """Names in alphabetical order, each with its value as in `wanted`."""
    wanted: frozenset[str]
    """The names whose value is given; the others may have any."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one from its text.

        Raises:
            SelectorError: it is none.
        """
        parts = text.split("|")
        if len(parts) != PARTS or not parts[0] or not parts[1]:
            raise SelectorError(f"{text!r}: a selector is `kpi|window|dims`, such as `calls|rolling_24h|rep`")
        kpi, window_text, dims_text = parts
        window, _, period = window_text.partition(":")
        dims: dict[str, str | None] = {}
        wanted = set()
        for part in dims_text.split(",") if dims_text else ():
            name, given, value = part.partition("=")
            if not name or name in dims:
                raise SelectorError(f"{text!r}: a dimension is missing its name or named twice")
            dims[name] = (unquote(value) or None) if given else None
            if given:
                wanted.add(name)
        return cls(kpi, window, period or None, tuple(sorted(dims.items())), frozenset(wanted))

    def takes(self, dims_text: str) -> bool:
        """Tell whether the last part of a key, such as `rep=ann`, is one of these."""
        dims = dims_of(dims_text)
        return list(dims) == [name for name, _ in self.dims] and all(
            dims[name] == value for name, value in self.dims if name in self.wanted
        )
