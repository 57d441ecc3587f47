"""Windows: those that there are, those that a KPI can have, and those that an expression pins."""

from collections.abc import Collection, Iterator

from schemas.catalogs.kpi import PERIOD_WINDOWS
from schemas.catalogs.rolling import TODAY, is_rolling, rolling_panes
from schemas.checks.context import Context
from schemas.files.fault import PathMessage, unknown


def window_faults(context: Context) -> Iterator[PathMessage]:
    """Yield each window that is none, or that its KPI can't have."""
    yield from _rolling_faults(context)
    catalog = context.catalog
    names = (*catalog.rolling, *PERIOD_WINDOWS, "now")
    for name, kpi in catalog.kpis.items():
        possible = context.windows(name)
        allowed = [window for window in names if window in possible]
        if not allowed:
            yield ("kpis", name, kpi.formula), _nothing_in_common(name, context)
        for index, window in enumerate(kpi.windows or ()):
            if window not in allowed and allowed and not context.may_be_window(window):
                said = _unlisted(window, allowed, context) or unknown("window of such a KPI", window, allowed)
                yield ("kpis", name, "windows", index), said
        for part in kpi.references:
            if part.window is not None and part.kpi in catalog.kpis:
                found = context.windows(part.kpi)
                if part.window not in found:
                    known = [window for window in names if window in found]
                    field = "expression" if kpi.n != str(part) else "n"
                    yield ("kpis", name, field), unknown(f"window of {part.kpi}", part.window, known)


def _rolling_faults(context: Context) -> Iterator[PathMessage]:
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
    names = (*catalog.rolling, *PERIOD_WINDOWS, "now")
    of_parts = {
        part.kpi: [window for window in names if window in context.windows(part.kpi)]
        for part in kpi.references
        if part.window is None and part.kpi in catalog.kpis
    }
    said = "; ".join(f"{part} has {', '.join(windows) or 'none'}" for part, windows in of_parts.items())
    return f"there is no window that all its parts can have{': ' if said else ''}{said}"
