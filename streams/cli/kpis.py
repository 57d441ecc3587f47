"""`crm-pulse kpis`: the current values, read from the compacted KPI topic."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
import typer
from rich.text import Text

from processors.serving.entry import place_of
from schemas.kpi import dims_fit, dims_of, read_wanted
from streams.cli.failure import CommandError
from streams.cli.filter_names import KpiNames, check_kpi_filters
from streams.cli.output import dims_label, new_table, print_json_lines, print_lines, print_table
from streams.cli.periods import read_periods
from streams.cli.start import start
from streams.cli.units import humanise, to_the_second
from streams.clock import now_us
from streams.kafka.readers import read_latest
from streams.topics import topics

Record = Mapping[str, Any]
Dims = dict[str, str | None]


#: Windows in the order of their length; others come after, by name.
WINDOW_ORDER: Final = (
    "now", "rolling_24h", "today", "day", "rolling_7d", "week", "rolling_30d", "month", "quarter", "rolling_365d",
    "year", "all_time",
)  # fmt: skip


class Shown(msgspec.Struct):
    """The fields of a record without which it can't be shown."""

    kpi: str
    window: str
    period: str | None
    dims: dict[str, str | None]
    value: int | float | None
    n: int
    as_of: str
    end: datetime | None = None


def kpis(
    kpi: Annotated[list[str] | None, typer.Option(help="Only this KPI; may be given several times.")] = None,
    window: Annotated[
        str | None,
        typer.Option(help="Only this window (day, rolling_24h), or one period of it (day:2026-11-20)."),
    ] = None,
    dim: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these: rep=ann, rep for all reps, from_stage= for none; several must hold together."
        ),
    ] = None,
    periods: Annotated[str, typer.Option(help="all: calendar periods that have ended too.")] = "running",
    json: Annotated[bool, typer.Option("--json", help="JSON Lines: the records as published.")] = False,
) -> None:
    """Show the current KPI values.

    Without any option: the company's. With `--json`, `--kpi`, `--window` or `--dim`: everything that fits.
    """
    wanted, every = read_dims(dim or []), read_periods(periods) == "all"
    seen = KpiNames()
    fits = key_filter(kpi or [], window, wanted, seen)
    settings = start()
    records = asyncio.run(read_latest(settings, topics(settings).kpis.name, fits, Shown))
    check_kpi_filters(settings, seen, kpi or [], window, wanted)
    past = every or (window is not None and ":" in window)
    shown = sorted(
        (record for record in records.values() if past or not has_ended(record, now_us())), key=_order
    )
    if json:
        print_json_lines(shown)
        return
    if not shown:
        print_lines("only of periods that have ended: --periods all" if records else "no record yet")
        return
    notes = []
    if not (kpi or window or dim):
        company = [record for record in shown if not record["dims"]]
        rest = len(shown) - len(company)
        notes.append(
            f"{rest:,} values of teams, reps and other dimensions: --dim team, --dim rep=NAME, --json"
        )
        shown = company
    print_table(table_of(shown), *notes)


def read_dims(texts: Iterable[str]) -> Dims:
    """Read `--dim`. Raises CommandError."""
    try:
        return read_wanted(texts)
    except ValueError as error:
        raise CommandError(f"--dim {error}") from None


def key_filter(kpis: list[str], window: str | None, dims: Dims, seen: KpiNames) -> Callable[[str], bool]:
    """Return what tells by its key whether a record is wanted; it notes every name it meets in `seen`."""

    def fits(key: str) -> bool:
        place = place_of(key)
        if place is None:
            return False
        name, _, of_window = place.bucket.partition("|")
        window_name = of_window.partition(":")[0]
        seen.note(name, window_name, place.dims)
        if kpis and name not in kpis:
            return False
        if window is not None and window not in (of_window, window_name):
            return False
        return dims_fit(dims_of(place.dims), dims)

    return fits


def has_ended(record: Record, now_us: int) -> bool:
    """Tell whether a record is of a calendar period that is over."""
    end = record.get("end")
    if record["period"] is None or end is None:
        return False
    return datetime.fromisoformat(end).timestamp() * 1_000_000 <= now_us


def table_of(records: Sequence[Record]) -> Any:
    """Return the table that people see; columns that no record fills are left out."""
    extra = [name for name in ("target", "attainment", "rank") if any(name in record for record in records)]
    table = new_table("KPI", "window", "of", "value", "n", *extra, "as of", right=("value", "n", *extra))
    for record in records:
        unit = record.get("unit")
        cells = {
            "target": humanise(record.get("target"), unit),
            "attainment": humanise(record.get("attainment"), "ratio"),
            "rank": f"{record['rank']} of {record['of']}" if "rank" in record else "–",
        }
        table.add_row(
            record["kpi"],
            record["period"] or record["window"],
            Text(dims_label(record["dims"])),
            humanise(record["value"], unit),
            f"{record['n']:,}",
            *[cells[name] for name in extra],
            to_the_second(record["as_of"]),
        )
    return table


def _order(record: Record) -> tuple[Any, ...]:
    window = record["window"]
    place = WINDOW_ORDER.index(window) if window in WINDOW_ORDER else len(WINDOW_ORDER)
    dims = sorted((name, value or "") for name, value in record["dims"].items())
    return record["kpi"], place, window, record["period"] or "", len(dims), dims
