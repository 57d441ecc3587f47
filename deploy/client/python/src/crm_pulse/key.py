"""Keys of KPI records: `kpi|window[:period]|dim=value,…`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

_ESCAPES = str.maketrans({"%": "%25", "|": "%7C", ",": "%2C", "=": "%3D"})
_PARTS = 3


@dataclass(frozen=True)
class KpiKey:
    """A key, taken apart. Hashable; `str` and `bytes` of it are the key as it is on the topic."""

    kpi: str
    window: str
    period: str | None = None
    """`2026-11-21`, `2026-W47`, `2026-11`, `2026-Q4`, `2026`; None where the window has none."""
    pairs: tuple[tuple[str, str | None], ...] = ()
    """Dimensions in alphabetical order, each with its value."""

    @classmethod
    def of(
        cls, kpi: str, window: str, period: str | None = None, dims: Mapping[str, str | None] | None = None
    ) -> KpiKey:
        """Return the key of a KPI in a window, for these dimensions: `{"rep": "ann"}`; none are the company's."""
        return cls(kpi, window, period or None, tuple(sorted((dims or {}).items())))

    @classmethod
    def parse(cls, key: str | bytes) -> KpiKey:
        """Read a key of the topic. Raises ValueError for what is none."""
        text = key.decode() if isinstance(key, bytes) else key
        parts = text.split("|")
        if len(parts) != _PARTS or not parts[0] or not parts[1]:
            raise ValueError(f"{text!r} is no KPI key: `kpi|window[:period]|dim=value,…`")
        kpi, place, dims = parts
        window, _, period = place.partition(":")
        pairs: dict[str, str | None] = {}
        for part in dims.split(",") if dims else ():
            name, given, value = part.partition("=")
            if not name or not given or name in pairs:
                raise ValueError(f"{text!r} is no KPI key: {part!r} should be `dim=value`, each dim once")
            # Only a stage may be null; it is written as nothing.
            pairs[name] = unquote(value, errors="strict") or None
        return cls(kpi, window, period or None, tuple(sorted(pairs.items())))

    @property
    def dims(self) -> dict[str, str | None]:
        """The dimensions by name: `{}` is the company."""
        return dict(self.pairs)

    def __str__(self) -> str:
        place = f"{self.window}:{self.period}" if self.period else self.window
        dims = ",".join(f"{name}={(value or '').translate(_ESCAPES)}" for name, value in self.pairs)
        return f"{self.kpi}|{place}|{dims}"

    def __bytes__(self) -> bytes:
        return str(self).encode()
