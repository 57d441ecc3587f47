"""Values in the units that people use."""

from schemas.alert import Number


def shown(value: Number | None, unit: str) -> str:
    """Return a value with its unit: `1 h 30 min`, `12.5 %`, `1,234 EUR`. Seconds, shares as 0–1.

    A unit that is none of a KPI's is taken for a currency.
    """
    if value is None:
        return "unknown"
    match unit:
        case "seconds":
            return duration(value)
        case "ratio":
            return f"{number(value * 100)} %"
        case "percent":
            return f"{number(value)} %"
        case "years":
            return f"{number(value)} {unit}"
        case "count" | "score" | "number" | "index" | "":
            return number(value)
        case "currency":
            return money(value)
    return f"{money(value)} {unit}"


def money(value: Number) -> str:
    """Return an amount with its hundredths, or none of them: `1,234.50`, `1,200`."""
    return f"{round(value, 2) + 0.0:,.2f}".removesuffix(".00")  # no -0


def number(value: Number) -> str:
    """Return a number with thousands separators and two decimals at most; small ones with two digits."""
    if value and abs(value) < 0.1:
        return f"{value:.2g}"
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def duration(seconds: Number) -> str:
    """Return a duration in its two largest units: `45 s`, `1 h 30 min`, `2 d 3 h`."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds < 10:
        return f"{number(seconds)} s"
    whole = round(seconds)
    parts = []
    for size_s, name in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, whole = divmod(whole, size_s)
        if count:
            parts.append(f"{count} {name}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts)
