"""One frame of the live view, drawn from a `Model`. Pure: the same model and size give the same frame."""

from typing import Final

from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from streams.cli.live_model import CHANGE_SHOWN_US, LIVE_WINDOW, NOW_WINDOW, Cell, Model
from streams.cli.units import duration, humanise, money, number

#: From this size on a frame shows more columns and rows.
WIDE_COLUMNS: Final = 110
#: From this width on alerts are whole sentences.
SENTENCE_COLUMNS: Final = 160
HEADLINE_HEIGHT: Final = 4

#: (label, KPI, window) of the company's headline, most important first: a narrow frame shows the first eight.
HEADLINE: Final = (
    ("Calls", "calls", LIVE_WINDOW),
    ("Resp p50", "response_time_p50", LIVE_WINDOW),
    ("Open now", "open_inquiries", NOW_WINDOW),
    ("Revenue", "won_revenue", LIVE_WINDOW),
    ("Activities", "activities", LIVE_WINDOW),
    ("Within 1 h", "response_within_1h", LIVE_WINDOW),
    ("Deals won", "deals_won", LIVE_WINDOW),
    ("Win rate", "win_rate", LIVE_WINDOW),
    ("Resp p90", "response_time_p90", LIVE_WINDOW),
    ("Meetings held", "meetings_held", LIVE_WINDOW),
    ("Deal size", "average_deal_size", LIVE_WINDOW),
    ("Sales cycle", "sales_cycle_p50", LIVE_WINDOW),
)

#: (heading, KPI, window) of the team table; a narrow frame shows the first five.
TEAM_COLUMNS: Final = (
    ("Calls", "calls", LIVE_WINDOW),
    ("Resp p90", "response_time_p90", LIVE_WINDOW),
    ("Open", "open_inquiries", NOW_WINDOW),
    ("Won", "deals_won", LIVE_WINDOW),
    ("Revenue", "won_revenue", LIVE_WINDOW),
    ("≤ 1 h", "response_within_1h", LIVE_WINDOW),
    ("Meetings", "meetings_held", LIVE_WINDOW),
    ("Win rate", "win_rate", LIVE_WINDOW),
)
NARROW_TEAM_COLUMNS: Final = 5

STATE_STYLE: Final = {"firing": "bold red", "pending": "yellow", "resolved": "green", "no_data": "magenta"}


def render(model: Model, width: int, height: int) -> RenderableType:
    """Return the frame for a terminal of `width` × `height` characters (made for 80 × 24 and up)."""
    wide = width >= WIDE_COLUMNS
    rest = max(12, height - 2 - HEADLINE_HEIGHT)
    upper = rest // 2
    layout = Layout()
    layout.split_column(
        Layout(_engine_line(model, width), size=1, name="engine"),
        Layout(_headline(model, wide), size=HEADLINE_HEIGHT, name="headline"),
        Layout(name="upper", size=upper),
        Layout(name="lower"),
        Layout(_foot(model), size=1, name="foot"),
    )
    layout["upper"].split_row(
        Layout(_teams(model, wide, upper - 3), ratio=3), Layout(_leaderboard(model, wide, upper - 3), ratio=2)
    )
    lower = rest - upper
    layout["lower"].split_row(
        Layout(_stages(model, wide, lower - 3), ratio=1),
        Layout(_alerts(model, width >= SENTENCE_COLUMNS, lower - 2), ratio=1),
    )
    return layout


