"""Where the live view appears: a whole terminal that is redrawn, or plain lines where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from rich.console import Console
from rich.live import Live

from streams.cli.live_model import LIVE_WINDOW, NOW_WINDOW, AlertLine, Model
from streams.cli.live_view import render
from streams.cli.units import humanise, number

REDRAW_S: Final = 0.25
LINE_S: Final = 2.0

#: (label, KPI, window) of a plain line.
LINE_KPIS: Final = (
    ("calls", "calls", LIVE_WINDOW),
    ("response p50", "response_time_p50", LIVE_WINDOW),
    ("open", "open_inquiries", NOW_WINDOW),
    ("won", "won_revenue", LIVE_WINDOW),
)


class Screen(Protocol):
    """Shows a model; called every `interval_s`."""

    interval_s: float

    def draw(self, model: Model) -> None:
        """Show what is so now."""
        ...

    def alert(self, line: AlertLine) -> None:
        """Say that an alert changed its state."""
        ...


class Terminal:
    """The whole terminal, redrawn in place."""

    interval_s = REDRAW_S

    def __init__(self, live: Live) -> None:
        self._live = live

    def draw(self, model: Model) -> None:
        width, height = self._live.console.size
        self._live.update(render(model, width, height), refresh=True)

    def alert(self, line: AlertLine) -> None:
        """Nothing: the next frame has it."""


class Lines:
    """A line every few seconds and one for every alert, for logs and pipes."""

    interval_s = LINE_S

    def __init__(self, console: Console) -> None:
        self._console = console

    def draw(self, model: Model) -> None:
        engine = model.engine
        values = [
            f"{label} {humanise(cell.value, cell.unit)}"
            for label, kpi, window in LINE_KPIS
            if (cell := model.cell(kpi, window)) is not None
        ]
        best = next(iter(model.leaderboard()), None)
        if best is not None:
            values.append(f"leader {best.rep}")
        self._print(
            f"{number(round(engine.events_per_s))} events/s, lag {number(round(engine.lag_records))}, "
            f"{number(model.kpi_records)} KPI records | " + (", ".join(values) or "no KPI yet")
        )

    def alert(self, line: AlertLine) -> None:
        self._print(f"ALERT {line.at} {line.state} {line.severity} {line.rule}: {line.summary}")

    def _print(self, text: str) -> None:
        # soft_wrap: a line stays one line, however narrow a pipe claims to be.
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def screen(console: Console, plain: bool) -> Iterator[Screen]:
    """Give the screen that fits: lines when asked for or when `console` is no terminal."""
    if plain or not console.is_terminal:
        yield Lines(console)
        return
    with Live(console=console, screen=True, auto_refresh=False) as live:
        yield Terminal(live)
