"""The filters of `/kpis`: KPI, window, period and dimensions, and what they leave of the whole catalog."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from processors.calendar import CALENDAR_WINDOWS
from schemas.fault import unknown
from schemas.kpi import dims_of
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
    """Return the value that each dimension must have, or None for any. Raises ProblemError."""
    wanted: dict[str, str | None] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or (equals and not value):
            raise invalid("dim", f"{text!r}: expected a name or name=value, such as rep=ann")
        if name in wanted:
            raise invalid("dim", f"{name!r} is named twice; records have one value of it")
        wanted[name] = value if equals else None
    return wanted


async def filtered(
    context: Context, kpis: list[str], window: str | None, period: str | None, dims: Mapping[str, str | None]
) -> dict[str, list[Part]]:
    """Return the buckets that filters leave of the whole catalog. Raises ProblemError where that can be nothing."""
    selecting, now_us = context.selecting, context.now_us()
    kpis = [*dict.fromkeys(kpis)]  # whoever names one a thousand times would have its periods read as often
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
    names = kpis or [name for name in selecting.windows if window in (None, *selecting.windows[name])]
    try:
        selecting.check_dims(names, dims)
    except SelectorError as error:
        raise invalid("dim", str(error)) from None
    part = Part(_takes(dims), None)
    buckets: dict[str, list[Part]] = {}
    for name in names:
        for one in selecting.windows[name]:
            if window not in (None, one):
                continue
            if one in CALENDAR_WINDOWS and period == ALL:
                for label in await context.store.periods(name, one):
                    buckets[f"{name}|{one}:{label}"] = [part]
            elif one in CALENDAR_WINDOWS and period is not None:
                if selecting.is_period(one, period):
                    buckets[f"{name}|{one}:{period}"] = [part]
            elif period in (None, ALL):
                buckets[selecting.resolve(name, one, None, now_us).bucket] = [part]
    if not buckets and period != ALL:
        raise invalid("period", f"{period!r} is no period of a window that is asked for")
    return buckets


def _takes(wanted: Mapping[str, str | None]) -> Callable[[str], bool]:
    """Return what tells by the last part of its key whether a record has these dimensions."""

    def takes(text: str) -> bool:
        found = dims_of(text)
        return all(name in found and value in (None, found[name]) for name, value in wanted.items())

    return takes