def _engine_line(model: Model, width: int) -> Text:
    engine = model.engine
    state = "" if engine.ready else " · starting"
    up = duration(max(0, model.now_us - model.started_us) // 1_000_000)
    parts = [
        f"up {up}{state}",
        f"{number(round(engine.events_per_s))} events/s",
        f"{number(round(engine.kpi_records_per_s))} KPIs/s",
        f"lag {number(round(engine.lag_records))}",
    ]
    if width >= WIDE_COLUMNS:
        parts.append(f"{number(round(engine.events_total))} events")
        parts.append(f"{number(round(engine.duplicates))} duplicates")
        parts.append(f"{number(round(engine.dead_letters))} dead letters")
    line = Text(" CRM Pulse ", style="bold reverse", no_wrap=True, overflow="ellipsis")
    return line.append(" " + " · ".join(parts), style="not bold not reverse")


def _headline(model: Model, wide: bool) -> Panel:
    columns = 6 if wide else 4
    table = Table.grid(expand=True, padding=(0, 1))
    for _ in range(columns):
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    shown = HEADLINE[: columns * 2]
    for start in range(0, len(shown), columns):
        table.add_row(*[_tile(model, *tile) for tile in shown[start : start + columns]])
    return Panel(table, title="Company, last 24 hours", title_align="left", border_style="cyan", padding=0)


def _tile(model: Model, label: str, kpi: str, window: str) -> Text:
    text = Text(f"{label} ", style="dim", no_wrap=True, overflow="ellipsis")
    return text.append_text(_value(model, model.cell(kpi, window), strong=True))


def _value(model: Model, cell: Cell | None, *, strong: bool = False) -> Text:
    if cell is None:
        return Text("– ", style="dim not bold")
    fresh = cell.changed_us and model.now_us - cell.changed_us < CHANGE_SHOWN_US
    style = "bold not dim" if strong else "not dim"
    text = Text(humanise(cell.value, cell.unit), style=f"{style} yellow" if fresh else style)
    # Its place is kept free at other times, so that columns stand still.
    mark = " " if not fresh else "▲" if cell.direction > 0 else "▼"
    return text.append(mark, style="not dim yellow")


def _teams(model: Model, wide: bool, rows: int) -> Panel:
    columns = TEAM_COLUMNS if wide else TEAM_COLUMNS[:NARROW_TEAM_COLUMNS]
    table = _table("Team", *[heading for heading, _, _ in columns])
    teams = [
        team
        for team in model.values_of("team")
        if any(model.cell(kpi, window, team=team) for _, kpi, window in TEAM_COLUMNS)
    ]
    for team in teams[: max(1, rows)]:
        table.add_row(
            Text(team), *[_value(model, model.cell(kpi, window, team=team)) for _, kpi, window in columns]
        )
    return _panel(table, "Teams", len(teams) - rows)


def _leaderboard(model: Model, wide: bool, rows: int) -> Panel:
    table = _table("#", "Rep", "Calls", "Won revenue" if wide else "Revenue", first_right=True)
    standings = model.leaderboard()
    for rep, score, place in standings[: max(1, rows)]:
        calls = _value(model, model.cell("calls", rep=rep))
        won = model.cell("won_revenue", rep=rep)
        revenue = _value(model, won) if won is not None else Text(money(score) + " ")
        table.add_row(str(place), Text(rep), calls, revenue)
    source = "Leaderboard" + (" (Redis)" if model.standings else "")
    return _panel(table, source, len(standings) - rows)


def _stages(model: Model, wide: bool, rows: int) -> Panel:
    pairs = pipeline_order(model.stage_pairs())
    most = max((cell.value or 0 for _, _, cell in pairs), default=0) or 1
    headings = ("Moves", "", "Converts", "Stay") if wide else ("Moves", "Converts")
    table = _table("Stage change", *headings)
    for source, target, cell in pairs[: max(1, rows)]:
        converts = _value(model, model.cell("stage_conversion", from_stage=source, to_stage=target))
        row: list[RenderableType] = [Text(f"{source or 'new'} → {target}"), _value(model, cell)]
        if wide:
            row.append(Text("█" * max(1, round((cell.value or 0) / most * 12)), style="cyan"))
        row.append(converts)
        if wide:
            row.append(_value(model, model.cell("time_in_stage_mean", stage=source)))
        table.add_row(*row)
    return _panel(table, "Pipeline", len(pairs) - rows)


def pipeline_order(pairs: list[tuple[str, str, Cell]]) -> list[tuple[str, str, Cell]]:
    """Order stage pairs as a deal goes: from creation along the busiest way, then the remaining changes.

    What is wanted is the order a reader expects, without knowing the pipeline's declaration.
    """
    left = sorted(pairs, key=lambda pair: (-(pair[2].value or 0), pair[0], pair[1]))
    ordered: list[tuple[str, str, Cell]] = []
    at, been = "", {""}
    while step := next((pair for pair in left if pair[0] == at and pair[1] not in been), None):
        ordered.append(step)
        left.remove(step)
        at = step[1]
        been.add(at)
    return ordered + left


def _alerts(model: Model, sentences: bool, rows: int) -> Panel:
    firing = model.alerts_in("firing")
    lines: list[Text] = []
    for line in model.alert_log()[: max(1, rows)]:
        text = Text(f"{line.at} ", style="dim")
        text.append(f"{line.state} ", style=f"not dim {STATE_STYLE.get(line.state, '')}")
        lines.append(text.append(line.summary or line.short if sentences else line.short, style="not dim"))
    if not lines:
        lines.append(Text("none yet", style="dim"))
    title = f"Alerts: {len(firing)} firing" if firing else "Alerts"
    style = "red" if firing else "cyan"
    return Panel(Group(*lines), title=title, title_align="left", border_style=style, padding=0)


def _foot(model: Model) -> Text:
    text = Text(no_wrap=True, overflow="ellipsis", style="dim")
    # In a narrow frame addresses are cut; how to get out is not.
    text.append(f" Ctrl-C stops and cleans up · wallboards: {model.page_url} · metrics: {model.metrics_url}")
    return text.append(f" · elsewhere: {model.hint}") if model.hint else text


def _table(*headings: str, first_right: bool = False) -> Table:
    """A table whose texts (first column, or second after a number) and bars (no heading) go left."""
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0), header_style="dim")
    for position, heading in enumerate(headings):
        left = position == (1 if first_right else 0) or not heading
        # What is short of room is the names' column; numbers are shown whole.
        name = position == (1 if first_right else 0)
        table.add_column(
            heading,
            justify="left" if left else "right",
            ratio=1 if name else None,
            no_wrap=True,
            overflow="ellipsis",
        )
    return table


def _panel(table: Table, title: str, hidden: int) -> Panel:
    foot = f"{hidden} more" if hidden > 0 else None
    return Panel(
        table,
        title=title,
        title_align="left",
        subtitle=foot,
        subtitle_align="right",
        border_style="cyan",
        padding=0,
    )
