"""Windows: those that there are, those that a KPI can have, and those that an expression pins."""

from collections.abc import Collection, Iterator

from schemas.catalogs.kpi import PERIOD_WINDOWS, Kpi
from schemas.catalogs.rolling import TODAY, is_rolling, rolling_panes
from schemas.checks.context import Context
from schemas.files.fault import PathMessage, unknown
from schemas.files.section import readable


def window_faults(name: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    """Yield each window that its KPI can't have."""
    yield from readable(_listed_faults(name, kpi, context))
    yield from _pinned_faults(name, kpi, context)


def _listed_faults(name: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    allowed = _known(name, context)
    if not allowed:
        yield ("kpis", name, kpi.formula), _nothing_in_common(name, context)
    for index, window in enumerate(kpi.windows or ()):
        if window not in allowed and allowed and not context.may_be_window(window):
            context.windows_in_doubt.add(name)
            said = _unlisted(window, allowed, context) or unknown("window of such a KPI", window, allowed)
            yield ("kpis", name, "windows", index), said


def _pinned_faults(name: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    for part in kpi.references:
        if part.window is None or part.kpi not in context.catalog.kpis:
            continue
        if part.window not in context.windows(part.kpi):
            field = "expression" if kpi.n != str(part) else "n"
            known = _known(part.kpi, context)
            yield ("kpis", name, field), unknown(f"window of {part.kpi}", part.window, known)


def _known(name: str, context: Context) -> list[str]:
    possible = context.windows(name)
    return [window for window in (*context.catalog.rolling, *PERIOD_WINDOWS, "now") if window in possible]


def rolling_faults(context: Context) -> Iterator[PathMessage]:
    """Yield each window under `rolling` that is none, or stands there twice."""
    # The length of a window decides its panes; the one place that knows is asked.
    for index, name in enumerate(context.catalog.rolling):
        try:
            if name != TODAY:
                rolling_panes(name)
        except ValueError as error:
            yield ("rolling", index), str(error)
        if name in context.catalog.rolling[:index]:
            yield ("rolling", index), f"the window {name!r} stands here twice"


def _unlisted(window: str, allowed: Collection[str], context: Context) -> str | None:
    """Say of a window that there could be, but that the catalog doesn't list, what is to be done about it."""
    listed = context.catalog.rolling
    if window in listed or not is_rolling(window) or not any(map(is_rolling, allowed)):
        return None
    return f"the window {window!r} is not listed under `rolling`, which has {', '.join(listed)}"


def _nothing_in_common(name: str, context: Context) -> str:
    kpi, catalog = context.catalog.kpis[name], context.catalog
    of_parts = {
        part.kpi: _known(part.kpi, context)
        for part in kpi.references
        if part.window is None and part.kpi in catalog.kpis
    }
    said = "; ".join(f"{part} has {', '.join(windows) or 'none'}" for part, windows in of_parts.items())
    return f"there is no window that all its parts can have{': ' if said else ''}{said}"
