"""Values as people read them: durations in the unit that fits, shares in percent, money rounded."""

import re

DURATION_UNITS = frozenset({"seconds", "s", "duration"})
SHARE_UNITS = frozenset({"ratio", "share", "rate"})
PERCENT_UNITS = frozenset({"percent", "%"})
PLAIN_UNITS = frozenset({"count", "number", "score", "years", "index", ""})

FRACTION = re.compile(r"\.[0-9]+")

Number = int | float


def humanise(value: Number | None, unit: str | None) -> str:
    """Return `value` for a reader. A unit that is none of the words above is taken for a currency code.

    Durations are given in seconds, shares as 0–1, percents as 0–100, money in whole units.
    """
    if value is None:
        return "–"
    unit = unit or ""
    if unit in DURATION_UNITS:
        return duration(value)
    if unit in SHARE_UNITS:
        return f"{value * 100:.1f} %"
    if unit in PERCENT_UNITS:
        return f"{value:.1f} %"
    if unit in PLAIN_UNITS:
        return number(value)
    return money(value, "" if unit in ("currency", "money") else unit)


def counted(count: int, noun: str) -> str:
    """Return how many there are of what: `1 event`, `1,204 events`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def to_the_second(time: str) -> str:
    """Return a time in RFC 3339 without its fractions of a second."""
    return FRACTION.sub("", time)


def number(value: Number) -> str:
    """Whole numbers with thousands separators, others with as many decimals as they need up to 2."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def money(value: Number, currency: str = "") -> str:
    """`950 EUR`, `12.4k EUR`, `3.21M EUR`."""
    size = abs(value)
    if size < 10_000:
        text = f"{value:,.0f}"
    elif size < 1_000_000:
        text = f"{value / 1_000:,.1f}k"
    else:
        text = f"{value / 1_000_000:,.2f}M"
    return f"{text} {currency}".rstrip()


def duration(seconds: Number) -> str:
    """`42s`, `12m 30s`, `3h 05m`, `4d 06h`: the two units that matter."""
    if seconds < 0:
        return "-" + duration(-seconds)
    if seconds < 9.95 and not float(seconds).is_integer():
        return f"{seconds:.1f}s"
    if seconds < 59.5:
        return f"{seconds:.0f}s"
    whole = round(seconds)
    minutes, rest_s = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}m {rest_s:02d}s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h {minutes:02d}m"
    days, hours = divmod(hours, 24)
    return f"{days}d {hours:02d}h"
