"""KPI records: the keys under which values are published on `crm.kpis`.

A key is `kpi|window[:period]|dim=value,…`, dims in alphabetical order, with `%`, `|`, `,` and `=`
in values percent-encoded. A stage of `null` (a deal's creation is a transition from it) is empty.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote
from zlib import crc32

Dims = Mapping[str, str | None]

#: A deal's creation is a transition from no stage. Of others an empty value is a slip, of a shell's variable say.
NONE_IS_A_VALUE: Final = frozenset({"from_stage"})

_ESCAPES = str.maketrans({"%": "%25", "|": "%7C", ",": "%2C", "=": "%3D"})


def dims_text(dims: Dims) -> str:
    """Write dims as they stand in a key: `rep=ann`, `from_stage=,to_stage=new`, or nothing at all."""
    return ",".join(f"{name}={(dims[name] or '').translate(_ESCAPES)}" for name in sorted(dims))


def dims_of(text: str) -> dict[str, str | None]:
    """Read dims back from a key's last part. An empty value is `null`."""
    if not text:
        return {}
    pairs = (part.partition("=") for part in text.split(","))
    return {name: unquote(value) or None for name, _, value in pairs}


def read_wanted(texts: Iterable[str]) -> dict[str, str | None]:
    """Read what is wanted of dimensions: `rep=ann`, `from_stage=` (none: an empty text), `rep` (any: None).

    Raises ValueError with a sentence.
    """
    wanted: dict[str, str | None] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or (equals and not value and name not in NONE_IS_A_VALUE):
            raise ValueError(f"{text!r}: expected a name or name=value, such as rep=ann")
        if name in wanted:
            raise ValueError(f"{name!r} is named twice; records have one value of it")
        wanted[name] = value if equals else None
    return wanted


def dims_fit(found: Dims, wanted: Dims) -> bool:
    """Tell whether dimensions are those that are wanted."""
    return all(name in found and value in (None, found[name] or "") for name, value in wanted.items())


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of the KPI topics in which a key is, always."""
    return crc32(key) % partitions


def kpi_key(kpi: str, window: str, period: str | None, dims: Dims) -> str:
    """Return the record key of a KPI's value: `won_revenue|month:2026-11|team=north`."""
    return f"{kpi}|{window}:{period}|{dims_text(dims)}" if period else f"{kpi}|{window}|{dims_text(dims)}"
