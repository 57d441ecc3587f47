"""Conversions between kinds of fact that do not count together: no mistakes, but their values are no shares."""

from collections.abc import Iterator

from schemas.catalogs.formula import Conversion
from schemas.checks.context import Context
from schemas.files.fault import PathMessage


def odd_conversions(context: Context) -> Iterator[PathMessage]:
    """Yield each conversion whose `reached` counts where it happens, and not where its `base` does."""
    for name, kpi in context.catalog.kpis.items():
        body = kpi.body
        if not isinstance(body, Conversion) or body.entity is not None:
            continue
        reached = context.facts.get(body.reached)
        if reached is None or body.base not in context.facts or reached.counts_with == body.base:
            continue
        known = [kind for kind, fact in context.facts.items() if fact.counts_with == body.base]
        instead = f"{' or '.join(known)} does" if known else "a conversion of types of event with entity does"
        said = f"{body.reached} does not count where its {body.base} does, so this is one count ÷ another; {instead}"
        yield ("kpis", name, "conversion"), said
