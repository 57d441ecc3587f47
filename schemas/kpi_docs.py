"""docs/kpis.md, written from the standard catalog and the facts: `python -m schemas.kpi_docs`."""

from collections.abc import Iterable
from pathlib import Path

from schemas.catalog import Catalog, Kpi, load_catalog
from schemas.fact import FACTS, FactKind

PAGE = Path(__file__).parents[1] / "docs" / "kpis.md"

HEAD = """# The standard KPIs

*Written by `make docs` from `schemas/standard.yaml` and `schemas/fact.py`; don't edit.*

These are the KPIs of the standard catalog, each under the id that records, rules and commands use. A catalog
of your own can add, change or drop any of them: [catalog.md](catalog.md).

- **Formula.** What stands in `code` is a kind of [fact](#facts), or the id of another KPI. Values are made
  from sums and counts, never from averages of averages.
- **By.** Every KPI is kept for the company, for each team and for each rep; "by" has the dimensions beside
  these, each alone. Dimensions joined by × are always given together.
- **Windows.** {windows}; a gauge has the window `now` only.
- **n**, the sample size in each record: what was counted or summed; for means, percentiles and shares the
  samples; for ratios the count of what stands below the line. A ratio or mean of nothing is `null` with `n`
  0.
- **When a fact counts** is said with the fact. A ratio's two sides each count at their own time, so it may
  exceed 1.
"""

FACTS_HEAD = """## Facts

A fact is what events mean, with a time, a rep, a team and the dimensions below. A late event may take a fact
back. Only facts with a value, a duration or an amount of money, can be summed and have a mean; only durations
have percentiles and shares.
"""


def render(catalog: Catalog) -> str:
    """Return the page for a catalog."""
    usual = ", ".join(f"`{window}`" for window in catalog.windows_of(_plain(catalog)))
    kpis = _table(
        ("id", "name", "formula", "unit", "by", "windows", "what it says"),
        (_row(catalog, name, kpi) for name, kpi in catalog.kpis.items()),
    )
    facts = _table(
        ("kind", "what it says", "value", "dimensions"),
        ((f"`{name}`", kind.says, _value(kind), _names(kind.dimensions)) for name, kind in FACTS.items()),
    )
    head = HEAD.format(windows=f'"all" are {usual}')
    return "\n".join([head, "## KPIs\n", kpis, "", FACTS_HEAD, facts, ""])


def _row(catalog: Catalog, name: str, kpi: Kpi) -> tuple[str, ...]:
    windows = _windows(catalog, kpi)
    return f"`{name}`", kpi.label, formula(kpi), unit(kpi), by(kpi), windows, kpi.description


def formula(kpi: Kpi) -> str:
    """Return a KPI's formula in words."""
    if kpi.percentile is not None:
        return f"the value that {kpi.percentile.q * 100:g} % of `{kpi.percentile.of}` do not exceed"
    if kpi.share is not None:
        return f"share of `{kpi.share.of}` of at most {kpi.share.at_most_s:g} s"
    if kpi.ratio is not None:
        below = " + ".join(f"`{part}`" for part in kpi.ratio.denominators)
        below = f"({below})" if len(kpi.ratio.denominators) > 1 else below
        return f"`{kpi.ratio.numerator}` ÷ {below}"
    if kpi.conversion is not None:
        return f"count of `{kpi.conversion.reached}` ÷ count of `{kpi.conversion.base}`"
    facts = " + ".join(f"`{fact}`" for fact in kpi.facts)
    match kpi.formula:
        case "sum":
            return f"sum of {facts}"
        case "mean":
            return f"sum of {facts} ÷ count of {facts}"
        case "gauge":
            return f"count of {facts} that hold now"
    return f"count of {facts}"


def unit(kpi: Kpi) -> str:
    """Return the unit of a KPI's values, as its records give them."""
    return "ratio (0–1)" if kpi.unit == "ratio" and kpi.formula in ("share", "conversion") else kpi.unit


def by(kpi: Kpi) -> str:
    """Return the dimensions beside company, team and rep."""
    entries = [(entry,) if isinstance(entry, str) else entry for entry in kpi.by]
    text = ", ".join(" × ".join(f"`{name}`" for name in entry) for entry in entries)
    if kpi.only_by:
        return f"{text}; never without, also × `team` and × `rep`"
    return text or "–"


def _windows(catalog: Catalog, kpi: Kpi) -> str:
    own = catalog.windows_of(kpi)
    return "all" if own == catalog.windows_of(_plain(catalog)) else ", ".join(f"`{name}`" for name in own)


def _plain(catalog: Catalog) -> Kpi:
    """Return a KPI that says nothing of its windows."""
    return next(kpi for kpi in catalog.kpis.values() if kpi.windows is None and kpi.gauge is None)


def _value(kind: FactKind) -> str:
    return "1 while it holds" if kind.gauge else kind.value or "–"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(render(load_catalog()), "utf-8")
