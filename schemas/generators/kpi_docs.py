"""docs/kpis.md, written from the standard catalog and the facts: `python -m schemas.generators.kpi_docs`."""

from collections.abc import Iterable
from pathlib import Path

from schemas.catalog import Catalog, Kpi, load_catalog
from schemas.catalogs.kpi_groups import entries, signatures
from schemas.fact import FACTS, FactKind
from schemas.generators.formula_words import formula, sample
from schemas.kpi import kpi_key

PAGE = Path(__file__).parents[2] / "docs" / "kpis.md"

HEAD = """# The standard KPIs

*Written by `make docs` from `schemas/standard.yaml` and `schemas/facts/`; don't edit.*

These are the KPIs of the standard catalog, each under the id that records, rules and commands use. A catalog
of your own can add, change or drop any of them: [catalog.md](catalog.md).

- **Formula.** What stands in `code` is a kind of [fact](#facts), or the id of another KPI; the name says what
  it is of. Values are made from sums and counts, never from averages of averages. A ratio's two sides each
  count at their own time, so it may exceed 1.
- **n** is the sample size in each record. A ratio or mean of nothing is `null` with `n` 0. Below the minimum
  sample a value says little.
- **By.** For whom and for what it is kept; each dimension alone, those joined by × together.
- **Windows.** {windows}
- **Example.** A key under which such a record is published.
"""

PRIVATE_HEAD = """## Parts

KPIs of which others are made, and which have no records of their own. A catalog that says `private: false` of one
publishes it.
"""

FACTS_HEAD = """## Facts

A fact is what events mean, with a time, a rep, a team and the dimensions below. A late event may take a fact
back. Only facts with a value, a duration, an amount of money or a score, can be summed and have a mean; only
durations have percentiles and a share under a limit. Filters look at the fields of the event that completes the
fact ([events.md](events.md)).
"""

_PERIODS = {
    "day": "2026-11-21",
    "week": "2026-W47",
    "month": "2026-11",
    "quarter": "2026-Q4",
    "year": "2026",
}
_VALUES = {
    "alert_rule": "slow-response", "campaign": "autumn", "channel": "phone", "content": "price-list",
    "from_stage": "discovery", "product": "pro", "region": "west", "rep": "ann", "segment": "smb",
    "stage": "proposal", "team": "north", "to_stage": "proposal",
}  # fmt: skip


def render(catalog: Catalog) -> str:
    """Return the page for a catalog."""
    usual = ", ".join(f"`{window}`" for window in _usual(catalog))
    published = [name for name, kpi in catalog.kpis.items() if not kpi.private]
    parts = [name for name, kpi in catalog.kpis.items() if kpi.private]
    facts = _table(
        ("kind", "what it says", "value", "dimensions", "completed by"),
        (
            (f"`{name}`", kind.says, _value(kind), _names(kind.dimensions), _names(kind.completed_by))
            for name, kind in FACTS.items()
        ),
    )
    private = _table(
        ("id", "formula", "unit", "what it says"),
        (
            (f"`{name}`", formula(kpi), kpi.unit, kpi.description)
            for name in parts
            for kpi in [catalog.kpis[name]]
        ),
    )
    lines = [HEAD.format(windows=f"“All” are {usual}."), "## KPIs\n"]
    lines += ["\n".join(_section(catalog, name)) for name in published]
    return "\n".join([*lines, PRIVATE_HEAD, private, "", FACTS_HEAD, facts, ""])


def _section(catalog: Catalog, name: str) -> list[str]:
    kpi = catalog.kpis[name]
    windows = catalog.windows_of(kpi)
    fewest = f" Minimum sample: {kpi.min_sample}." if kpi.min_sample else ""
    return [
        f"### `{name}`",
        "",
        f"**{kpi.label}.** {kpi.description}",
        "",
        f"- **Formula:** {formula(kpi)}",
        f"- **Unit:** {unit(kpi)}; {'higher' if kpi.direction == 'up' else 'lower'} is better",
        f"- **n:** {sample(kpi)}.{fewest}",
        f"- **By:** {by(kpi)}",
        f"- **Windows:** {'all' if windows == _usual(catalog) else _names(windows)}",
        f"- **Source:** {kpi.source or '–'}",
        f"- **Example:** `{key(name, catalog)}`",
        "",
    ]


def key(name: str, catalog: Catalog) -> str:
    """Return the key of a record of a KPI: of its last group, in a month where it has that window."""
    kpi = catalog.kpis[name]
    windows = catalog.windows_of(kpi)
    window = "month" if "month" in windows else windows[0]
    names = signatures(kpi)[-1]
    return kpi_key(name, window, _PERIODS.get(window), {one: _VALUES.get(one, "x") for one in names})


def unit(kpi: Kpi) -> str:
    """Return the unit of a KPI's values, as its records give them."""
    whole = kpi.formula in ("share", "conversion", "churn", "attainment_share")
    return "ratio (0–1)" if kpi.unit == "ratio" and whole else kpi.unit


def by(kpi: Kpi) -> str:
    """Return for whom and for what a KPI is kept."""
    dimensions = ", ".join(" × ".join(f"`{name}`" for name in entry) for entry in entries(kpi))
    if kpi.only_by:
        crossed = [f"× `{level}`" for level in kpi.levels if level != "company"]
        return f"{dimensions}; never without, also {' and '.join(crossed)}"
    return ", ".join([*kpi.levels, *([dimensions] if dimensions else [])])


def _usual(catalog: Catalog) -> tuple[str, ...]:
    plain = Kpi(label="", unit="count", count="call")
    return catalog.windows_of(plain)


def _value(kind: FactKind) -> str:
    if kind.value is None:
        return "1 while it holds" if kind.gauge else "–"
    return f"{kind.value}{', if it has one' if kind.optional_value else ''}{' while it holds' if kind.gauge else ''}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(render(load_catalog()), "utf-8")
