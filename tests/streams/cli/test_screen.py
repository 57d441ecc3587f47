"""Where the live view appears."""

import io

from rich.console import Console

from streams.cli.live_model import Engine, Model
from streams.cli.screen import Lines, Terminal, screen
from tests.streams.cli.records import alert_record, kpi_record


def console(terminal: bool) -> Console:
    """Return a console of 80 × 24 that writes into memory."""
    return Console(file=io.StringIO(), force_terminal=terminal, width=80, height=24)


def written(to: Console) -> str:
    """Return what was written."""
    return to.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_without_a_terminal_there_are_lines() -> None:
    """A pipe gets plain lines with engine and company numbers, each on one line, without escapes."""
    to, model = console(terminal=False), Model()
    model.engine = Engine(events_per_s=40, lag_records=3)
    model.kpi_records = 1_200
    with screen(to, plain=False) as where:
        where.draw(model)
        model.take_kpi(*kpi_record("calls", 1_234))
        model.take_kpi(*kpi_record("won_revenue", 44_000, rep="ann"))
        where.draw(model)
        line = model.take_alert("a", alert_record("firing", summary="[team] north is slow"))
        assert line is not None
        where.alert(line)

    assert isinstance(where, Lines)
    assert written(to).splitlines() == [
        "40 events/s, lag 3, 1,200 KPI records | no KPI yet",
        "40 events/s, lag 3, 1,200 KPI records | calls 1,234, leader ann",
        "ALERT 09:03:10 firing critical slow-response: [team] north is slow",
    ]


def test_a_terminal_is_redrawn_and_given_back() -> None:
    """The alternate screen is entered, drawn and left, so that the shell's lines are there again."""
    to, model = console(terminal=True), Model()
    model.take_kpi(*kpi_record("calls", 1_234))
    with screen(to, plain=False) as where:
        where.draw(model)

    assert isinstance(where, Terminal)
    text = written(to)
    assert text.index("\x1b[?1049h") < text.index("1,234") < text.index("\x1b[?1049l")


def test_lines_can_be_asked_for_on_a_terminal() -> None:
    """`--plain` is for recordings and screen readers."""
    with screen(console(terminal=True), plain=True) as where:
        assert isinstance(where, Lines)
