"""KPIs that a file drops: those that others are still made of."""

from collections.abc import Iterator

from schemas.checks.context import Context
from schemas.files.fault import PathMessage


def dropped_faults(context: Context) -> Iterator[PathMessage]:
    """Yield each KPI that is dropped though others are made of it, where it is dropped.

    Those others may be the standard catalog's, so that the file has no line of them.
    """
    for name in sorted(context.dropped):
        users = [user for user in context.catalog.kpis if name in context.parts(user)]
        if users:
            whole = ", ".join(users)
            yield (
                ("kpis", name),
                f"dropped, but a part of {whole}; drop what it is a part of, or say private: true",
            )
