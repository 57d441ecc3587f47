"""The groups in which a KPI is kept, by the names of their dimensions."""

from collections.abc import Collection, Mapping, Sequence

from schemas.catalogs.kpi import Kpi

Signature = tuple[str, ...]
"""The names of the dimensions of a group, in alphabetical order; () is the company."""

Groups = Mapping[str, Collection[Signature]]
"""By KPI, or by rule, the groups that there is something of."""

REP: Signature = ("rep",)
TEAM: Signature = ("team",)


def counts_in(signature: Signature, values: Sequence[str | None]) -> bool:
    """Say whether a fact with these values counts in such a group: it needs all of them, but a stage may be null."""
    return None not in values or all(
        value is not None or name == "from_stage" for name, value in zip(signature, values, strict=True)
    )


def entries(kpi: Kpi) -> tuple[Signature, ...]:
    """Return what stands under `by`, each entry as a tuple."""
    return tuple((entry,) if isinstance(entry, str) else entry for entry in kpi.by)


def stand_in(kpi: Kpi, signature: Signature) -> str | None:
    """Return the KPI that has its value in such groups, alone or crossed with others; None where it has its own."""
    return next((kpi.instead[name] for name in signature if name in kpi.instead), None)


def signatures(kpi: Kpi) -> tuple[Signature, ...]:
    """Return the groups of a KPI: its levels and each entry of `by`, or only the entries crossed with the levels."""
    levels: list[Signature] = [() if level == "company" else (level,) for level in kpi.levels]
    if kpi.only_by:
        found = [tuple(sorted({*entry, *level})) for entry in entries(kpi) for level in levels]
    else:
        found = [*levels, *(tuple(sorted(entry)) for entry in entries(kpi))]
    return tuple(dict.fromkeys(found))


def words(signature: Signature) -> str:
    """Return what a group is called in messages: `company`, `from_stage and to_stage`."""
    return " and ".join(signature) or "company"
