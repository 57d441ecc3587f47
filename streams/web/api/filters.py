"""The filters of `/kpis`: KPI, window, period and dimensions, and what they leave of the whole catalog."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from processors.serving.selecting import Selecting
from schemas.events.directory import CALENDAR_WINDOWS
from schemas.files.fault import unknown
from schemas.kpi import dims_fit, dims_of, read_wanted
from schemas.selector import SelectorError
from streams.web.api.context import Context
from streams.web.api.problems import invalid

ALL: Final = "all"


class Part(NamedTuple):
    """What is wanted of a bucket."""

    takes: Callable[[str], bool]
    """Tells by the last part of a key."""
    exactly: str | None


def read_dims(texts: list[str]) -> dict[str, str | None]:
    """Read `dim`. Raises ProblemError."""
    try:
        return read_wanted(texts)
    except ValueError as error:
        raise invalid("dim", str(error)) from None


async def filtered(
    context: Context, kpis: list[str], window: str | None, period: str | None, dims: Mapping[str, str | None]
) -> dict[str, list[Part]]:
    """Return the buckets that filters leave of the whole catalog. Raises ProblemError where that can be nothing."""
    windows = context.selecting.windows
    kpis = [*dict.fromkeys(kpis)]  # whoever names one a thousand times would have its periods read as often
    _check_names(context.selecting, kpis, window, period)
    names = kpis or [name for name in windows if window in (None, *windows[name])]
    try:
        context.selecting.check_dims(names, dims)
    except SelectorError as error:
        raise invalid("dim", str(error)) from None
    part = Part(lambda text: dims_fit(dims_of(text), dims), None)
    asked = [(name, one) for name in names for one in windows[name] if window in (None, one)]
    now_us = context.now_us()
    buckets = {
        bucket: [part] for name, one in asked for bucket in await _buckets(context, name, one, period, now_us)
    }
    if not buckets and period != ALL:
        raise invalid("period", f"{period!r} is no period of a window that is asked for")
    return buckets


def _check_names(selecting: Selecting, kpis: list[str], window: str | None, period: str | None) -> None:
    """Raise ProblemError for a window, period or KPI that there is not."""
    windows = {one for windows in selecting.windows.values() for one in windows}
    if window is not None and window not in windows:
        raise invalid("window", unknown("window", window, windows))
    if period not in (None, ALL) and not any(
        selecting.is_period(one, period or "") for one in CALENDAR_WINDOWS
    ):
        raise invalid(
            "period", f"{period!r} is no period; one is 2026-11-21, 2026-W47, 2026-11, 2026-Q4 or 2026"
        )
    for name in kpis:
        try:
            selecting.check_window(
                name, window if window is not None else selecting.windows.get(name, ("",))[0]
            )
        except SelectorError as error:
            raise invalid("kpi", str(error)) from None


async def _buckets(context: Context, kpi: str, window: str, period: str | None, now_us: int) -> list[str]:
    """Return the buckets of a KPI and window that a period leaves: none, where it is of another window."""
    is_calendar = window in CALENDAR_WINDOWS
    if period is None or (period == ALL and not is_calendar):
        return [context.selecting.resolve(kpi, window, None, now_us).bucket]
    if period == ALL:
        return [f"{kpi}|{window}:{label}" for label in await context.store.periods(kpi, window)]
    if is_calendar and context.selecting.is_period(window, period):
        return [f"{kpi}|{window}:{period}"]
    return []
